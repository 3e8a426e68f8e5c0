import type { Planter } from '../planter.ts';
import type { Family, ShapeName } from '../shapes.ts';
import { enrol, fund, makeFamily } from '../shapes.ts';
import type { Household, Incident, Person } from '../world.ts';
import { watchList } from './undetermined.ts';

const ADULT_SHAPES: ShapeName[] = ['couple', 'elder-couple', 'single-parent', 'elder', 'working-couple'];

type MedicalGroup = 'others' | 'subsistence' | 'margin' | 'destitute';

function medicalFamily(p: Planter, group: MedicalGroup, role: 'plant' | 'decoy'): Household {
  const { rng } = p;
  if (group === 'destitute') return p.insured('elder', role, 'destitute')[0].household;
  if (group === 'subsistence') return p.insured(rng.pick(ADULT_SHAPES), role, 'subsistence')[0].household;
  if (group === 'margin') return p.insured(rng.pick(ADULT_SHAPES), role, 'subsistence-margin')[0].household;
  // Far above the average income, so that the bills make no case of rigid expenditure.
  return p.family(rng.pick(ADULT_SHAPES.slice(0, 4)), role, (n) => n * rng.int(260_000, 420_000)).household;
}

/** Spreads an amount over settlements on days from … to. */
function bills(p: Planter, person: Person, total: number, parts: number, from: number, to: number): void {
  let rest = total;
  for (let k = parts; k > 0 && rest > 0; k--) {
    const part = k === 1 ? rest : Math.max(1, Math.min(rest, Math.round((rest / k) * (0.6 + p.rng.next() * 0.8))));
    p.b.settle(person, p.rng.int(from, to), part);
    rest -= part;
  }
}

/** Bills that carry one person over the threshold of the group in period i. */
export function plantMedical(p: Planter, i: number): void {
  const { rng, b, rules } = p;
  const groups: MedicalGroup[] = ['others', 'subsistence', 'margin', 'others', 'subsistence', 'destitute'];
  const { start, end } = p.period(i);
  for (let k = 0; k < p.count; k++) {
    const group = groups[k % groups.length] ?? 'others';
    const h = medicalFamily(p, group, 'plant');
    const limit = rules.medical[group];
    const gap = p.gap(k, 2.5);
    const total = Math.round(limit * (1 + gap)) + 1;
    const before = k % 12 === 6 ? limit : Math.round(limit * (0.1 + rng.next() * 0.85));
    const person = rng.pick(h.members.filter((m) => b.age(m) >= 18));
    bills(p, person, before, rng.int(1, 3), start - 150, start - 1);
    bills(p, person, total - before, rng.int(1, 2), start, end);
    p.plant(h, 'shock-medical', [i], `self-pay crosses the limit of the group ${group}`, gap);
  }
  for (let k = 0; k < p.count; k++) {
    const group = groups[k % groups.length] ?? 'others';
    const h = medicalFamily(p, group, 'decoy');
    const limit = rules.medical[group];
    const person = rng.pick(h.members.filter((m) => b.age(m) >= 18));
    if (p.near(k) || k % 5 === 2) {
      const gap = k % 10 === 0 ? 0 : p.gap(k, 0.2);
      const total = Math.floor(limit * (1 - gap));
      const before = Math.round(total * (0.3 + rng.next() * 0.5));
      bills(p, person, before, 2, start - 150, start - 1);
      bills(p, person, total - before, 1, start, end);
      p.decoy(h, 'shock-medical', `self-pay at or just below the limit of the group ${group}`, -gap);
    } else if (k % 5 === 3) {
      bills(p, person, Math.round(limit * 1.3), 3, b.opening - 100, b.opening - 5);
      bills(p, person, Math.round(limit * 0.4), 1, start, end);
      p.decoy(h, 'shock-medical', 'the limit was crossed in an earlier month');
    } else {
      const s = b.settle(person, rng.int(start, end), Math.round(limit * 0.5));
      s.total = limit * 6;
      p.decoy(h, 'shock-medical', 'a high bill, of which little was left to pay');
    }
  }
}

