import type { Period } from './calendar.ts';
import type { Village } from './divisions.ts';
import type { DisabilityCategory } from './numbers.ts';
import type { Rules } from './rules.ts';

// The true state of the county. Days are day numbers, money is fen. A fact carries its own dates, and what a department
// delivers for a period is read off them (rows/), so that twelve months cost no more memory than one.

export interface Job {
  employer: string;
  wage: number;
  started: number;
  stopped: number | undefined;
}
export interface Pension {
  kind: 'resident' | 'employee' | 'public';
  basic: number;
  amount: number;
  started: number;
}
export interface Unemployment {
  registered: number;
  reason: string;
  benefit: number | undefined;
}
export type Stage =
  | 'preschool'
  | 'primary'
  | 'junior'
  | 'senior'
  | 'vocational'
  | 'college'
  | 'bachelor'
  | 'postgraduate';
export interface Schooling {
  school: string;
  stage: Stage;
  mode: 'full_time' | 'part_time';
  fee: number;
  boarding: number;
  change: { status: 'suspended' | 'dropped_out' | 'graduated' | 'transferred'; on: number } | undefined;
}
export interface MigrantWork {
  place: string;
  months: number;
  industry: string;
}
export interface Certificate {
  number: string;
  category: DisabilityCategory;
  level: 1 | 2 | 3 | 4;
  issued: number;
  expires: number;
  cancelled: number | undefined;
  /** Whether the department marks the certificate 过期 once it has expired, or leaves it 有效. */
  marksExpiry: boolean;
}
export type VehicleType =
  | 'car'
  | 'van'
  | 'truck'
  | 'motorcycle'
  | 'e_bike'
  | 'disabled_scooter'
  | 'tractor'
  | 'farm_machine';
export interface Vehicle {
  plate: string;
  type: VehicleType;
  use: 'private' | 'commercial' | undefined;
  registered: number;
  value: number;
  status: 'normal' | 'cancelled' | 'scrapped' | 'transferred' | 'stolen';
}
export interface Dwelling {
  unit: string;
  location: string;
  /** Hundredths of a square metre. */
  area: number;
  use: 'dwelling' | 'shop' | 'office' | 'garage' | 'other';
  kind: 'commodity' | 'homestead' | 'public_rental' | 'affordable' | 'resettlement';
  share: number;
  registered: number;
}
export interface CompanyRole {
  code: string;
  company: string;
  kind: 'limited' | 'self_employed' | 'cooperative' | 'sole' | 'partnership';
  role: 'legal_representative' | 'operator' | 'shareholder' | 'executive' | 'supervisor' | 'member';
  capital: number;
  status: 'active' | 'revoked' | 'cancelled';
  established: number;
}
export interface Custody {
  kind: 'prison' | 'drug_rehabilitation' | 'community_correction';
  started: number;
  ends: number;
  released: number | undefined;
}
export interface Settlement {
  id: string;
  hospital: string;
  kind: 'inpatient' | 'chronic_outpatient' | 'outpatient';
  settled: number;
  stay: number;
  total: number;
  selfPay: number;
  diagnosis: string;
  /** Index of the period whose file holds it. */
  delivered: number;
}
/** A death as three departments know it: the index of the period whose file holds it, or undefined. */
export interface Death {
  died: number;
  police: number | undefined;
  health: number | undefined;
  cremation: number | undefined;
  /** Day of the cancellation at the police, if they know. */
  cancelled: number | undefined;
}
/** A row about an outsider: somebody of another county with the name of one of ours. */
export interface Namesake {
  feed: 'custody' | 'deaths-cremation' | 'deaths-health';
  person: Outsider;
  on: number;
}
export interface Incident {
  id: string;
  kind: 'fire' | 'traffic' | 'flood' | 'storm' | 'drowning' | 'work_injury' | 'other';
  on: number;
  loss: number;
  injury: 'none' | 'minor' | 'serious' | 'death';
  delivered: number;
}
export type Relation =
  | 'head'
  | 'spouse'
  | 'child'
  | 'child_in_law'
  | 'grandchild'
  | 'parent'
  | 'parent_in_law'
  | 'grandparent'
  | 'sibling'
  | 'nephew_niece'
  | 'other';

/** Who stands in no register of the county: people of elsewhere who appear in its files. */
export interface Outsider {
  number: string;
  name: string;
  sex: 'male' | 'female';
  birth: number;
}
export interface Marriage {
  certificate: string;
  on: number;
  delivered: number;
  kind: 'marriage' | 'divorce';
  man: Person | Outsider;
  woman: Person | Outsider;
}

