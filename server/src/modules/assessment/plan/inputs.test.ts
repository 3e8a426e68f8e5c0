import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FeedRead } from './feeds-read.ts';
import type { FixtureFeed } from './fixture.ts';
import { events, type InputsBed, openInputsBed, own, snapshot } from './inputs-bed.ts';

let bed: InputsBed;
const inputsOf: InputsBed['inputsOf'] = (feeds, options) => bed.inputsOf(feeds, options);

before(async () => {
  bed = await openInputsBed();
});
after(() => bed.close());

test('the columns are those of the vocabulary, in its order, and absence in fresh feeds is none', async () => {
  const { person, household } = await inputsOf({});
  const names = (entity: string) => bed.vocabulary.filter((v) => v.entity === entity).map((v) => v.name);
  assert.deepEqual(Object.keys(person[0] ?? {}), ['household_id', 'person_id', ...names('person')]);
  assert.deepEqual(Object.keys(household[0] ?? {}), ['household_id', 'division', ...names('household')]);
  assert.equal(person.length, 3);
  assert.deepEqual(
    [person[0]?.wage, person[0]?.employed, person[0]?.deceased, person[0]?.custody, person[0]?.birth_date],
    [0n, false, false, 'none', '1980-05-06'],
  );
  assert.deepEqual(
    [household[0]?.division, household[0]?.outside_members, household[1]?.residence_kind, household[0]?.land_area],
    ['321324', 0n, 'urban', 0n],
  );
  assert.equal(person[0]?.financial_assets, undefined);
  assert.equal(household[0]?.financial_assets, null, 'what no feed delivers and nothing presumes is unknown');
  assert.equal(person[0]?.other_income, 0n, 'presumed by the vocabulary');
});

test('absence in a feed that is not fresh is unknown, never zero', async () => {
  const { person, household } = await inputsOf({
    employment: {
      state: 'stale',
      deliveries: [{ period: '2026-01', rows: [own({ wage: 1000, status: 'active' }, 1)] }],
    },
    medical: { kind: 'events', state: 'missing', deliveries: [] },
    'deaths-health': {
      kind: 'events',
      state: 'stale',
      deliveries: [{ period: '2026-01', rows: [own({ died: '2026-01-02' }, 2)] }],
    },
    assistance: { state: 'missing', deliveries: [] },
    housing: { state: 'missing', deliveries: [] },
    marriage: { kind: 'events', state: 'stale', deliveries: [] },
  });
  assert.deepEqual([person[0]?.wage, person[1]?.wage, person[0]?.employed], [null, null, null]);
  assert.equal(person[0]?.medical_self_pay, null);
  assert.equal(person[0]?.deceased, null);
  assert.equal(person[1]?.deceased, true, 'a death once reported stays');
  assert.equal(person[0]?.on_subsistence, null);
  assert.deepEqual(
    [household[0]?.dwelling_count, household[0]?.outside_members, household[0]?.income_declared],
    [null, null, null],
  );
});

