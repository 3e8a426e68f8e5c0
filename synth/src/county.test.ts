import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ageOn, periodsUntil } from './calendar.ts';
import { buildCounty, plantsPerCause } from './county.ts';
import { villagesOf } from './divisions.ts';
import { isCitizenNumber } from './numbers.ts';
import { compare, Sweep } from './sweep.ts';
import { calibration, countCauses } from './truth.ts';
import type { World } from './world.ts';

const PERIODS = periodsUntil('2026-10', 2);
const cached = new Map<number, World>();
function county(seed: number): World {
  let world = cached.get(seed);
  if (world === undefined) {
    world = buildCounty('321324', 2000, PERIODS, seed).world;
    cached.set(seed, world);
  }
  return world;
}

test('the county has its villages of today, and the codes of before the merger where a name says which', () => {
  const villages = villagesOf('321324');
  assert.equal(villages.length, 351);
  assert.equal(new Set(villages.map((v) => v.town)).size, 21);
  const moved = villages.filter((v) => v.oldCode !== undefined);
  assert.ok(moved.length > 60 && moved.length < 120, String(moved.length));
  assert.equal(villages.find((v) => v.name === '瓦庙村委会')?.oldCode, '321324208200');
  assert.throws(() => villagesOf('999999'), RangeError);
});

test('every person has a valid number of their own that agrees with sex and birth', () => {
  const world = county(1);
  const people = world.households.flatMap((h) => h.members);
  assert.equal(people.filter((p) => p.arrives === 0 && p.leaves > 0).length, 2000);
  assert.equal(new Set(people.map((p) => p.number)).size, people.length);
  for (const p of people) {
    assert.ok(isCitizenNumber(p.number));
    assert.equal(Number(p.number[16]) % 2 === 1, p.sex === 'male');
  }
});

test('what the sweep finds is exactly what was planted, for several seeds and lengths', () => {
  for (const seed of [1, 2, 3]) assert.deepEqual(compare(county(seed)), { unplanted: [], absent: [] });
  const { world } = buildCounty('321324', 2000, periodsUntil('2026-12', 4), 11);
  assert.deepEqual(compare(world), { unplanted: [], absent: [] });
});

test('the sweep notices a family pushed over a limit, and one that was lifted out of need', () => {
  const { world } = buildCounty('321324', 2000, PERIODS, 5);
  const lawful = world.decoys.find((d) => d.cause === 'undue-vehicle' && d.note.includes('at or just below'));
  const car = lawful?.household.members
    .flatMap((m) => m.vehicles ?? [])
    .find((v) => v.type === 'car' || v.type === 'van');
  assert.ok(car !== undefined);
  car.value = world.rules.vehicleValue + 1;
  const poor = world.plants.find((p) => p.cause === 'missed-margin' && !p.undetermined);
  const head = poor?.household.members[0];
  assert.ok(head !== undefined);
  head.jobs = [...(head.jobs ?? []), { employer: '甲', wage: 9_000_000, started: 0, stopped: undefined }];
  const { unplanted, absent } = compare(world);
  assert.ok(unplanted.every((x) => x.includes('undue-vehicle')) && unplanted.length > 0, unplanted.join());
  assert.ok(absent.every((x) => x.includes('missed-margin')) && absent.length > 0, absent.join());
});

test('each cause is planted in each month, with as many lawful look-alikes', () => {
  const world = county(2);
  const counts = countCauses(world);
  assert.equal(Object.keys(counts).length, 20);
  for (const [cause, c] of Object.entries(counts)) {
    // The nursing subsidy is also missed as a side effect of new certificates, which have look-alikes of their own.
    const own = cause === 'missed-nursing' ? plantsPerCause(2000) : c.planted;
    assert.ok(c.decoys >= own && own > 0, `${cause}: ${c.decoys} decoys, ${own} plants`);
  }
  for (const { index } of PERIODS) {
    const causes = new Set(world.plants.filter((p) => p.periods.includes(index)).map((p) => p.cause));
    assert.ok(causes.size >= 19, [...causes].join());
  }
});

test('at least a fifth of the plants with a threshold lie within 5% of it, and so do decoys on the other side', () => {
  const world = county(3);
  for (const [cause, c] of Object.entries(countCauses(world))) {
    if (c.withThreshold > 0) assert.ok(c.near * 5 >= c.withThreshold, `${cause}: ${c.near} of ${c.withThreshold}`);
  }
  const near = world.decoys.filter((d) => d.distance !== undefined && Math.abs(d.distance) <= 0.05);
  assert.ok(near.length * 5 >= world.plants.length);
});

test('ordinary families raise nothing, and none of them crosses 16, 18 or 60 while the county runs', () => {
  const world = county(1);
  const sweep = new Sweep(world);
  const [first, last] = [PERIODS[0], PERIODS.at(-1)];
  assert.ok(first !== undefined && last !== undefined);
  for (const h of world.households) {
    if (h.role === 'ordinary') for (const { index } of PERIODS) assert.deepEqual(sweep.findings(h, index), []);
    for (const p of h.members) {
      if (p.arrives > 0) continue;
      for (const limit of [16, 18, 60]) {
        assert.equal(ageOn(p.birth, first.start) >= limit, ageOn(p.birth, last.end) >= limit);
      }
    }
  }
});

test('the roll is calibrated to the published figures once the county is large enough to hold them', () => {
  const { world } = buildCounty('321324', 60_000, PERIODS, 4);
  const figures = calibration(world);
  for (const name of [
    'subsistence_persons',
    'subsistence_households',
    'subsistence_rural_persons',
    'single_persons',
    'orphans',
  ]) {
    const figure = figures[name];
    assert.ok(figure !== undefined);
    assert.ok(
      Math.abs(figure.reached - figure.target) <= Math.max(2, figure.target * 0.05),
      `${name} ${JSON.stringify(figure)}`,
    );
  }
  const subsidies = figures.two_subsidies_persons;
  assert.ok(
    subsidies !== undefined && Math.abs(subsidies.reached / subsidies.target - 1) < 0.15,
    JSON.stringify(subsidies),
  );
});
