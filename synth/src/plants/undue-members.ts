import type { Planter } from '../planter.ts';
import type { ShapeName } from '../shapes.ts';
import { enrol, fund, makeFamily, SEVERE_SHAPES } from '../shapes.ts';
import type { Award, Household, Person } from '../world.ts';

type Source = 'police' | 'health' | 'cremation';
const SOURCES: Source[][] = [
  ['health'],
  ['cremation'],
  ['police'],
  ['health', 'cremation'],
  ['police', 'health', 'cremation'],
];

/** A family on the subsistence roll whose income stays below the standard when one member is gone. */
function insuredWithout(
  p: Planter,
  shape: ShapeName,
  gone: number,
  role: 'plant' | 'decoy',
): [Household, Person, Award] {
  const family = makeFamily(p.b, shape, role);
  const h = family.household;
  const person = p.member(h, gone);
  person.migrant = undefined;
  const left = Math.max(1, h.members.length - 1);
  fund(p.b, family, Math.round(p.rules.standard * left * (0.25 + p.rng.next() * 0.5)));
  const award = enrol(p.b, h, 'subsistence', family.total);
  award.declared = 0;
  return [h, person, award];
}

/** Dead people who are still paid. */
export function plantUndueDeath(p: Planter): void {
  const { rng, b } = p;
  const shapes: [ShapeName, number][] = [
    ['elder-couple', 1],
    ['grandparents', 1],
    ['three-generations', 4],
    ['elder-couple', 1],
    ['elder', 0],
  ];
  for (let k = 0; k < p.count; k++) {
    const [shape, gone] = shapes[k % shapes.length] ?? ['elder-couple', 1];
    const [h, dead] = insuredWithout(p, shape, gone, 'plant');
    const sources = rng.pick(shape === 'elder' ? SOURCES.slice(0, 2) : SOURCES);
    if (k % 4 === 1 && p.last > 0) {
      p.die(dead, p.dayIn(0), sources);
      p.plant(h, 'undue-death', p.from(1), 'died in the first month, still insured afterwards');
    } else {
      p.die(dead, b.opening - rng.int(20, 240), sources, true);
      p.plant(h, 'undue-death', p.all(), 'died before the month, still insured');
    }
  }
  for (let k = 0; k < p.count; k++) {
    if (k % 3 === 0) {
      const [h, dead, award] = insuredWithout(p, 'elder-couple', 1, 'decoy');
      const on = b.opening - rng.int(100, 300);
      p.die(dead, on, ['health', 'cremation']);
      award.started = on - rng.int(200, 900);
      award.stopped = on + rng.int(5, 25);
      const next = b.award(
        h,
        'subsistence',
        h.members.filter((m) => m !== dead),
        40_000,
        award.stopped + 10,
      );
      next.declared = 0;
      p.decoy(h, 'undue-death', 'died, and the award was ended in time');
    } else if (k % 3 === 1) {
      const [h, dead] = insuredWithout(p, 'elder-couple', 1, 'decoy');
      p.die(dead, p.dayIn(p.last), ['police', 'health']);
      p.decoy(h, 'undue-death', 'died within the month itself');
    } else {
      const [h, person] = insuredWithout(p, 'elder-couple', 1, 'decoy');
      const other = b.outsider(rng.int(50, 88), person.sex, person.name);
      const feed = rng.pick(['deaths-cremation', 'deaths-health'] as const);
      p.namesakes.push({ feed, person: other, on: b.opening - rng.int(10, 200) });
      p.decoy(h, 'undue-death', 'a namesake of another county died');
    }
  }
}

/** Prisoners and people in compulsory drug rehabilitation who are still paid. */
export function plantUndueCustody(p: Planter): void {
  const { rng, b } = p;
  const shapes: [ShapeName, number][] = [
    ['couple', 1],
    ['working-couple', 1],
    ['disabled-adult', 0],
    ['three-generations', 1],
  ];
  for (let k = 0; k < p.count; k++) {
    const [shape, gone] = shapes[k % shapes.length] ?? ['couple', 1];
    const [h, person] = insuredWithout(p, shape, gone, 'plant');
    if (shape === 'disabled-adult') p.settleSubsidies(h);
    const late = k % 5 === 3 && p.last > 0;
    const started = late ? p.dayIn(0) : b.opening - rng.int(30, 900);
    const kind = rng.chance(0.75) ? 'prison' : 'drug_rehabilitation';
    person.custody = [{ kind, started, ends: b.closing + rng.int(100, 1500), released: undefined }];
    p.plant(h, 'undue-custody', late ? p.from(1) : p.all(), `in ${kind} for the whole month, still insured`);
  }
  for (let k = 0; k < p.count; k++) {
    const [h, person] = insuredWithout(p, 'couple', 1, 'decoy');
    const began = b.opening - rng.int(500, 900);
    if (k % 4 === 0) {
      person.custody = [{ kind: 'community_correction', started: began, ends: b.closing + 300, released: undefined }];
      p.decoy(h, 'undue-custody', 'community correction lives at home');
    } else if (k % 4 === 1) {
      const released = b.opening - rng.int(20, 250);
      person.custody = [{ kind: 'prison', started: began, ends: released, released }];
      p.decoy(h, 'undue-custody', 'released before the month');
    } else if (k % 4 === 2) {
      const started = p.dayIn(p.last);
      person.custody = [
        {
          kind: 'prison',
          started: Math.max(started, p.period(p.last).start + 1),
          ends: b.closing + 700,
          released: undefined,
        },
      ];
      p.decoy(h, 'undue-custody', 'detained within the month itself');
    } else {
      const other = b.outsider(rng.int(25, 58), person.sex, person.name);
      p.namesakes.push({ feed: 'custody', person: other, on: b.opening - rng.int(60, 700) });
      p.decoy(h, 'undue-custody', 'a namesake of another county is in prison');
    }
  }
}

