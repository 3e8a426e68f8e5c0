import { birthOf, isValidNumber, normaliseNumber, repairsOf, sexOf } from './citizen-number.ts';
import { namesAgree, normaliseName } from './name.ts';
import type { SubjectIdentity } from './subject.ts';

export type Agreement = 'same' | 'sound' | 'near' | 'different' | 'missing';
export type ComparedField = 'name' | 'number' | 'birth' | 'sex' | 'phone' | 'place' | 'address' | 'household';

/** What the register says of a person, for a look beside a row. */
export interface PersonIdentity {
  name: string;
  number: string;
  sex: string | null;
  birth: string | null;
  phone: string | null;
  address: string | null;
  /** Divisions of registration and residence. */
  divisions: readonly number[];
  hukouNo: string | null;
}

/** Names that are neither equal nor sound equal: near when one character differs or is missing, of two or more. */
function nearNames(one: string, other: string): boolean {
  const [a, b] = [[...normaliseName(one)], [...normaliseName(other)]];
  if (Math.abs(a.length - b.length) > 1 || Math.min(a.length, b.length) < 2) return false;
  let i = 0;
  while (i < Math.min(a.length, b.length) && a[i] === b[i]) i++;
  let j = 0;
  while (j < Math.min(a.length, b.length) - i && a[a.length - 1 - j] === b[b.length - 1 - j]) j++;
  return Math.max(a.length, b.length) - i - j <= 1;
}

function names(row: string | null, person: string): Agreement {
  if (row === null || normaliseName(row) === '') return 'missing';
  const found = namesAgree(row, person);
  if (found !== 'none') return found === 'exact' ? 'same' : 'sound';
  return nearNames(row, person) ? 'near' : 'different';
}

function numbers(row: string | null, person: string): Agreement {
  const plain = normaliseNumber(row);
  if (plain === null) return 'missing';
  if (plain === person) return 'same';
  return !isValidNumber(plain) && repairsOf(plain).includes(person) ? 'near' : 'different';
}

/** The birth date that a row states itself or by its number. */
export function birthIn(row: SubjectIdentity): string | null {
  if (row.birth !== null) return row.birth;
  const plain = normaliseNumber(row.number);
  return plain !== null && /^\d{17}[\dX]$/.test(plain) ? birthOf(plain) : null;
}

function births(row: string | null, person: string | null): Agreement {
  if (row === null || person === null) return 'missing';
  if (row === person) return 'same';
  const wrong = [...row].filter((character, i) => character !== person[i]).length;
  const swapped = [...row].sort().join('') === [...person].sort().join('') && wrong === 2;
  return wrong === 1 || swapped ? 'near' : 'different';
}

const equal = (row: string | null, person: string | null): Agreement =>
  row === null || person === null ? 'missing' : row === person ? 'same' : 'different';

/** How a row and a person agree, field by field, in a fixed order; a field neither of them states is left out. */
export function compare(
  row: SubjectIdentity,
  person: PersonIdentity,
): { field: ComparedField; delivered: string | null; person: string | null; agreement: Agreement }[] {
  const plain = normaliseNumber(row.number);
  const sex = row.sex ?? (plain !== null && isValidNumber(plain) ? sexOf(plain) : null);
  const birth = birthIn(row);
  const place = row.division === null ? null : String(row.division);
  const here = row.division !== null && person.divisions.includes(row.division);
  const fields = [
    { field: 'name', delivered: row.name, person: person.name, agreement: names(row.name, person.name) },
    { field: 'number', delivered: row.number, person: person.number, agreement: numbers(row.number, person.number) },
    { field: 'birth', delivered: birth, person: person.birth, agreement: births(birth, person.birth) },
    { field: 'sex', delivered: sex, person: person.sex, agreement: equal(sex, person.sex) },
    { field: 'phone', delivered: row.phone, person: person.phone, agreement: equal(row.phone, person.phone) },
    {
      field: 'place',
      delivered: place,
      person: person.divisions.map(String)[0] ?? null,
      agreement: place === null ? 'missing' : here ? 'same' : 'different',
    },
    { field: 'address', delivered: row.address, person: person.address, agreement: equal(row.address, person.address) },
    {
      field: 'household',
      delivered: row.hukouNo,
      person: person.hukouNo,
      agreement: equal(row.hukouNo, person.hukouNo),
    },
  ] as const;
  return fields.filter((f) => f.delivered !== null || f.field === 'name' || f.field === 'number');
}
