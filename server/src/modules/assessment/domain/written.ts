import { formatScaled, type Scalar, type ValueType } from '@doudi/policy';

const DAY_MS = 86_400_000;

/** A value as a person writes it: yuan with two digits, numbers without needless zeros, dates, names of codes. */
export function written(value: Scalar, type: ValueType): string {
  switch (type.kind) {
    case 'boolean':
      return value === true ? '是' : '否';
    case 'date':
      return new Date(Number(value) * DAY_MS).toISOString().slice(0, 10);
    case 'enum':
      return type.values[String(value)] ?? String(value);
    case 'number': {
      const n = BigInt(value as bigint | number);
      if (type.unit.yuan === 1) return formatScaled(halfUp(n, type.den), 2);
      if (type.den === 1n) return String(n);
      return formatScaled(halfUp(n * 100n, type.den), 2).replace(/\.?0+$/, '');
    }
  }
}

/** The whole number nearest to a value of n/den (money: fen), for showing and storing; null when it is unknown. */
export function nearestWhole(value: Scalar | null | undefined, type: ValueType | undefined): bigint | null {
  if (value === null || value === undefined || type?.kind !== 'number') return null;
  return halfUp(BigInt(value as bigint | number), type.den);
}

const halfUp = (n: bigint, d: bigint): bigint => (n < 0n ? -((-n * 2n + d) / (d * 2n)) : (n * 2n + d) / (d * 2n));