/** The same person paid twice. */
export function plantUndueDouble(p: Planter): void {
  const { rng, b, rules } = p;
  for (let k = 0; k < p.count; k++) {
    const shape = rng.pick(['elder', 'elder-couple', 'single-parent', 'couple'] as const);
    const h = p.insured(shape, 'plant', 'subsistence')[0].household;
    const person = p.member(h, 0);
    if (k % 2 === 0) {
      b.award(h, 'subsistence', [person], rng.int(100, 500) * 100).declared = 0;
      p.plant(h, 'undue-double', p.all(), 'the same programme under two award numbers');
    } else {
      const old = shape === 'elder' || shape === 'elder-couple';
      b.award(h, old ? 'destitute' : 'subsistence', [person], old ? rules.destituteBasic : 30_000).declared = 0;
      p.plant(
        h,
        'undue-double',
        p.all(),
        old ? 'subsistence and destitute support at once' : 'the same programme under two award numbers',
      );
    }
  }
  for (let k = 0; k < p.count; k++) {
    if (k % 2 === 0) {
      const [family, award] = p.insured(rng.pick(['elder-couple', 'couple']), 'decoy', 'subsistence');
      const h = family.household;
      const before = b.award(h, 'subsistence', [...h.members], 40_000, award.started - 700);
      before.stopped = award.started - rng.int(1, 40);
      p.decoy(h, 'undue-double', 'an earlier award of the same programme was ended');
    } else {
      const h = p.insured(rng.pick(SEVERE_SHAPES), 'decoy', 'subsistence')[0].household;
      p.settleSubsidies(h);
      p.decoy(h, 'undue-double', 'subsistence and a disability subsidy may be drawn together');
    }
  }
}

/** Disability subsidies paid on a certificate that is no longer valid. */
export function plantUndueCertificate(p: Planter): void {
  const { rng, b } = p;
  const paid = (role: 'plant' | 'decoy', k: number): [Household, Person, 1 | 2 | 3 | 4] => {
    const level = k % 2 === 0 ? rng.pick([1, 2] as const) : rng.pick([3, 4] as const);
    const h =
      k % 2 === 0
        ? p.comfortable('three-generations', role).household
        : p.insured('elder-couple', role, 'subsistence')[0].household;
    return [h, p.member(h, k % 2 === 0 ? 4 : 1), level];
  };
  for (let k = 0; k < p.count; k++) {
    const [h, person, level] = paid('plant', k);
    const c = b.certificate(
      person,
      rng.pick(['physical', 'vision', 'hearing']),
      level,
      b.opening - rng.int(3600, 4400),
    );
    p.settleSubsidies(h);
    if (k % 5 === 3 && p.last > 0) {
      c.expires = p.dayIn(0);
      p.plant(h, 'undue-certificate', p.from(1), 'the certificate expired in the first month');
    } else if (k % 3 === 1) {
      c.cancelled = b.opening - rng.int(5, 300);
      p.plant(h, 'undue-certificate', p.all(), 'the certificate was cancelled');
    } else {
      c.expires = b.opening - rng.int(1, 300);
      p.plant(h, 'undue-certificate', p.all(), 'the certificate expired before the month');
    }
  }
  for (let k = 0; k < p.count; k++) {
    const [h, person, level] = paid('decoy', k);
    const issued = b.opening - rng.int(3800, 4400);
    const old = b.certificate(person, 'physical', level, issued);
    p.settleSubsidies(h);
    if (k % 3 === 0) {
      old.expires = p.dayIn(p.last);
      if (k % 2 === 0) old.expires = p.period(p.last).start;
      p.decoy(h, 'undue-certificate', 'the certificate expires only within the month');
    } else {
      old.expires = b.opening - rng.int(30, 500);
      if (k % 3 === 1) old.cancelled = old.expires;
      b.certificate(person, 'physical', level, old.expires - rng.int(-3, 25), 1);
      p.decoy(h, 'undue-certificate', 'the certificate was renewed');
    }
  }
}