test('sums, picks and windows follow the definitions of the inputs', async () => {
  const { person, household } = await inputsOf({
    employment: snapshot([
      own({ wage: 100_00, status: 'active' }, 1),
      own({ wage: 50_00, status: 'active' }, 1),
      own({ wage: 999_00, status: 'stopped' }, 1),
    ]),
    medical: {
      kind: 'events',
      deliveries: [
        { period: '2026-08', rows: [{ ...own({ settled: '2026-08-01', self_pay: 7_00 }, 1), key: 'a' }] },
        {
          period: '2026-09',
          rows: [
            { ...own({ settled: '2026-08-01', self_pay: 9_00 }, 1), key: 'a' },
            { ...own({ settled: '2025-10-01', self_pay: 1_00 }, 1), key: 'b' },
            { ...own({ settled: '2025-09-30', self_pay: 1000_00 }, 1), key: 'c' },
          ],
        },
      ],
    },
    disability: snapshot([
      own({ category: 'vision', level: '1', issued: '2015-01-01', expires: '2025-01-01', status: 'valid' }, 1),
      own({ category: 'physical', level: '3', issued: '2020-01-01', expires: null, status: 'valid' }, 1),
      own({ category: 'mental', level: '2', issued: '2021-01-01', expires: '2026-09-01', status: 'valid' }, 1),
    ]),
    vehicle: snapshot([
      own({ type: 'car', value: 70_000_00, status: 'normal' }, 1),
      own({ type: 'truck', value: 90_000_00, status: 'scrapped' }, 1),
      own({ type: 'e_bike', value: 99_000_00, status: 'normal' }, 1),
      own({ type: 'tractor', value: 20_000_00, status: 'normal' }, 1),
    ]),
    pension: snapshot([
      own({ kind: 'resident', basic: 198_00, amount: 250_00 }, 3),
      own({ kind: 'public', basic: 0, amount: 10_00 }, 3),
    ]),
    housing: snapshot([
      own({ unit_no: 'u1', area: 90_00, use: 'dwelling', kind: 'commodity' }, 1),
      own({ unit_no: 'u1', area: 90_00, use: 'dwelling', kind: 'commodity' }, 2),
      own({ unit_no: 'u2', area: 60_00, use: 'dwelling', kind: 'homestead' }, 2),
      own({ unit_no: 'u3', area: 50_00, use: 'dwelling', kind: 'public_rental' }, 2),
      own({ unit_no: 'u4', area: 20_00, use: 'shop', kind: 'commodity' }, 2),
    ]),
    company: snapshot([
      own({ kind: 'limited', role: 'shareholder', capital: 5_00, status: 'active' }, 2),
      own({ kind: 'cooperative', role: 'executive', capital: 500_00, status: 'active' }, 1),
      own({ kind: 'self_employed', role: 'operator', capital: 500_00, status: 'active' }, 1),
    ]),
    assistance: snapshot([
      {
        values: { programme: 'subsistence', persons: 2, amount: 701, status: 'active', declared_other_income: 300_00 },
        links: { member: { person: 1 }, head: { person: 1 } },
      },
      {
        values: { programme: 'old-age', persons: 1, amount: 1, status: 'stopped', declared_other_income: null },
        links: { member: { person: 3 }, head: { person: 3 } },
      },
    ]),
    population: snapshot([{ values: { hukou_no: 'H1' }, links: { self: { person: 2 } } }]),
    land: snapshot([
      { values: { hukou_no: 'H1', area: 3_33, leased: null, rent: null }, links: { self: { person: null } } },
      { values: { hukou_no: 'H9', area: 1_00, leased: 50, rent: 200_00 }, links: { self: { person: 3 } } },
    ]),
  });
  assert.deepEqual([person[0]?.wage, person[0]?.employed], [150_00n, true]);
  assert.equal(person[0]?.medical_self_pay, 10_00n, 'the corrected settlement counts once; the thirteenth month not');
  assert.deepEqual([person[0]?.disability_level, person[0]?.disability_category], ['2', 'mental']);
  assert.deepEqual(
    [person[0]?.car_value, person[0]?.car_count, person[0]?.machine_value],
    [70_000_00n, 1n, 20_000_00n],
  );
  assert.deepEqual(
    [person[2]?.pension_employee, person[2]?.pension_resident, person[2]?.pension_resident_basic],
    [10_00n, 250_00n, 198_00n],
  );
  assert.deepEqual(
    [person[1]?.company_officer, person[1]?.company_capital, person[0]?.company_officer, person[0]?.self_employed],
    [false, 5_00n, false, true],
  );
  assert.deepEqual(
    [household[0]?.dwelling_count, household[0]?.dwelling_area, household[0]?.shop_office_count],
    [2n, 150_00n, 1n],
  );
  assert.deepEqual([person[0]?.on_subsistence, person[1]?.on_subsistence, person[0]?.aid_drawn], [true, false, 350n]);
  assert.equal(person[2]?.on_old_age, false);
  assert.deepEqual([household[0]?.income_declared, household[0]?.declared_other_income], [true, 300_00n]);
  assert.deepEqual(
    [household[0]?.land_area, household[1]?.land_area, household[1]?.land_rent],
    [3_33n, 1_00n, 200_00n],
  );
});

