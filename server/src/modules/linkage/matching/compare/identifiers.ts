import type { Field } from '../fields/field.ts';
import { anySlots, type Comparison, equal, knownBoth, type Of, type Pairing, slip } from './comparison.ts';

export function phone(field: Field, pairing: Pairing): Comparison {
  return {
    id: field.name,
    fields: [field.name],
    known: knownBoth(field, pairing, 'hash'),
    shared: { field: field.name, part: 'hash' },
    levels: [
      equal('exact', field, pairing, 'hash'),
      { id: 'slip', holds: anySlots(field, field, pairing, (a, b) => slip(a('digits'), b('digits'))) },
      { id: 'ending', holds: anySlots(field, field, pairing, (a, b) => `${a('tail')} = ${b('tail')}`) },
    ],
  };
}

/**
 * An electronic address. What stands before the @ is often made of the person's name, so likeness that rewards a common
 * beginning would count the name a second time; slips are counted instead.
 */
export function email(field: Field, pairing: Pairing): Comparison {
  const within = (part: string, slips: number) =>
    anySlots(
      field,
      field,
      pairing,
      (a, b) =>
        `abs(length(${a(part)}) - length(${b(part)})) <= ${slips} AND damerau_levenshtein(${a(part)}, ${b(part)}) <= ${slips}`,
    );
  return {
    id: field.name,
    fields: [field.name],
    known: knownBoth(field, pairing, 'hash'),
    levels: [
      equal('exact', field, pairing, 'hash'),
      { id: 'slip', holds: within('whole', 1) },
      equal('local-part', field, pairing, 'local'),
      { id: 'slips', holds: within('whole', 3) },
    ],
  };
}

/** 居民身份证号: equal, or one digit differs or two neighbours are exchanged. */
export function citizenNumber(field: Field, pairing: Pairing): Comparison {
  const slipped = (a: Of, b: Of) =>
    `(${a('head')} = ${b('head')} AND ${slip(a('tail'), b('tail'))}) OR (${a('tail')} = ${b('tail')} AND ${slip(a('head'), b('head'))})`;
  return {
    id: field.name,
    fields: [field.name],
    known: knownBoth(field, pairing, 'hash'),
    personal: true,
    levels: [equal('exact', field, pairing, 'hash'), { id: 'slip', holds: anySlots(field, field, pairing, slipped) }],
  };
}

/** Any other number of one record: equal, one slip, two slips. Distances only where the beginning or the end agrees. */
export function number(field: Field, pairing: Pairing): Comparison {
  const within = (a: Of, b: Of, slips: number) => {
    const x = a('text');
    const y = b('text');
    const ends = `left(${x}, 2) = left(${y}, 2) OR right(${x}, 2) = right(${y}, 2)`;
    return `(${ends}) AND abs(length(${x}) - length(${y})) <= ${slips} AND length(${x}) > ${2 * slips + 2} AND damerau_levenshtein(${x}, ${y}) <= ${slips}`;
  };
  return {
    id: field.name,
    fields: [field.name],
    known: knownBoth(field, pairing, 'hash'),
    personal: true,
    levels: [
      equal('exact', field, pairing, 'hash'),
      { id: 'slip', holds: anySlots(field, field, pairing, (a, b) => within(a, b, 1)) },
      { id: 'two-slips', holds: anySlots(field, field, pairing, (a, b) => within(a, b, 2)) },
    ],
  };
}

export function household(field: Field, pairing: Pairing): Comparison {
  return {
    id: field.name,
    fields: [field.name],
    known: knownBoth(field, pairing, 'hash'),
    shared: { field: field.name, part: 'hash' },
    levels: [equal('exact', field, pairing, 'hash')],
  };
}

export function code(field: Field, pairing: Pairing): Comparison {
  return {
    id: field.name,
    fields: [field.name],
    known: knownBoth(field, pairing, 'hash'),
    levels: [equal('exact', field, pairing, 'hash')],
  };
}

export function text(field: Field, pairing: Pairing): Comparison {
  const alike = (least: number) =>
    anySlots(field, field, pairing, (a, b) => `jaro_winkler_similarity(${a('text')}, ${b('text')}) >= ${least}`);
  return {
    id: field.name,
    fields: [field.name],
    known: knownBoth(field, pairing, 'hash'),
    levels: [
      equal('exact', field, pairing, 'hash'),
      { id: 'close', holds: alike(0.92) },
      { id: 'alike', holds: alike(0.8) },
    ],
  };
}
