import type { Field } from '../fields/field.ts';
import { anySlots, type Comparison, equal, knownBoth, type Level, type Of, type Pairing } from './comparison.ts';

/** A Chinese address and a region code are one comparison: both say where somebody lives. */
export function residence(address: Field | undefined, region: Field | undefined, pairing: Pairing): Comparison {
  const inAddress = (sql: (a: Of, b: Of) => string) => (address ? anySlots(address, address, pairing, sql) : 'false');
  const inRegion = (part: string) =>
    region ? anySlots(region, region, pairing, (a, b) => `${a(part)} = ${b(part)}`) : 'false';
  // Two villages of one name lie in different towns; an address that omits the town contradicts nothing.
  const noConflict = (a: Of, b: Of) => `(${a('town')} = ${b('town')}) IS NOT FALSE`;
  const levels: Level[] = [];
  if (address) {
    const full = equal('exact', address, pairing, 'full');
    levels.push({ ...full, holds: inAddress((a, b) => `${a('full')} = ${b('full')} AND ${noConflict(a, b)}`) });
    levels.push({
      id: 'door',
      holds: inAddress(
        (a, b) =>
          `(${a('door')} = ${b('door')} OR ${a('numbers')} = ${b('numbers')}) AND (${a('village')} = ${b('village')} OR (${a('town')} = ${b('town')} AND ${a('village')} IS NULL))`,
      ),
    });
  }
  levels.push(
    {
      id: 'village',
      holds: `${inAddress((a, b) => `${a('village')} = ${b('village')} AND ${noConflict(a, b)}`)} OR ${inRegion('village')}`,
    },
    { id: 'town', holds: `${inAddress((a, b) => `${a('town')} = ${b('town')}`)} OR ${inRegion('town')}` },
    { id: 'county', holds: `${inAddress((a, b) => `${a('county')} = ${b('county')}`)} OR ${inRegion('county')}` },
  );
  const known = [
    address && ['full', 'town', 'county'].map((part) => `(${knownBoth(address, pairing, part)})`).join(' OR '),
    region && knownBoth(region, pairing, 'city'),
  ].filter((sql) => sql !== undefined);
  const fields = [address, region].filter((f) => f !== undefined).map((f) => f.name);
  return {
    id: fields[0] as string,
    fields,
    known: known.map((sql) => `(${sql})`).join(' OR '),
    levels,
    ...(address ? { shared: { field: address.name, part: 'full' } } : {}),
  };
}

/** The lines of a street address, each by itself, and the first two exchanged with each other. */
export function streets(first: Field | undefined, second: Field | undefined, pairing: Pairing): Comparison[] {
  const equalWords = (a: Of, b: Of) => `${a('hash')} = ${b('hash')}`;
  const crossed =
    first && second
      ? [anySlots(first, second, pairing, equalWords), anySlots(second, first, pairing, equalWords)]
      : undefined;
  const either = crossed?.join(' OR ');
  return [first, second].flatMap((field, i) => {
    if (!field) return [];
    const alike = (least: number) =>
      anySlots(field, field, pairing, (a, b) => `jaro_winkler_similarity(${a('text')}, ${b('text')}) >= ${least}`);
    const known = knownBoth(field, pairing, 'hash');
    return [
      {
        id: field.name,
        fields: i === 0 && second ? [field.name, second.name] : [field.name],
        known: either ? (i === 0 ? `(${known}) OR (${either})` : `(${known}) AND (${either}) IS NOT TRUE`) : known,
        ...(i === 0 ? { shared: { field: field.name, part: 'hash' } } : {}),
        levels: [
          equal('exact', field, pairing, 'hash'),
          ...(i === 0 && either ? [{ id: 'swapped', holds: either }] : []),
          { id: 'close', holds: alike(0.92) },
          { id: 'alike', holds: alike(0.8) },
        ],
      },
    ];
  });
}

/** Locality, postcode and state follow from each other, so they are one comparison. */
export function place(
  locality: Field | undefined,
  postcode: Field | undefined,
  state: Field | undefined,
  pairing: Pairing,
): Comparison {
  const equalHash = (field: Field | undefined) =>
    field ? anySlots(field, field, pairing, (a, b) => `${a('hash')} = ${b('hash')}`) : 'false';
  const fields = [locality, postcode, state].filter((f) => f !== undefined);
  const levels: Level[] = [];
  if (locality && postcode) {
    const both = equal('exact', locality, pairing, 'hash');
    levels.push({ ...both, sampled: true, holds: `${both.holds} AND ${equalHash(postcode)}` });
  }
  if (locality) {
    levels.push(equal(postcode ? 'locality' : 'exact', locality, pairing, 'hash'));
    levels.push({
      id: 'close',
      holds: anySlots(
        locality,
        locality,
        pairing,
        (a, b) => `jaro_winkler_similarity(${a('text')}, ${b('text')}) >= 0.88`,
      ),
    });
  }
  if (postcode) {
    levels.push({
      ...equal(locality ? 'postcode' : 'exact', postcode, pairing, 'hash'),
      sampled: locality !== undefined,
    });
    levels.push({
      id: 'postcode-slip',
      holds: anySlots(
        postcode,
        postcode,
        pairing,
        (a, b) =>
          `length(${a('text')}) = length(${b('text')}) AND (left(${a('text')}, 1) = left(${b('text')}, 1) OR right(${a('text')}, 1) = right(${b('text')}, 1)) AND damerau_levenshtein(${a('text')}, ${b('text')}) <= 1`,
      ),
    });
  }
  if (state) levels.push({ id: 'state', holds: equalHash(state) });
  return {
    id: fields[0]?.name as string,
    fields: fields.map((f) => f.name),
    known: fields.map((f) => `(${knownBoth(f, pairing, 'hash')})`).join(' OR '),
    levels,
  };
}
