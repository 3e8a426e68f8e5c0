/** A seeded stream of random numbers. The same words give the same stream on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Integer in [low, high], both included. */
  int(low: number, high: number): number;
  /** True with probability p. */
  chance(p: number): boolean;
  /** One element; the list must not be empty. */
  pick<T>(list: readonly T[]): T;
}

/** Hash of a text into four 32-bit words (MurmurHash3's finaliser over FNV lanes), to seed a stream. */
function words(text: string): [number, number, number, number] {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  let c = 0x85ebca6b;
  let d = 0xc2b2ae35;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b) ^ (a >>> 13);
    c = Math.imul(c ^ code, 0xc2b2ae35) ^ (b >>> 11);
    d = Math.imul(d ^ code, 0x27d4eb2f) ^ (c >>> 15);
  }
  return [a >>> 0, b >>> 0, c >>> 0, d >>> 0];
}

/** A stream (sfc32) from any number of words, e.g. `random(seed, 'medical', '2026-09')`. */
export function random(...key: (string | number)[]): Random {
  let [a, b, c, d] = words(key.join('|'));
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 16; i++) next();
  return {
    next,
    int: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (p) => next() < p,
    pick: <T>(list: readonly T[]): T => {
      const found = list[Math.floor(next() * list.length)];
      if (found === undefined && list.length === 0) throw new Error('pick from an empty list');
      return found as T;
    },
  };
}

/** A drawer of values by weight: build once, draw often. */
export function weighted<T>(entries: readonly (readonly [T, number])[]): (rng: Random) => T {
  const sums: number[] = [];
  let total = 0;
  for (const [, weight] of entries) {
    total += weight;
    sums.push(total);
  }
  return (rng) => {
    const x = rng.next() * total;
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (x < (sums[mid] ?? 0)) high = mid;
      else low = mid + 1;
    }
    const entry = entries[low];
    if (entry === undefined) throw new Error('draw from an empty table');
    return entry[0];
  };
}
