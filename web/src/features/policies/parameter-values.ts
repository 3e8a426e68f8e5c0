import { type Pack, type ParameterDefinition, type ParameterValue, packChain, writeScalar } from '@doudi/policy';

/** One dated value of a parameter as the page shows it. */
export interface DatedValue {
  key: string;
  place: string;
  division: string;
  from: string;
  until: string | null;
  text: string | null;
  /** For drawing only; null where the value is no number or not published. */
  number: number | null;
  cite: string;
  checked: string | null;
  borrowed: string | null;
  note: string | null;
}

const day = (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10);

/** Every value that a parameter has in any pack, by place and then by date. */
export function valuesOf(packs: readonly Pack[], definition: ParameterDefinition): DatedValue[] {
  return packs
    .flatMap((pack) => pack.values.filter((v) => v.id === definition.id).map((value) => ({ pack, value })))
    .sort((a, b) =>
      a.pack.division === b.pack.division ? a.value.from - b.value.from : a.pack.division < b.pack.division ? -1 : 1,
    )
    .map(({ pack, value }, at) => shown(pack, value, definition, at));
}

function shown(pack: Pack, value: ParameterValue, { type, digits }: ParameterDefinition, at: number): DatedValue {
  const text = value.value === null ? null : writeScalar(value.value, type, digits);
  return {
    key: `${pack.id}/${value.from}/${at}`,
    place: pack.title,
    division: pack.division,
    from: day(value.from),
    until: value.until === undefined ? null : day(value.until),
    text,
    number: text !== null && type.kind === 'number' ? Number(text) : null,
    cite: value.cite,
    checked: value.checked ?? null,
    borrowed: value.borrowedFrom?.title ?? null,
    note: value.note ?? null,
  };
}

/** The strictest floor and ceiling that upper divisions set for a parameter in a division and month, as written. */
export function boundsOf(
  packs: readonly Pack[],
  definition: ParameterDefinition,
  division: string,
  month: string,
): { floor: string | null; ceiling: string | null } {
  const at = Date.parse(`${month}-01T00:00:00Z`) / 86_400_000;
  const write = (n: bigint) => writeScalar(n, definition.type, definition.digits);
  const upper = packChain(packs, division)
    .slice(1)
    .flatMap((pack) => pack.values)
    .filter((v) => v.id === definition.id && v.from <= at && (v.until === undefined || v.until >= at));
  const floors = upper.flatMap((v) => (v.floor === undefined ? [] : [v.floor]));
  const ceilings = upper.flatMap((v) => (v.ceiling === undefined ? [] : [v.ceiling]));
  return {
    floor: floors.length > 0 ? write(floors.reduce((a, b) => (a > b ? a : b))) : null,
    ceiling: ceilings.length > 0 ? write(ceilings.reduce((a, b) => (a < b ? a : b))) : null,
  };
}

/** A rate as people write it: '0.3000' is '30%'; every other value stays as it is. Exact: the point moves, nothing is reckoned. */
export function percentText(value: {
  text: string | null;
  unit: string;
  digits: number;
  type: { kind: string };
}): string {
  const { text, unit, digits, type } = value;
  if (text === null || type.kind !== 'number' || unit !== '1' || digits < 2) return text ?? '';
  const places = digits - 2;
  const whole = String(BigInt(text.replace('.', ''))).padStart(places + 1, '0');
  const at = whole.length - places;
  const tail = whole.slice(at).replace(/0+$/, '');
  return `${whole.slice(0, at)}${tail ? `.${tail}` : ''}%`;
}
