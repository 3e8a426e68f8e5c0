/** Seeded chance: one stream per household, so that any household can be made again without the ones before it. */
export class Chance {
  private a = 0;
  private b = 0;
  private c = 0;
  private d = 1;

  /** Starts the stream `stream` of item `item` under `seed` (whole numbers below 2^32). */
  start(seed: number, stream: number, item: number): this {
    this.a = scatter(seed ^ 0x9e3779b9);
    this.b = scatter(item + 0x7f4a7c15);
    this.c = scatter(stream + (item ^ 0x3c6ef372));
    this.d = 1;
    for (let i = 0; i < 6; i++) this.whole();
    return this;
  }

  /** A whole number in [0, 2^32): sfc32 (Doty-Humphrey, PractRand). */
  whole(): number {
    const t = (this.a + this.b + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + t;
    this.c |= 0;
    return t >>> 0;
  }

  /** A number in [0, 1). */
  share(): number {
    return this.whole() / 4294967296;
  }

  /** True with probability `p`. */
  happens(p: number): boolean {
    return this.share() < p;
  }

  /** A whole number in [0, n). */
  below(n: number): number {
    return Math.floor(this.share() * n);
  }

  /** A whole number in [from, to]. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  /** One of the items, each as likely as the other. */
  one<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

/** Draws items by weight in constant time (Walker's alias table). */
export class Urn<T> {
  private readonly items: T[];
  private readonly keep: Float64Array;
  private readonly other: Uint32Array;

  constructor(weighted: readonly (readonly [T, number])[]) {
    const n = weighted.length;
    this.items = weighted.map(([item]) => item);
    const total = weighted.reduce((sum, [, weight]) => sum + weight, 0);
    const scaled = weighted.map(([, weight]) => (weight * n) / total);
    this.keep = new Float64Array(n).fill(1);
    this.other = new Uint32Array(n);
    const small = scaled.flatMap((p, i) => (p < 1 ? [i] : []));
    const large = scaled.flatMap((p, i) => (p < 1 ? [] : [i]));
    while (small.length > 0 && large.length > 0) {
      const [s, l] = [small.pop() as number, large.at(-1) as number];
      this.keep[s] = scaled[s] as number;
      this.other[s] = l;
      scaled[l] = (scaled[l] as number) + (scaled[s] as number) - 1;
      if ((scaled[l] as number) < 1) small.push(large.pop() as number);
    }
  }

  draw(chance: Chance): T {
    const i = chance.below(this.items.length);
    return this.items[chance.share() < (this.keep[i] as number) ? i : (this.other[i] as number)] as T;
  }
}

/** A one-to-one scattering of the whole numbers below 2^32 (murmur3's finaliser). */
export function scatter(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The place of `index` in a seeded shuffle of [0, n): a four-round Feistel walk, so no list is kept in memory. */
export function shuffled(index: number, n: number, seed: number): number {
  let half = 1;
  while (1 << (2 * half) < n) half++;
  const mask = (1 << half) - 1;
  let x = index;
  do {
    let [left, right] = [x >>> half, x & mask];
    for (let round = 0; round < 4; round++)
      [left, right] = [right, (left ^ scatter(right + seed * 31 + round * 0x9e37)) & mask];
    x = (left << half) | right;
  } while (x >= n);
  return x;
}