function incident(p: Planter, person: Person, i: number, loss: number, injury: Incident['injury']): void {
  const { rng, b } = p;
  person.incidents = [
    ...(person.incidents ?? []),
    {
      id: `SG${b.serial('incident', 8)}`,
      kind: rng.pick(['fire', 'traffic', 'flood', 'storm', 'work_injury', 'other']),
      on: p.dayIn(i),
      loss,
      injury,
      delivered: i,
    },
  ];
}

/** Fires, floods and accidents in period i. */
export function plantIncident(p: Planter, i: number): void {
  const { rng, rules } = p;
  const shapes: ShapeName[] = ['couple', 'elder-couple', 'working-couple', 'single-parent', 'three-generations'];
  for (let k = 0; k < p.count; k++) {
    const shape = k % 12 === 4 ? 'three-generations' : rng.pick(shapes);
    const h = (
      k % 3 === 0 && k % 12 !== 4 ? p.insured(shape, 'plant', 'subsistence')[0] : p.comfortable(shape, 'plant')
    ).household;
    if (k % 12 === 4) {
      const dead = p.member(h, 4);
      incident(p, dead, i, rng.int(0, 500_000), 'death');
      const on = dead.incidents?.[0]?.on ?? p.period(i).start;
      p.die(dead, on, ['police', 'cremation']);
      p.plant(h, 'shock-incident', [i], 'an accident with a death');
    } else if (k % 5 === 3) {
      incident(p, rng.pick(h.members), i, rng.int(0, 700_000), 'serious');
      p.plant(h, 'shock-incident', [i], 'a serious injury');
    } else {
      const gap = k % 10 === 0 ? 0 : p.gap(k, 8);
      incident(p, rng.pick(h.members), i, Math.ceil(rules.incidentLoss * (1 + gap)), rng.pick(['none', 'minor']));
      p.plant(h, 'shock-incident', [i], 'a loss from the limit on', gap);
    }
  }
  for (let k = 0; k < p.count; k++) {
    const h = p.comfortable(rng.pick(shapes), 'decoy').household;
    const gap = p.gap(k, 0.2);
    incident(p, rng.pick(h.members), i, Math.floor(rules.incidentLoss * (1 - gap) - 1), rng.pick(['none', 'minor']));
    p.decoy(h, 'shock-incident', 'a loss just below the limit, nobody seriously hurt', -gap);
  }
}

/** First certificates of level 1–2 issued in period i. */
export function plantDisability(p: Planter, i: number): void {
  const { rng, b } = p;
  const { start } = p.period(i);
  for (let k = 0; k < p.count; k++) {
    const h = p.comfortable('three-generations', 'plant').household;
    const person = p.member(h, k % 4 === 3 ? 2 : 4);
    const issued = p.dayIn(i);
    b.certificate(person, rng.pick(['physical', 'vision', 'hearing', 'multiple']), rng.pick([1, 2]), issued);
    p.plant(h, 'shock-disability', [i], 'a first certificate of level 1–2');
    if (k % 2 === 0) b.award(h, 'disability-nursing', [person], b.rules.subsidy, issued);
    else p.plant(h, 'missed-nursing', p.from(i), 'the new certificate gives a right that is not paid yet');
  }
  for (let k = 0; k < p.count; k++) {
    const h = p.comfortable('three-generations', 'decoy').household;
    const person = p.member(h, 4);
    if (k % 2 === 0) {
      const issued = start + rng.int(0, 26);
      const old = b.certificate(person, 'physical', rng.pick([1, 2]), start - rng.int(3600, 3700));
      p.settleSubsidies(h);
      old.expires = issued + rng.int(5, 40);
      old.cancelled = issued;
      b.certificate(person, 'physical', old.level, issued, 1);
      p.decoy(h, 'shock-disability', 'a certificate renewed');
    } else {
      b.certificate(person, rng.pick(['physical', 'hearing']), rng.pick([3, 4]), p.dayIn(i));
      p.decoy(h, 'shock-disability', 'a first certificate of level 3–4');
    }
  }
}

