import { formatDate, formatRatio } from './exact.ts';
import type { Scalar, ValueType } from './ir.ts';
import { isMoney } from './units.ts';

/** A value as a person writes it: yuan with two digits, counts bare, dates, codes; `unknown` for null. */
export function valueText(value: Scalar | null, type: ValueType): string {
  if (value === null) return 'unknown';
  if (type.kind === 'date') return formatDate(Number(value));
  if (type.kind !== 'number') return String(value);
  const fen = isMoney(type.unit) ? 100n : 1n;
  return formatRatio(BigInt(value), type.den * fen, isMoney(type.unit) ? 2 : 0);
}
