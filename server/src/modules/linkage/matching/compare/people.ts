import type { Field } from '../fields/field.ts';
import { anySlots, type Comparison, equal, knownBoth, type Of, type Pairing, slip } from './comparison.ts';

/** A Chinese name: the text, its sound, a sound that dialects do not tell apart, all but one character, one of its halves. */
export function chineseName(field: Field, pairing: Pairing): Comparison {
  const any = (sql: (a: Of, b: Of) => string) => anySlots(field, field, pairing, sql);
  const same = (a: Of, b: Of, ...parts: string[]) =>
    parts.map((p) => `CASE WHEN ${a(p)} = ${b(p)} THEN 1 ELSE 0 END`).join(' + ');
  const oneOff = (a: Of, b: Of) =>
    `${a('family')} = ${b('family')} AND ((${a('n')} = 3 AND ${b('n')} = 3 AND (${same(a, b, 's2', 's3')} >= 1 OR (${a('s2')} = ${b('s3')} AND ${a('s3')} = ${b('s2')})))` +
    ` OR (${a('n')} = 4 AND ${b('n')} = 4 AND ${same(a, b, 's1', 's2', 's3', 's4')} = 3)` +
    ` OR (${a('n')} = 2 AND ${b('n')} = 3 AND (${a('s2')} = ${b('s2')} OR ${a('s2')} = ${b('s3')}))` +
    ` OR (${a('n')} = 3 AND ${b('n')} = 2 AND (${a('s2')} = ${b('s2')} OR ${a('s3')} = ${b('s2')})))`;
  return {
    id: field.name,
    fields: [field.name],
    known: knownBoth(field, pairing, 'text'),
    levels: [
      equal('exact', field, pairing, 'text'),
      equal('sound', field, pairing, 'sound'),
      equal('near-sound', field, pairing, 'near'),
      {
        id: 'long',
        holds: any(
          (a, b) =>
            `${a('long')} IS NOT NULL AND ${b('long')} IS NOT NULL AND (starts_with(${a('long')}, ${b('long')}) OR starts_with(${b('long')}, ${a('long')}) OR (${a('n')} >= 5 AND ${b('n')} >= 5 AND jaro_winkler_similarity(${a('long')}, ${b('long')}) >= 0.92))`,
        ),
      },
      { id: 'one-character', holds: any(oneOff) },
      { id: 'given', holds: any((a, b) => `${a('given')} = ${b('given')}`) },
      { id: 'family', holds: any((a, b) => `${a('family')} = ${b('family')}`) },
    ],
  };
}

/** Western names: given name and surname, each by itself, and exchanged with each other. */
export function westernNames(given: Field | undefined, surname: Field | undefined, pairing: Pairing): Comparison[] {
  const made: Comparison[] = [];
  const equalWords = (a: Of, b: Of) => `${a('hash')} = ${b('hash')}`;
  const crossed =
    given && surname
      ? [anySlots(given, surname, pairing, equalWords), anySlots(surname, given, pairing, equalWords)]
      : undefined;
  const swapped = crossed?.join(' AND ');
  const alike = (field: Field, least: number) =>
    anySlots(field, field, pairing, (a, b) => `jaro_winkler_similarity(${a('text')}, ${b('text')}) >= ${least}`);
  const bones = (field: Field) => anySlots(field, field, pairing, (a, b) => `${a('bones')} = ${b('bones')}`);
  if (given) {
    const begins = anySlots(
      given,
      given,
      pairing,
      (a, b) => `starts_with(${a('text')}, ${b('text')}) OR starts_with(${b('text')}, ${a('text')})`,
    );
    made.push({
      id: given.name,
      fields: surname ? [given.name, surname.name] : [given.name],
      known: swapped ? `(${knownBoth(given, pairing, 'hash')}) OR (${swapped})` : knownBoth(given, pairing, 'hash'),
      levels: [
        equal('exact', given, pairing, 'hash'),
        ...(swapped ? [{ id: 'swapped', holds: swapped }] : []),
        { id: 'close', holds: alike(given, 0.92) },
        { id: 'begins', holds: begins },
        { id: 'alike', holds: `${bones(given)} OR ${alike(given, 0.82)}` },
        ...(crossed ? [{ id: 'crossed', holds: crossed.join(' OR ') }] : []),
      ],
    });
  }
  if (surname) {
    made.push({
      id: surname.name,
      fields: [surname.name],
      known: `${knownBoth(surname, pairing, 'hash')}${swapped ? ` AND (${swapped}) IS NOT TRUE` : ''}`,
      levels: [
        equal('exact', surname, pairing, 'hash'),
        { id: 'close', holds: alike(surname, 0.92) },
        { id: 'alike', holds: `${bones(surname)} OR ${alike(surname, 0.82)}` },
      ],
    });
  }
  return made;
}

/** A birth date: equal, one slip, day and month exchanged, lunar for solar, unknown parts, same month and day, same or near year. */
export function birthDate(field: Field, pairing: Pairing): Comparison {
  const any = (sql: (a: Of, b: Of) => string) => anySlots(field, field, pairing, sql);
  const partial = (of: Of) => `(${of('md')} = 101 OR ${of('md')} % 100 = 0)`;
  return {
    id: field.name,
    fields: [field.name],
    known: knownBoth(field, pairing, 'y'),
    levels: [
      equal('exact', field, pairing, 'ymd'),
      {
        id: 'swapped',
        holds: any(
          (a, b) =>
            `${a('y')} = ${b('y')} AND ${a('md')} // 100 = ${b('md')} % 100 AND ${a('md')} % 100 = ${b('md')} // 100`,
        ),
      },
      {
        id: 'lunar',
        holds: any((a, b) => `(${a('lunar')} = ${b('ymd')} OR ${b('lunar')} = ${a('ymd')})`),
      },
      {
        id: 'default',
        holds: any((a, b) => `${a('y')} = ${b('y')} AND (${partial(a)} OR ${partial(b)})`),
      },
      { id: 'slip', holds: any((a, b) => slip(a('ymd'), b('ymd'))) },
      {
        id: 'month-day',
        holds: any((a, b) => `${a('md')} = ${b('md')} AND ${a('md')} <> 101 AND ${a('md')} % 100 <> 0`),
      },
      { id: 'year-month', holds: any((a, b) => `${a('y')} = ${b('y')} AND ${a('md')} // 100 = ${b('md')} // 100`) },
      { id: 'year', holds: any((a, b) => `${a('y')} = ${b('y')}`) },
      { id: 'near-year', holds: any((a, b) => `abs(${a('y')} - ${b('y')}) <= 2`) },
    ],
  };
}

export function sex(field: Field, pairing: Pairing): Comparison {
  return {
    id: field.name,
    fields: [field.name],
    known: knownBoth(field, pairing, 'value'),
    levels: [{ id: 'same', holds: anySlots(field, field, pairing, (a, b) => `${a('value')} = ${b('value')}`) }],
  };
}