test('what hangs on an uncertain link is unknown for decisions, and taken as right for leads', async () => {
  const feeds: Partial<Record<FeedRead, FixtureFeed>> = {
    vehicle: snapshot([own({ type: 'car', value: 70_000_00, status: 'normal' }, 1, false)]),
    employment: snapshot([
      own({ wage: 100_00, status: 'active' }, 2),
      own({ wage: 50_00, status: 'active' }, 2, false),
    ]),
    'deaths-police': events([own({ died: '2026-09-09' }, 3, false)]),
    housing: snapshot([own({ unit_no: 'u1', area: 90_00, use: 'dwelling', kind: 'commodity' }, 1, false)]),
  };
  const strict = await inputsOf(feeds);
  assert.deepEqual([strict.person[0]?.car_value, strict.person[1]?.car_value], [null, 0n]);
  assert.deepEqual([strict.person[1]?.wage, strict.person[1]?.employed], [null, true]);
  assert.equal(strict.person[2]?.deceased, null);
  assert.deepEqual([strict.household[0]?.dwelling_count, strict.household[0]?.shop_office_count], [null, 0n]);
  const likely = await inputsOf(feeds, { certainty: 'likely' });
  assert.deepEqual(
    [likely.person[0]?.car_value, likely.person[1]?.wage, likely.person[2]?.deceased],
    [70_000_00n, 150_00n, true],
  );
  assert.equal(likely.household[0]?.dwelling_count, 1n);
});

test('who is dead, in prison or gone owns nothing for the family; community correction changes nothing', async () => {
  const { person, household } = await inputsOf({
    custody: snapshot([
      own({ kind: 'prison', started: '2026-01-01', released: null }, 2),
      own({ kind: 'community_correction', started: '2026-01-01', released: null }, 1),
      own({ kind: 'prison', started: '2020-01-01', released: '2026-09-30' }, 3),
    ]),
    housing: snapshot([own({ unit_no: 'u1', area: 90_00, use: 'dwelling', kind: 'commodity' }, 2)]),
    moves: events([own({ kind: 'out', date: '2026-03-01' }, 3), own({ kind: 'in', date: '2026-04-01' }, 3)]),
  });
  assert.deepEqual(
    person.map((p) => p.custody),
    ['community_correction', 'prison', 'none'],
  );
  assert.equal(household[0]?.dwelling_count, 0n);
  assert.equal(person[2]?.moved_out, false);
});

test('a marriage outside the household leaves the family open, until divorce or death', async () => {
  const couple = (kind: string, date: string, man: number | null, woman: number | null) => ({
    values: { kind, date },
    links: { man: { person: man }, woman: { person: woman } },
  });
  const outside = async (...rows: ReturnType<typeof couple>[]) =>
    (await inputsOf({ marriage: events(rows) })).household.map((h) => h.outside_members);
  assert.deepEqual(await outside(couple('marriage', '2026-01-01', 1, 2)), [0n, 0n]);
  assert.deepEqual(await outside(couple('marriage', '2026-01-01', 1, 3)), [null, null]);
  assert.deepEqual(await outside(couple('marriage', '2026-01-01', null, 3)), [0n, null]);
  assert.deepEqual(await outside(couple('marriage', '2026-01-01', 1, 3), couple('divorce', '2026-02-01', 1, 3)), [
    0n,
    0n,
  ]);
  const widowed = await inputsOf({
    marriage: events([couple('marriage', '2026-01-01', 1, 3)]),
    'deaths-police': events([own({ died: '2026-05-05' }, 3)]),
  });
  assert.deepEqual(
    widowed.household.map((h) => h.outside_members),
    [0n, 0n],
  );
});