export interface Person extends Outsider {
  /** Tells nothing about the order of making; set when the county is finished. */
  id: number;
  home: Household;
  relation: Relation;
  phone: string;
  ethnic: string;
  /** First period index in the register (births, moves in). */
  arrives: number;
  /** First period index in which the person is no longer in the register (cancelled death, move out). */
  leaves: number;
  death: Death | undefined;
  certificates: Certificate[] | undefined;
  jobs: Job[] | undefined;
  pension: Pension | undefined;
  unemployment: Unemployment | undefined;
  schooling: Schooling | undefined;
  migrant: MigrantWork | undefined;
  vehicles: Vehicle[] | undefined;
  dwellings: Dwelling[] | undefined;
  companies: CompanyRole[] | undefined;
  custody: Custody[] | undefined;
  settlements: Settlement[] | undefined;
  incidents: Incident[] | undefined;
  marriages: Marriage[] | undefined;
}

export type Programme =
  | 'subsistence'
  | 'subsistence-single'
  | 'destitute'
  | 'subsistence-margin'
  | 'rigid-expenditure'
  | 'disability-living'
  | 'disability-nursing'
  | 'orphan'
  | 'unattended-child'
  | 'old-age';

/** An award on the roll; its members are rows of the assistance feed. */
export interface Award {
  number: string;
  programme: Programme;
  members: Person[];
  started: number;
  stopped: number | undefined;
  /** Fen a month for the whole award. */
  amount: number;
  /** Fen a month of the whole family, from its declaration; undefined = none asked. */
  declared: number | undefined;
  account: string;
}
export interface Land {
  /** Hundredths of a mu. */
  area: number;
  leased: number;
  /** Fen a year. */
  rent: number;
}
export interface Monitored {
  number: string;
  type: 'unstable' | 'marginal' | 'sudden';
  identified: number;
  risk: 'illness' | 'disability' | 'schooling' | 'disaster' | 'accident' | 'labour' | 'employment' | 'other';
  removed: boolean;
}

/** A row of the list of moves. */
export interface Move {
  person: Person;
  kind: 'in' | 'out';
  on: number;
  delivered: number;
  /** The county on the other side, as a 12-digit code. */
  other: string;
}

export interface Household {
  id: number;
  hukou: string;
  village: Village;
  /** Whether the departments still write the village's code from before the merger. */
  oldCode: boolean;
  rural: boolean;
  address: string;
  members: Person[];
  land: Land | undefined;
  monitored: Monitored | undefined;
  awards: Award[];
  /** ordinary = clear of every cause; plant and decoy were put there on purpose. */
  role: 'ordinary' | 'plant' | 'decoy';
  /** 0: a row may be lost to a fault; 1: only what linkage can mend. Set at the end. */
  shield: 0 | 1;
  /** Members whose income no register tells (set at the end, for population faults). */
  unknown: number;
}

export type Kind = 'missed' | 'undue' | 'shock';
export type Cause =
  | 'missed-subsistence'
  | 'missed-margin'
  | 'missed-single'
  | 'missed-rigid'
  | 'missed-living'
  | 'missed-nursing'
  | 'undue-death'
  | 'undue-custody'
  | 'undue-vehicle'
  | 'undue-housing'
  | 'undue-company'
  | 'undue-income'
  | 'undue-double'
  | 'undue-certificate'
  | 'shock-medical'
  | 'shock-incident'
  | 'shock-disability'
  | 'shock-jobloss'
  | 'shock-dropout'
  | 'shock-bereavement';

/** One planted truth: this household, this cause, in these periods. */
export interface Plant {
  household: Household;
  cause: Cause;
  /** Period indexes in which the cause holds and can be seen. */
  periods: number[];
  /** (value - threshold) / threshold, signed; undefined where the cause has no threshold. */
  distance: number | undefined;
  undetermined: boolean;
  note: string;
}
/** A household that looks like a cause and is lawful. */
export interface Decoy {
  household: Household;
  cause: Cause;
  distance: number | undefined;
  note: string;
}

/** Which months each feed is delivered in, and which lists a month's file of events must hold. */
export interface Schedule {
  /** Last period index, not after i, in which the feed was delivered. */
  asOf(feed: string, i: number): number;
  isDelivered(feed: string, i: number): boolean;
}

export interface World {
  division: string;
  seed: number;
  periods: Period[];
  rules: Rules;
  villages: Village[];
  households: Household[];
  marriages: Marriage[];
  plants: Plant[];
  decoys: Decoy[];
  namesakes: Namesake[];
  moves: Move[];
  schedule: Schedule;
}
