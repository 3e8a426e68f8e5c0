import { dayText, lunarText } from './calendar.ts';
import type { Chance } from './chance.ts';
import type { Household, Person } from './households.ts';
import type { NameBook } from './names.ts';
import { mobile, swappedDigits, wrongDigit } from './numbers.ts';
import { addressText, type Home } from './places.ts';
import { traditionalForm, variantsOf } from './spellings.ts';

/** How often each thing goes wrong in a department's row, as shares of the rows (of those it can happen to). */
export const RATES = {
  homophone: 0.02,
  traditional: 0.012,
  variant: 0.05,
  dotLost: 0.35,
  dotOther: 0.3,
  birthDigit: 0.01,
  birthSwap: 0.005,
  birthFirstOfJanuary: 0.02,
  lunarBefore1990: 0.05,
  lunarLater: 0.005,
  sexWrong: 0.003,
  phoneDigit: 0.015,
  phoneSwap: 0.005,
  phoneRelative: 0.06,
  phoneNew: 0.06,
  moved: 0.05,
  movedMember: 0.9,
  phoneMissing: 0.3,
  addressMissing: 0.2,
  regionMissing: 0.1,
  sexMissing: 0.05,
  birthMissing: 0.03,
  numberMissing: 0.1,
  numberMistyped: 0.04,
  numberRelative: 0.01,
} as const;

const DOTS = ['•', '・', '‧', '．', '.', ' '];

/** The name as a department's clerk wrote it. */
export function writtenName(c: Chance, names: NameBook, person: Person): string {
  let name = person.name;
  if (person.minority) {
    const dot = c.share();
    if (dot < RATES.dotLost) name = name.replace('·', '');
    else if (dot < RATES.dotLost + RATES.dotOther) name = name.replace('·', c.one(DOTS));
  }
  if (c.happens(RATES.homophone)) {
    const characters = [...name];
    // The surname is misheard less often than the given name.
    const at = c.happens(0.15) ? 0 : c.between(1, characters.length - 1);
    characters[at] = names.homophone(c, characters[at] as string);
    name = characters.join('');
  }
  if (c.happens(RATES.traditional)) name = traditionalForm(name);
  if (c.happens(RATES.variant)) {
    const characters = [...name];
    const at = characters.findIndex((character) => variantsOf(character).length > 0);
    if (at >= 0) characters[at] = c.one(variantsOf(characters[at] as string));
    name = characters.join('');
  }
  return name;
}

/** The birth date as the row has it, YYYYMMDD, '' when it is not there. */
export function writtenBirth(c: Chance, person: Person): string {
  if (c.happens(RATES.birthMissing)) return '';
  const real = dayText(person.birth);
  if (c.happens(RATES.birthFirstOfJanuary)) return `${real.slice(0, 4)}0101`;
  if (c.happens(real < '1990' ? RATES.lunarBefore1990 : RATES.lunarLater))
    return lunarText(person.birth).replaceAll('-', '');
  const text = real.replaceAll('-', '');
  if (c.happens(RATES.birthDigit)) return wrongDigit(c, text, 2);
  if (c.happens(RATES.birthSwap)) return swappedDigits(c, text, 2);
  return text;
}

/** The phone as the row has it, '' when it is not there. */
export function writtenPhone(c: Chance, person: Person, household: Household): string {
  if (c.happens(RATES.phoneMissing)) return '';
  if (c.happens(RATES.phoneNew)) return mobile(c);
  let phone = person.phone;
  if (c.happens(RATES.phoneRelative)) phone = c.one(household.persons).phone;
  if (phone === '') return '';
  if (c.happens(RATES.phoneDigit)) return wrongDigit(c, phone, 1);
  if (c.happens(RATES.phoneSwap)) return swappedDigits(c, phone, 1);
  return phone;
}

/** The code of the division and the address as the row has them; some rows stop at the township or the county. */
export function writtenPlace(c: Chance, home: Home): { region: string; address: string } {
  const depth = c.share();
  const code = home.village.code;
  const region = depth < 0.7 ? code : depth < 0.9 ? `${code.slice(0, 9)}000` : `${code.slice(0, 6)}000000`;
  const from = c.share();
  return {
    region: c.happens(RATES.regionMissing) ? '' : region,
    address: c.happens(RATES.addressMissing)
      ? ''
      : addressText(home, from < 0.4 ? 0 : from < 0.8 ? 2 : 3, c.happens(0.85)),
  };
}

/** The sex as the row has it. */
export function writtenSex(c: Chance, person: Person): string {
  if (c.happens(RATES.sexMissing)) return '';
  if (c.happens(RATES.sexWrong)) return person.sex === '男' ? '女' : '男';
  return person.sex;
}

/** The citizen number as the row has it; `numberOf` gives the true one of a member. */
export function writtenNumber(
  c: Chance,
  person: Person,
  household: Household,
  numberOf: (person: Person) => string,
): string {
  if (c.happens(RATES.numberMissing)) return '';
  if (c.happens(RATES.numberRelative)) return numberOf(c.one(household.persons));
  const number = numberOf(person);
  if (c.happens(RATES.numberMistyped)) return c.happens(0.5) ? wrongDigit(c, number) : swappedDigits(c, number);
  return number;
}
