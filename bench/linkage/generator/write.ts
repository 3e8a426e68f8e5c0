import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { dayText } from './calendar.ts';
import { Chance, scatter, shuffled } from './chance.ts';
import { type Household, type Person, Population } from './households.ts';
import { RATES, writtenBirth, writtenName, writtenNumber, writtenPhone, writtenPlace, writtenSex } from './mistakes.ts';
import { nameBook } from './names.ts';
import { citizenNumber } from './numbers.ts';
import { addressText, type Home, homeFor, villagesFor } from './places.ts';

export interface PairSizes {
  /** Rows of the register (left) and of the department's file (right). */
  left: number;
  right: number;
  seed: number;
  /** Whether both sides have a column of citizen numbers. */
  numbers: boolean;
  /** Six digits of the county where the region begins. */
  county: string;
  out: string;
}

const ABSENT = 0.22;
/** Of those absent on the left, the share who live in a household that is there: the new-born, the newly wed. */
const ABSENT_AMONG_KIN = 1 / 3;

/**
 * Writes `left.csv`, `right.csv` and `truth.csv` (left_id,right_id) into `out`, as a stream: memory does not grow with
 * the rows but for two bytes a person. Gives the counts and where the names come from.
 */
export function writePair(sizes: PairSizes): { left: number; right: number; matches: number; names: string } {
  const { seed, numbers } = sizes;
  mkdirSync(sizes.out, { recursive: true });
  const names = nameBook();
  const villages = villagesFor(sizes.left, sizes.county);
  const population = new Population(names, villages, seed);
  const kin = (ABSENT * sizes.right * ABSENT_AMONG_KIN) / sizes.left;
  const picked = ((1 - ABSENT) * sizes.right) / sizes.left;
  const chance = new Chance();
  const orders = new Orders(numbers);
  const numberOf = (person: Person) => orders.number(person);
  const idOf = (person: Person) => `A${scatter(person.slot ^ scatter(seed)).toString(36)}`;

  const left = new Csv(join(sizes.out, 'left.csv'));
  left.row(`编号,姓名,${numbers ? '身份证号,' : ''}性别,出生日期,手机号,区划代码,住址`);
  let households = 0;
  for (; left.rows < sizes.left; households++) {
    const household = population.household(households);
    for (const person of household.persons) {
      orders.give(person);
      if (chance.start(seed, 2, person.slot).happens(kin / (1 + kin)) || left.rows >= sizes.left) continue;
      const { village } = household.home;
      left.row(
        `${idOf(person)},${person.name},${numbers ? `${numberOf(person)},` : ''}${person.sex},${dayText(person.birth)},` +
          `${person.phone},${village.code},${chance.happens(0.03) ? '' : addressText(household.home, 0, true)}`,
      );
    }
  }
  const inRegister = households;
  for (let strangers = 0; strangers < ABSENT * (1 - ABSENT_AMONG_KIN) * sizes.right; households++)
    for (const person of population.household(households).persons) {
      orders.give(person);
      strangers++;
    }

  const writtenRow = (household: Household, person: Person, home: Home): string => {
    const place = writtenPlace(chance, home);
    const number = numbers ? `${writtenNumber(chance, person, household, numberOf)},` : '';
    return (
      `${writtenName(chance, names, person)},${number}${writtenSex(chance, person)},${writtenBirth(chance, person)},` +
      `${writtenPhone(chance, person, household)},${place.region},${place.address}`
    );
  };
  const right = new Csv(join(sizes.out, 'right.csv'));
  const truth = new Csv(join(sizes.out, 'truth.csv'));
  right.row(`记录号,姓名,${numbers ? '证件号码,' : ''}性别,出生日期,联系电话,区划代码,家庭住址`);
  truth.row('left_id,right_id');
  for (let i = 0; i < households; i++) {
    const household = population.household(shuffled(i, households, seed));
    const stranger = household.index >= inRegister;
    const moved = chance.start(seed, 3, household.index).happens(RATES.moved);
    const away = moved ? homeFor(chance, villages, household.home.village) : household.home;
    for (const person of household.persons) {
      const absent = stranger || chance.start(seed, 2, person.slot).happens(kin / (1 + kin));
      if (!absent && !chance.start(seed, 4, person.slot).happens(picked)) continue;
      chance.start(seed, 5, person.slot);
      const id = `B${right.rows + 1}`;
      const home = moved && chance.happens(RATES.movedMember) ? away : household.home;
      right.row(`${id},${writtenRow(household, person, home)}`);
      if (!absent) truth.row(`${idOf(person)},${id}`);
    }
  }
  for (const file of [left, right, truth]) file.close();
  return { left: left.rows, right: right.rows, matches: truth.rows, names: names.source };
}

/** Citizen numbers: the order within an area, birthday and sex is given out by turn, so that no two are equal. */
class Orders {
  private readonly turns = new Map<string, number>();
  private given = new Uint16Array(1 << 20);
  private readonly kept: boolean;

  constructor(kept: boolean) {
    this.kept = kept;
  }

  give(person: Person): void {
    if (!this.kept) return;
    if (person.slot >= this.given.length) {
      const larger = new Uint16Array(this.given.length * 2);
      larger.set(this.given);
      this.given = larger;
    }
    const key = `${person.area}${person.birth}${person.sex}`;
    const turn = this.turns.get(key) ?? scatter(person.slot) % 500;
    this.turns.set(key, (turn + 7) % 500);
    this.given[person.slot] = turn * 2 + (person.sex === '男' ? 1 : 0);
  }

  number(person: Person): string {
    return citizenNumber(person.area, dayText(person.birth).replaceAll('-', ''), this.given[person.slot] ?? 0);
  }
}

/** A file written in pieces of a megabyte; `rows` does not count the header. */
class Csv {
  rows = -1;
  private readonly file: number;
  private pieces: string[] = [];

  constructor(path: string) {
    this.file = openSync(path, 'w');
  }

  row(text: string): void {
    this.rows++;
    this.pieces.push(text);
    if (this.pieces.length === 8192) this.flush();
  }

  close(): void {
    this.flush();
    closeSync(this.file);
  }

  private flush(): void {
    if (this.pieces.length > 0) writeSync(this.file, `${this.pieces.join('\n')}\n`);
    this.pieces = [];
  }
}
