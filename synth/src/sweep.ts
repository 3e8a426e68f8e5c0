import { ageOn } from './calendar.ts';
import type { Family } from './sweep-family.ts';
import { activeAwards, FamilySweep } from './sweep-family.ts';
import type { Cause, Household, Programme, World } from './world.ts';

export interface Finding {
  cause: Cause;
  undetermined: boolean;
}

/** Evaluates one household in one period. */
export class Sweep extends FamilySweep {
  /** Every cause that holds for the household in period i. */
  findings(h: Household, i: number): Finding[] {
    const period = this.world.periods[i];
    if (period === undefined) return [];
    const family = this.family(h, i);
    const roll = activeAwards(h, period.end);
    const found: Finding[] = [];
    const add = (cause: Cause, undetermined = false): void => {
      if (!found.some((f) => f.cause === cause && f.undetermined === undetermined)) found.push({ cause, undetermined });
    };
    this.#missed(h, i, family, roll, add);
    this.#undue(i, family, roll, add);
    this.#shock(h, i, family, roll, add);
    return found;
  }

  #missed(
    h: Household,
    i: number,
    family: Family,
    roll: ReturnType<typeof activeAwards>,
    add: (c: Cause, u?: boolean) => void,
  ): void {
    const { rules } = this.world;
    const { members, year } = family;
    const n = members.length;
    if (n === 0) return;
    const has = (...programmes: Programme[]): boolean =>
      roll.some((a) => programmes.includes(a.programme) && members.includes(a.person));
    const below = year < 12 * rules.standard * n;
    const inBand = !below && year < 12 * rules.marginLine * n;
    if (family.determined && family.propertyOk) {
      if (below && !has('subsistence', 'destitute')) add('missed-subsistence');
      if (inBand && !has('subsistence', 'subsistence-margin', 'destitute')) add('missed-margin');
      if (inBand) {
        const left = members.some(
          (m) =>
            this.valid(m, i).some(
              (c) => c.level <= 2 || (c.level === 3 && (c.category === 'intellectual' || c.category === 'mental')),
            ) && !roll.some((a) => a.programme === 'subsistence-single' && a.person === m),
        );
        if (left) add('missed-single');
      }
      if (
        !below &&
        !inBand &&
        year < rules.disposableYear * n &&
        !has('rigid-expenditure', 'subsistence', 'subsistence-margin', 'destitute')
      ) {
        let spent = 0;
        for (const m of members) {
          spent += this.selfPay(m, i, 'end');
          if (m.schooling !== undefined && this.student(m, i)) spent += m.schooling.fee + m.schooling.boarding;
        }
        if (100 * spent > rules.rigidPercent * year) add('missed-rigid');
      }
    }
    if (!family.determined && !family.blocked && family.propertyOk && this.sign(h, family, i)) {
      if (below && !has('subsistence', 'destitute')) add('missed-subsistence', true);
      if (inBand && !has('subsistence', 'subsistence-margin', 'destitute')) add('missed-margin', true);
    }
    const onSubsistence = has('subsistence');
    for (const m of members) {
      const certificates = this.valid(m, i);
      if (certificates.length === 0) continue;
      const mine = (programme: Programme): boolean => roll.some((a) => a.programme === programme && a.person === m);
      if (mine('destitute')) continue;
      const income = this.yearIncome(m, i);
      const outside =
        certificates.some((c) => c.level === 3 && (c.category === 'intellectual' || c.category === 'mental')) &&
        !income.working &&
        m.pension === undefined;
      if ((onSubsistence || mine('subsistence-single') || outside) && !mine('disability-living')) add('missed-living');
      if (certificates.some((c) => c.level <= 2) && !mine('disability-nursing')) add('missed-nursing');
    }
  }

  #undue(i: number, family: Family, roll: ReturnType<typeof activeAwards>, add: (c: Cause) => void): void {
    const { rules, periods } = this.world;
    const period = periods[i];
    if (period === undefined) return;
    for (const { person } of roll) {
      if (person.death !== undefined && person.death.died < period.start && this.deathKnown(person, i))
        add('undue-death');
      const seen = this.seen('custody', i);
      const whole = person.custody?.some(
        (c) =>
          c.kind !== 'community_correction' &&
          c.started < period.start &&
          c.started <= seen &&
          (c.released === undefined || c.released > period.end),
      );
      if (whole === true) add('undue-custody');
      const mine = roll.filter((a) => a.person === person);
      const numbers = (programme: Programme): number =>
        new Set(mine.filter((a) => a.programme === programme).map((a) => a.number)).size;
      if (mine.some((a) => numbers(a.programme) > 1) || (numbers('subsistence') > 0 && numbers('destitute') > 0))
        add('undue-double');
    }
    for (const a of roll) {
      if (a.programme !== 'disability-living' && a.programme !== 'disability-nursing') continue;
      const seen = this.seen('disability', i);
      const gone = a.person.certificates?.some(
        (c) => c.issued <= seen && (c.expires < period.start || (c.cancelled !== undefined && c.cancelled <= seen)),
      );
      if (gone === true && this.valid(a.person, i).length === 0) add('undue-certificate');
    }
    const insured = roll.filter((a) => family.members.includes(a.person));
    const tested = insured.some((a) =>
      ['subsistence', 'subsistence-single', 'subsistence-margin', 'destitute'].includes(a.programme),
    );
    if (tested) {
      if (this.vehicle(family.members, i)) add('undue-vehicle');
      if (this.housing(family.members, i)) add('undue-housing');
      if (this.company(family.members, i)) add('undue-company');
    }
    const n = family.members.length;
    if (
      insured.some((a) => a.programme === 'subsistence') &&
      family.determined &&
      family.year >= 12 * rules.standard * n
    )
      add('undue-income');
  }

  #shock(
    h: Household,
    i: number,
    family: Family,
    roll: ReturnType<typeof activeAwards>,
    add: (c: Cause) => void,
  ): void {
    const { rules, periods } = this.world;
    const period = periods[i];
    if (period === undefined) return;
    const inside = (on: number): boolean => on >= period.start && on <= period.end;
    const on = (...programmes: Programme[]): boolean =>
      roll.some((a) => programmes.includes(a.programme) && family.members.includes(a.person));
    const limit = on('destitute')
      ? rules.medical.destitute
      : on('subsistence')
        ? rules.medical.subsistence
        : on('subsistence-margin')
          ? rules.medical.margin
          : rules.medical.others;
    for (const m of family.members) {
      if (this.selfPay(m, i, 'before') <= limit && this.selfPay(m, i, 'end') > limit) add('shock-medical');
      const first = m.certificates?.reduce((a, c) => (c.issued < a.issued ? c : a));
      if (first !== undefined && inside(first.issued) && first.level <= 2) add('shock-disability');
      const s = m.schooling;
      const young =
        s !== undefined && (s.stage === 'primary' || s.stage === 'junior') && ageOn(m.birth, period.end) < 16;
      if (young && s.change?.status === 'dropped_out' && inside(s.change.on)) add('shock-dropout');
      const watched =
        on('subsistence', 'subsistence-margin', 'rigid-expenditure') ||
        (h.monitored !== undefined && !h.monitored.removed);
      if (watched) {
        const stopped =
          m.jobs?.some((j) => j.stopped !== undefined && inside(j.stopped)) === true && !this.yearIncome(m, i).working;
        if (stopped || (m.unemployment !== undefined && inside(m.unemployment.registered))) add('shock-jobloss');
      }
    }
    for (const m of h.members) {
      if (m.leaves === 0) continue;
      for (const e of m.incidents ?? []) {
        const grave = e.loss >= rules.incidentLoss || e.injury === 'serious' || e.injury === 'death';
        if (inside(e.on) && e.delivered === i && grave) add('shock-incident');
      }
      const age = m.death === undefined ? 0 : ageOn(m.birth, m.death.died);
      if (
        m.death !== undefined &&
        inside(m.death.died) &&
        this.deathKnown(m, i) &&
        age >= 18 &&
        age <= 59 &&
        family.members.length > 0
      ) {
        add('shock-bereavement');
      }
    }
  }
}

/** Compares what holds with what was planted: what was not planted, and what was planted and does not hold. */
export function compare(world: World): { unplanted: string[]; absent: string[] } {
  const sweep = new Sweep(world);
  const expected = new Map<string, string>();
  for (const plant of world.plants) {
    for (const i of plant.periods) {
      expected.set(`${plant.household.id}|${i}|${plant.cause}|${plant.undetermined ? 1 : 0}`, plant.note);
    }
  }
  const unplanted: string[] = [];
  for (const h of world.households) {
    for (const { index } of world.periods) {
      for (const f of sweep.findings(h, index)) {
        const key = `${h.id}|${index}|${f.cause}|${f.undetermined ? 1 : 0}`;
        if (!expected.delete(key)) unplanted.push(`${key} (${h.role})`);
      }
    }
  }
  return { unplanted, absent: [...expected].map(([key, note]) => `${key} ${note}`) };
}