function loseJob(p: Planter, person: Person, wage: number, i: number): void {
  const { rng, b } = p;
  const job = b.job(person, wage, b.opening - rng.int(300, 1500));
  job.stopped = p.dayIn(i);
  if (rng.chance(0.4)) {
    person.unemployment = {
      registered: job.stopped,
      reason: rng.pick(['单位裁员', '合同到期', '企业关停']),
      benefit: undefined,
    };
  }
}

/** A family of two or four in which the second member earns next to the first. */
function twoEarners(p: Planter, role: 'plant' | 'decoy', total: (n: number) => number): Family {
  const family = makeFamily(p.b, p.rng.pick(['couple', 'working-couple']), role);
  const second = p.member(family.household, 1);
  second.migrant = undefined;
  fund(p.b, family, Math.round(total(family.household.members.length)));
  return family;
}

/** Jobs lost in period i by members of aided or monitored families. */
export function plantJobloss(p: Planter, i: number): void {
  const { rng, b, rules } = p;
  for (let k = 0; k < p.count; k++) {
    if (k % 4 === 0) {
      const family = twoEarners(p, 'plant', (n) => rules.standard * n * (0.1 + rng.next() * 0.3));
      const h = family.household;
      enrol(b, h, 'subsistence', family.total).declared = 0;
      loseJob(p, p.member(h, 1), rules.workCost + rng.int(50, 350) * 100, i);
      p.plant(h, 'shock-jobloss', [i], 'job lost in a family on the subsistence roll');
    } else if (k % 4 === 1) {
      const family = twoEarners(p, 'plant', (n) => rules.standard * n * 1.12);
      const h = family.household;
      b.award(h, 'subsistence-margin', [...h.members], 0).declared = 0;
      loseJob(p, p.member(h, 1), rules.workCost + rng.int(20, 220) * 100, i);
      p.plant(h, 'shock-jobloss', [i], 'job lost in a family on the margin roll');
    } else if (k % 4 === 2) {
      const family = twoEarners(p, 'plant', (n) => n * rng.int(115_000, 150_000));
      const h = family.household;
      b.award(h, 'rigid-expenditure', [...h.members], 0);
      loseJob(p, p.member(h, 1), rng.int(900, 2200) * 100, i);
      p.plant(h, 'shock-jobloss', [i], 'job lost in a family recognised for rigid expenditure');
    } else {
      const family = twoEarners(p, 'plant', (n) => n * rng.int(125_000, 180_000));
      family.household.monitored = watchList(p, false);
      loseJob(p, p.member(family.household, 1), rng.int(2000, 4500) * 100, i);
      p.plant(family.household, 'shock-jobloss', [i], 'job lost in a monitored family');
    }
  }
  for (let k = 0; k < p.count; k++) {
    if (k % 3 === 0) {
      const family = twoEarners(p, 'decoy', (n) => rules.standard * n * (0.1 + rng.next() * 0.3));
      const h = family.household;
      enrol(b, h, 'subsistence', family.total).declared = 0;
      const person = p.member(h, 1);
      const wage = rules.workCost + rng.int(50, 250) * 100;
      const job = b.job(person, wage, b.opening - rng.int(300, 900));
      job.stopped = p.period(i).start + rng.int(3, 20);
      const next = b.job(person, wage + 1000, job.stopped + 1);
      if (next.employer === job.employer) next.employer = `${job.employer}二厂`;
      p.decoy(h, 'shock-jobloss', 'changed the employer without a gap');
    } else if (k % 3 === 1) {
      const family = twoEarners(p, 'decoy', (n) => n * rng.int(125_000, 180_000));
      if (k % 2 === 0) family.household.monitored = watchList(p, true);
      loseJob(p, p.member(family.household, 1), rng.int(2000, 4500) * 100, i);
      p.decoy(family.household, 'shock-jobloss', 'job lost in a family that is neither aided nor monitored');
    } else {
      const family = twoEarners(p, 'decoy', (n) => rules.standard * n * (0.1 + rng.next() * 0.3));
      const h = family.household;
      enrol(b, h, 'subsistence', family.total).declared = 0;
      const job = b.job(p.member(h, 1), rules.workCost + 15_000, b.opening - rng.int(500, 900));
      job.stopped = b.opening - rng.int(5, 90);
      p.decoy(h, 'shock-jobloss', 'the job was lost in an earlier month');
    }
  }
}

