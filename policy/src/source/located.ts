/** A place in a source file; line and column count from 1, as editors show them. */
export interface Location {
  file: string;
  line: number;
  column: number;
}

/** A fault of a policy source: what is wrong (Chinese first), where, and how to mend it. Never thrown, always collected. */
export interface LocatedError extends Location {
  code: string;
  message: string;
  cure: string;
}

/** Collects faults while a pack is read, so that an author sees all of them at once. */
export class Faults {
  readonly errors: LocatedError[] = [];

  add(at: Location, code: string, message: string, cure: string): void {
    this.errors.push({ file: at.file, line: at.line, column: at.column, code, message, cure });
  }
}

/** Writes a fault as `file:line:column: message`, the form of `doudi policy check`. */
export function formatLocatedError(error: LocatedError): string {
  return `${error.file}:${error.line}:${error.column}: ${error.message}（${error.cure}）`;
}

/**
 * The candidate nearest to a misspelt name, if any is near enough to be meant: Levenshtein distance over characters,
 * at most a third of the length (at least one).
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor([...name].length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance([...name], [...candidate], bestDistance);
    if (distance < bestDistance) {
      bestDistance = distance;
      best = candidate;
    }
  }
  return best;
}

function editDistance(a: string[], b: string[], limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = b.map((_, i) => i + 1);
  row.unshift(0);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const above = row[j + 1] ?? limit;
      const diagonal = row[j] ?? limit;
      const left = next[j] ?? limit;
      next.push(Math.min(above + 1, left + 1, diagonal + (a[i] === b[j] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? limit;
}
