import { type Field, slotColumn, slotsOf } from '../fields/field.ts';
import type { Atom, Comparison, Of, Pairing } from './comparison.ts';
import { citizenNumber, code, email, household, number, phone, text } from './identifiers.ts';
import { birthDate, chineseName, sex, westernNames } from './people.ts';
import { place, residence, streets } from './places.ts';

const kindOf = (fields: readonly Field[], ...kinds: string[]) => fields.filter((f) => kinds.includes(f.preparedAs));

/** The comparisons that a set of fields allows, correlated fields together. */
export function comparisonsOf(fields: readonly Field[], pairing: Pairing): Comparison[] {
  const present = fields.filter((f) => slotsOf(f, pairing.left) > 0 && slotsOf(f, pairing.right) > 0);
  const each = (kinds: readonly string[], make: (field: Field, pairing: Pairing) => Comparison) =>
    kindOf(present, ...kinds).map((field) => make(field, pairing));
  const [given] = kindOf(present, 'given-name', 'full-given');
  const [surname] = kindOf(present, 'surname', 'full-surname');
  const [street, line] = kindOf(present, 'street');
  const [address] = kindOf(present, 'address');
  const [region] = kindOf(present, 'region');
  const [locality] = kindOf(present, 'locality');
  const [postcode] = kindOf(present, 'postcode');
  const [state] = kindOf(present, 'state');
  return [
    ...each(['name'], chineseName),
    ...westernNames(given, surname, pairing),
    ...each(['birth-date'], birthDate),
    ...each(['sex'], sex),
    ...each(['citizen-number'], citizenNumber),
    ...each(['number'], number),
    ...each(['phone'], phone),
    ...each(['email'], email),
    ...(address || region ? [residence(address, region, pairing)] : []),
    ...streets(street, line, pairing),
    ...each(['street-number'], code),
    ...(locality || postcode || state ? [place(locality, postcode, state, pairing)] : []),
    ...each(['household'], household),
    ...each(['code'], code),
    ...each(['text'], text),
  ];
}

/** Level number of a pair: 0 when a side says nothing, else 1 … in the order of the levels, the last being `other`. */
export function levelSql(comparison: Comparison): string {
  const cases = comparison.levels.map((level, i) => `WHEN ${level.holds} THEN ${i + 1}`);
  return `CAST(CASE WHEN (${comparison.known}) IS NOT TRUE THEN 0 ${cases.join(' ')} ELSE ${comparison.levels.length + 1} END AS UTINYINT)`;
}

/** SQL of a side's keys of an atom, one for each slot that has one. */
export const atomKeys = (atom: Atom, field: Field, side: 'left' | 'right'): string[] =>
  Array.from({ length: slotsOf(field, side) }, (_, i) => atom.key((part) => slotColumn(field.name, i + 1, part)));

/** The parts from which blocking keys are made, the strictest of each field first. */
export function atomsOf(fields: readonly Field[], pairing: Pairing): Atom[] {
  const comparisons = comparisonsOf(fields, pairing);
  return fields.flatMap((field) => {
    const comparison = comparisons.find((c) => c.fields.includes(field.name));
    if (!comparison || slotsOf(field, pairing.left) === 0 || slotsOf(field, pairing.right) === 0) return [];
    return (ATOMS[field.preparedAs] ?? []).map(([part, reliability, implies]) => ({
      id: `${field.name}.${part}`,
      comparison: comparison.id,
      field: field.name,
      key: KEYS[part] ?? ((of: Of) => of(part)),
      implies: implies.map((other) => `${field.name}.${other}`),
      reliability,
    }));
  });
}

/** Keys that are not a prepared column as it stands; a date of 1 January or of unknown parts is no key of a day. */
const KEYS: Record<string, (of: Of) => string> = {
  ym: (of) =>
    `CASE WHEN ${of('md')} >= 100 AND ${of('md')} <> 101 THEN ${of('y')}::INTEGER * 100 + ${of('md')} // 100 END`,
  day: (of) => `CASE WHEN ${of('md')} % 100 <> 0 AND ${of('md')} <> 101 THEN ${of('md')} END`,
};

type Parts = readonly (readonly [part: string, reliability: number, implies: readonly string[]])[];
const WORD: Parts = [
  ['hash', 0.86, ['bones', 'head']],
  ['bones', 0.93, []],
  ['head', 0.92, []],
];
const ATOMS: Record<string, Parts> = {
  name: [
    ['text', 0.88, ['sound', 'near', 'given', 'family']],
    ['near', 0.94, ['given', 'family']],
    ['given', 0.95, []],
    ['family', 0.98, []],
  ],
  'given-name': WORD,
  'full-given': WORD,
  surname: WORD,
  'full-surname': WORD,
  'birth-date': [
    ['ymd', 0.9, ['ym', 'day', 'y']],
    ['ym', 0.94, ['y']],
    ['day', 0.93, []],
    ['y', 0.96, []],
  ],
  sex: [['value', 0.99, []]],
  'citizen-number': [
    ['hash', 0.9, ['head', 'tail']],
    ['head', 0.95, []],
    ['tail', 0.95, []],
  ],
  number: [
    ['hash', 0.88, ['head', 'tail']],
    ['head', 0.94, []],
    ['tail', 0.94, []],
  ],
  phone: [
    ['hash', 0.75, ['tail']],
    ['tail', 0.78, []],
  ],
  email: [
    ['hash', 0.75, ['local']],
    ['local', 0.8, []],
  ],
  address: [
    ['full', 0.7, ['village', 'town']],
    ['village', 0.85, ['town']],
    ['town', 0.9, []],
  ],
  region: [
    ['village', 0.85, ['town']],
    ['town', 0.9, []],
  ],
  street: WORD,
  'street-number': [['hash', 0.85, []]],
  locality: [
    ['hash', 0.86, ['bones']],
    ['bones', 0.92, []],
  ],
  postcode: [['hash', 0.9, []]],
  household: [['hash', 0.85, []]],
  code: [['hash', 0.85, []]],
  text: [['hash', 0.7, []]],
};
