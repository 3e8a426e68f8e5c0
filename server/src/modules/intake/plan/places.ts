import { literal } from '../../../platform/engine/index.ts';

/** Codes as departments write them, as SQL rows (code, id): as they are, and filled with zeros to 12 digits. */
export function codeTable(codes: readonly { code: string; currentId: number }[]): string[] {
  const byCode = new Map<string, number>();
  for (const { code, currentId } of codes) byCode.set(code.padEnd(12, '0'), currentId);
  // A code of its own wins over one that another was filled up to.
  for (const { code, currentId } of codes) byCode.set(code, currentId);
  return [...byCode].map(([code, id]) => `(${literal(code)}, ${id})`);
}

/** The counties whose villages we know: their codes' first six digits. Of the neighbours we know no village. */
export const homesOf = (codes: readonly { code: string }[]): string[] => [
  ...new Set(codes.filter((c) => c.code.length === 12).map((c) => c.code.slice(0, 6))),
];
