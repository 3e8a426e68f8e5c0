import { dayNumber } from './calendar.ts';
import { Chance } from './chance.ts';
import type { NameBook, Sex } from './names.ts';
import { mobile } from './numbers.ts';
import { type Home, homeFor, type Village } from './places.ts';

/** The most members a household has; a person's slot is `household * MOST + place`. */
export const MOST = 7;

/** A person as life made them, before anyone wrote them down. */
export interface Person {
  slot: number;
  name: string;
  surname: string;
  minority: boolean;
  sex: Sex;
  /** Day number of the birth. */
  birth: number;
  phone: string;
  /** Six digits: where the number was given out. */
  area: string;
}

export interface Household {
  index: number;
  home: Home;
  persons: Person[];
}

const END = dayNumber(2026, 10, 1);
const YEAR = 365.2425;

/** Makes any household of a seeded population again, from its index alone. */
export class Population {
  private readonly chance = new Chance();
  private readonly names: NameBook;
  private readonly villages: readonly Village[];
  private readonly seed: number;

  constructor(names: NameBook, villages: readonly Village[], seed: number) {
    this.names = names;
    this.villages = villages;
    this.seed = seed;
  }

  household(index: number): Household {
    const c = this.chance.start(this.seed, 1, index);
    const home = homeFor(c, this.villages);
    const county = home.village.code.slice(0, 6);
    const persons: Person[] = [];
    const elsewhere = () => (c.happens(0.2) ? c.one(this.villages).code.slice(0, 6) : county);
    const kind = c.share();
    const minority = c.happens(0.015);
    const head = this.adult(c, index, persons, '男', kind < 0.2 ? c.between(20, 90) : c.between(24, 80), minority);
    head.area = county;
    if (kind < 0.1) {
      head.sex = '女';
      head.name = minority ? this.names.minority(c, '女') : head.surname + this.given(c, '女', head.birth);
    }
    const age = (END - head.birth) / YEAR;
    if (kind >= 0.2) {
      const wife = this.adult(c, index, persons, '女', Math.max(20, Math.round(age - c.between(-2, 5))), minority);
      wife.area = elsewhere();
    }
    const young = Math.min(50, age - 24);
    const children = kind < 0.4 ? 0 : kind < 0.68 ? 1 : kind < 0.88 ? 2 : kind < 0.95 ? 1 : 3;
    if (young > 0) this.children(c, index, persons, head, children, young, county, minority);
    if (kind >= 0.88 && age < 60 && persons.length < MOST - 1) {
      const father = this.adult(c, index, persons, '男', Math.round(age + c.between(21, 32)), minority);
      if (!minority) father.name = head.surname + this.given(c, '男', father.birth);
      father.surname = head.surname;
      father.area = county;
      if (persons.length < MOST && c.happens(0.7)) {
        const mother = this.adult(c, index, persons, '女', Math.round(age + c.between(20, 30)), minority);
        mother.area = elsewhere();
      }
    }
    return { index, home, persons };
  }

  private children(
    c: Chance,
    household: number,
    persons: Person[],
    father: Person,
    count: number,
    oldest: number,
    county: string,
    minority: boolean,
  ): void {
    const shared = c.happens(0.3);
    const middle = this.names.generation(c, '男', 1990);
    let before: Person | undefined;
    for (let i = 0; i < count && persons.length < MOST; i++) {
      const twin: boolean = before !== undefined && c.happens(0.012);
      const sex: Sex = c.happens(0.52) ? '男' : '女';
      const birth: number = twin && before ? before.birth : Math.round(END - c.share() * oldest * YEAR);
      // Two brothers are born a year apart or on one day.
      if (!twin && persons.some((person) => Math.abs(person.birth - birth) < 330)) continue;
      const given = shared ? middle + this.names.generation(c, sex, yearOf(birth)) : this.given(c, sex, birth);
      const age = (END - birth) / YEAR;
      const child: Person = {
        slot: household * MOST + persons.length,
        name: minority ? this.names.minority(c, sex) : father.surname + given,
        surname: father.surname,
        minority,
        sex,
        birth,
        phone: age > 14 && c.happens(0.9) ? mobile(c) : c.happens(0.7) ? father.phone : '',
        area: county,
      };
      persons.push(child);
      before = child;
    }
  }

  private adult(c: Chance, household: number, persons: Person[], sex: Sex, age: number, minority: boolean): Person {
    const birth = Math.round(END - (age + c.share()) * YEAR);
    const child = persons[0];
    const surname = this.names.surname(c);
    const person: Person = {
      slot: household * MOST + persons.length,
      name: minority ? this.names.minority(c, sex) : surname + this.given(c, sex, birth),
      surname,
      minority,
      sex,
      birth,
      phone: age < 70 || c.happens(0.55) ? mobile(c) : child && c.happens(0.6) ? child.phone : '',
      area: '',
    };
    persons.push(person);
    return person;
  }

  private given(c: Chance, sex: Sex, birth: number): string {
    return this.names.given(c, sex, yearOf(birth));
  }
}

function yearOf(day: number): number {
  return 1970 + Math.floor(day / YEAR);
}