/** Children under 16 who left school in period i. */
export function plantDropout(p: Planter, i: number): void {
  const { rng } = p;
  const pupil = (role: 'plant' | 'decoy'): [Household, Person] => {
    for (;;) {
      const shape = rng.pick(['single-parent-two', 'working-couple'] as const);
      const family = rng.chance(0.3) ? p.insured(shape, role, 'subsistence')[0] : p.comfortable(shape, role);
      const child = family.household.members.find(
        (m) => m.schooling?.stage === 'primary' || m.schooling?.stage === 'junior',
      );
      if (child !== undefined) return [family.household, child];
    }
  };
  for (let k = 0; k < p.count; k++) {
    const [h, child] = pupil('plant');
    if (child.schooling !== undefined) child.schooling.change = { status: 'dropped_out', on: p.dayIn(i) };
    p.plant(h, 'shock-dropout', [i], 'a child under 16 left school');
  }
  for (let k = 0; k < p.count; k++) {
    const [h, child] = pupil('decoy');
    const s = child.schooling;
    if (s === undefined) continue;
    if (k % 3 === 0) {
      s.change = { status: 'transferred', on: p.dayIn(i) };
      p.decoy(h, 'shock-dropout', 'moved to another school');
    } else if (k % 3 === 1) {
      s.change = { status: 'suspended', on: p.dayIn(i) };
      p.decoy(h, 'shock-dropout', 'school suspended, e.g. for illness');
    } else {
      s.change = { status: 'dropped_out', on: p.b.opening - rng.int(20, 150) };
      p.decoy(h, 'shock-dropout', 'left school in an earlier month');
    }
  }
}

/** Deaths in period i of members of working age who leave a family behind. */
export function plantBereavement(p: Planter, i: number): void {
  const { rng, b } = p;
  for (let k = 0; k < p.count; k++) {
    const h = p.comfortable(rng.pick(['couple', 'working-couple', 'three-generations']), 'plant').household;
    p.die(p.member(h, 1), p.dayIn(i), rng.chance(0.5) ? ['police', 'cremation'] : ['police', 'health', 'cremation']);
    p.plant(h, 'shock-bereavement', [i], 'a member of working age died');
  }
  for (let k = 0; k < p.count; k++) {
    if (k % 3 === 0) {
      const h = p.comfortable('three-generations', 'decoy').household;
      p.die(p.member(h, 4), p.dayIn(i), ['police', 'health']);
      p.decoy(h, 'shock-bereavement', 'the dead was 60 or older');
    } else if (k % 3 === 1) {
      const h = p.comfortable('couple', 'decoy').household;
      p.die(p.member(h, 1), b.opening - rng.int(10, 90), ['health', 'cremation']);
      p.decoy(h, 'shock-bereavement', 'the death was in an earlier month');
    } else {
      const h = p.comfortable('disabled-adult', 'decoy').household;
      p.settleSubsidies(h);
      for (const a of h.awards) a.stopped = p.period(i).start + 28;
      const on = p.period(i).start + rng.int(0, 20);
      p.die(p.member(h, 0), on, ['police', 'cremation']);
      p.decoy(h, 'shock-bereavement', 'lived alone: nobody is left');
    }
  }
}
