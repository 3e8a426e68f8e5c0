import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readBundle } from '../../../platform/packs/index.ts';
import { feedContracts, getContract } from '../../intake/batch.ts';
import { FEEDS_READ, type FeedRead, feedsRead } from './feeds-read.ts';
import type { FixtureFeed } from './fixture.ts';
import { CHILD, events, type InputsBed, openInputsBed, own, snapshot } from './inputs-bed.ts';
import { isStanding, standingMonths } from './standing.ts';

let bed: InputsBed;
type Feeds = Partial<Record<FeedRead, FixtureFeed>>;
type Options = Parameters<InputsBed['inputsOf']>[1];

before(async () => {
  bed = await openInputsBed();
});
after(() => bed.close());

/** One input of persons 1, 2, 3 … */
const ofPersons = async (input: string, feeds: Feeds, options?: Options) =>
  (await bed.inputsOf(feeds, options)).person.map((p) => p[input]);
/** One input of households 10 and 20. */
const ofHouseholds = async (input: string, feeds: Feeds, options?: Options) =>
  (await bed.inputsOf(feeds, options)).household.map((h) => h[input]);
const never: FixtureFeed = { state: 'missing', deliveries: [] };
const bank = (person: number, balance: number, certain = true) =>
  own({ balance, as_of: '2026-09-15' }, person, certain);

const AGREED = {
  person: ['custody', 'deceased', 'declared_missing', 'work_injury_nursing', 'machine_value', 'wage', 'father_state'],
  household: ['financial_assets', 'aid_received', 'transfers_paid', 'dwelling_count'],
};

test('a feed agreed one by one that came without anybody of the families changes no input', async () => {
  const names = ['bank', 'securities', 'insurance', 'payment', 'housing-fund', 'drug-detention', 'correction'] as const;
  const more = ['declared', 'guardianship', 'work-injury', 'vessel', 'income-tax', 'charity-aid', 'women-aid'] as const;
  const empty = Object.fromEntries([...names, ...more].map((feed) => [feed, snapshot([])]));
  const without = await bed.inputsOf({});
  assert.deepEqual(await bed.inputsOf(empty), without);
  assert.deepEqual(
    AGREED.person.map((name) => without.person[0]?.[name]),
    ['none', false, false, false, 0n, 0n, 'able'],
  );
  assert.deepEqual(
    AGREED.household.map((name) => without.household[0]?.[name]),
    [null, 0n, 0n, 0n],
  );
});

test("every column that is read is in its contract, by the type it is read as, and its term is the contract's", () => {
  const contracts = feedContracts(readBundle([fileURLToPath(new URL('../../../../../packs', import.meta.url))]));
  const types: Record<string, string[]> = {
    BIGINT: ['money', 'area', 'rate', 'integer'],
    INTEGER: ['integer'],
    DATE: ['date'],
    VARCHAR: ['code', 'text', 'month'],
  };
  const wrong = feedsRead.flatMap((feed) =>
    Object.entries<string>(FEEDS_READ[feed]).filter(([name, type]) => {
      const column = getContract(contracts, feed).columns.find((c) => c.name === name);
      return column === undefined || !types[type]?.includes(column.type);
    }),
  );
  assert.deepEqual(wrong, []);
  const terms = standingMonths(contracts);
  assert.deepEqual([...terms.keys()].sort(), feedsRead.filter(isStanding).sort());
  assert.deepEqual([terms.get('bank'), terms.get('insurance'), terms.get('drug-detention')], [3, 6, 2]);
});

test('financial assets are known once the bank answered for every member, and add what other institutions hold', async () => {
  const assets = (feeds: Feeds, options?: Options) => ofHouseholds('financial_assets', feeds, options);
  const others: Feeds = {
    securities: snapshot([own({ value: 10_00, as_of: '2026-08-31' }, 1)]),
    insurance: snapshot([own({ cash_value: 20_00, as_of: '2026-05-31' }, 1)]),
    payment: snapshot([own({ balance: 30_00, as_of: '2026-09-01' }, 2)]),
    'housing-fund': snapshot([
      own({ balance: 40_00, status: 'sealed' }, 2),
      own({ balance: 999_00, status: 'closed' }, 2),
    ]),
  };
  assert.deepEqual(await assets({ bank: snapshot([bank(1, 5_00), bank(1, 2_00), bank(3, 0)]) }), [null, 0n]);
  assert.deepEqual(await assets(others), [null, null], 'without the bank the total is open');
  const asked = events([bank(1, 5_00), bank(2, 2_00)]);
  assert.deepEqual(await assets({ bank: asked, ...others }), [107_00n, null]);
  const imprisoned = snapshot([own({ kind: 'prison', started: '2026-01-01', released: null }, 2)]);
  assert.deepEqual(
    await assets({ bank: asked, custody: imprisoned }),
    [5_00n, null],
    'only members own for the family',
  );
  const doubtful = events([bank(1, 5_00), bank(2, 2_00, false)]);
  assert.deepEqual(await assets({ bank: doubtful }), [null, null]);
  assert.deepEqual(await assets({ bank: doubtful }, { certainty: 'likely' }), [7_00n]);
});

test('a balance stands for the months of its contract and is unknown after them', async () => {
  const feeds = { bank: events([bank(3, 5_00)]) };
  const inMonth = async (period: string) => (await ofHouseholds('financial_assets', feeds, { period }))[1];
  assert.equal(await inMonth('2026-08'), null, 'not before its day');
  assert.equal(await inMonth('2026-11'), 5_00n);
  assert.equal(await inMonth('2026-12'), null);
});

test('consents come one by one: what an earlier file said of others stands beside a later one, and a newer balance replaces', async () => {
  const answers: FixtureFeed = {
    kind: 'events',
    deliveries: [
      { period: '2026-08', rows: [{ ...own({ balance: 5_00, as_of: '2026-08-15' }, 3), key: 'a' }] },
      {
        period: '2026-09',
        rows: [
          { ...bank(1, 1_00), key: 'b' },
          { ...bank(2, 1_00), key: 'c' },
        ],
      },
      { period: '2026-10', rows: [{ ...own({ balance: 9_00, as_of: '2026-10-15' }, 1), key: 'b' }] },
    ],
  };
  assert.deepEqual(await ofHouseholds('financial_assets', { bank: answers }, { period: '2026-10' }), [10_00n, 5_00n]);
  assert.deepEqual(await ofHouseholds('financial_assets', { bank: answers }, { period: '2026-11' }), [10_00n, null]);
});

test('compulsory rehabilitation of the police is custody; community correction takes nobody out of the family', async () => {
  const detention = snapshot([
    own({ started: '2026-01-01', released: null }, 1),
    own({ started: '2025-01-01', released: '2026-09-01' }, 2),
  ]);
  const correction = snapshot([own({ kind: 'probation', started: '2026-01-01', released: null }, 3)]);
  const feeds: Feeds = { 'drug-detention': detention, correction };
  assert.deepEqual(await ofPersons('custody', feeds), ['drug_rehabilitation', 'none', 'community_correction']);
  const unit = { unit_no: 'u', area: 90_00, use: 'dwelling', kind: 'commodity' };
  const housing = snapshot([own(unit, 1), own({ ...unit, unit_no: 'v' }, 3)]);
  assert.deepEqual(await ofHouseholds('dwelling_count', { ...feeds, housing }), [0n, 1n]);
  assert.deepEqual(await ofPersons('custody', { ...feeds, custody: never }), [
    'drug_rehabilitation',
    null,
    'community_correction',
  ]);
  const prison = snapshot([
    own({ kind: 'prison', started: '2026-01-01', released: null }, 1),
    own({ kind: 'prison', started: '2026-01-01', released: null }, 3),
  ]);
  assert.deepEqual(await ofPersons('custody', { ...feeds, custody: prison }), ['prison', 'none', 'prison']);
  const unsure = snapshot([own({ started: '2026-01-01', released: null }, 1, false)]);
  assert.equal((await ofPersons('custody', { 'drug-detention': unsure }))[0], null);
  assert.deepEqual((await ofPersons('custody', feeds, { period: '2026-10' }))[0], 'drug_rehabilitation');
  assert.deepEqual(await ofPersons('custody', feeds, { period: '2026-11' }), ['none', 'none', 'none'], 'lapsed');
});

test('a court declares somebody missing or dead, and takes it back', async () => {
  const said = (kind: string, effective: string, person: number) => own({ kind, effective }, person);
  const both: Feeds = { declared: events([said('missing', '2026-03-01', 1), said('death', '2020-03-01', 2)]) };
  assert.deepEqual(await ofPersons('declared_missing', both), [true, false, false]);
  assert.deepEqual(await ofPersons('deceased', both), [false, true, false]);
  assert.deepEqual(await ofPersons('deceased', { ...both, 'deaths-health': { ...never, kind: 'events' } }), [
    null,
    true,
    null,
  ]);
  const back: Feeds = {
    declared: events([
      said('missing', '2026-03-01', 1),
      said('missing_revoked', '2026-05-01', 1),
      said('death', '2020-03-01', 2),
      said('death_revoked', '2026-09-30', 2),
      said('missing', '2026-10-01', 3),
    ]),
  };
  assert.deepEqual(await ofPersons('declared_missing', back), [false, false, false]);
  assert.deepEqual(await ofPersons('deceased', back), [false, false, false]);
  assert.deepEqual(await ofPersons('declared_missing', both, { period: '2031-03' }), [false, false, false], 'lapsed');
  assert.deepEqual(
    await ofPersons('deceased', both, { period: '2031-03' }),
    [false, true, false],
    'a death stays known',
  );
});

test('the nursing payment after a work injury is known while the list stands', async () => {
  const feeds: Feeds = {
    'work-injury': snapshot([
      own({ care_amount: 900_00, started: '2020-01-01' }, 1),
      own({ care_amount: null, started: '2020-01-01' }, 2),
    ]),
  };
  const nursing = (period: string) => ofPersons('work_injury_nursing', feeds, { period });
  assert.deepEqual(await nursing('2026-10'), [true, false, false]);
  assert.deepEqual(await nursing('2026-11'), [false, false, false]);
});

test('a boat counts as the highest machine; what vehicles leave open stays open', async () => {
  const vessel = snapshot([
    own({ value: 50_000_00, status: 'normal' }, 1),
    own({ value: 90_000_00, status: 'cancelled' }, 2),
    own({ value: 1_00, status: 'mortgaged' }, 3),
  ]);
  const vehicle = snapshot([own({ type: 'tractor', value: 20_000_00, status: 'normal' }, 3)]);
  assert.deepEqual(await ofPersons('machine_value', { vessel, vehicle }), [50_000_00n, 0n, 20_000_00n]);
  assert.deepEqual(await ofPersons('machine_value', { vessel, vehicle: never }), [null, null, null]);
  assert.deepEqual(await ofPersons('machine_value', { vessel }, { period: '2027-03' }), [0n, 0n, 0n]);
});

test('aid of charity, red cross, union and women is summed over twelve months', async () => {
  const given = (date: string, amount: number, person: number, certain = true) =>
    own({ date, amount }, person, certain);
  const feeds: Feeds = {
    'charity-aid': events([given('2026-09-02', 1_00, 1), given('2025-09-30', 500_00, 1)]),
    'red-cross-aid': events([given('2025-10-01', 2_00, 2)]),
    'hardship-worker': events([given('2026-01-01', 4_00, 2), given('2026-10-01', 700_00, 2)]),
    'women-aid': events([given('2026-01-01', 8_00, 3, false)]),
  };
  assert.deepEqual(await ofHouseholds('aid_received', feeds), [7_00n, null]);
  assert.deepEqual(await ofHouseholds('aid_received', feeds, { certainty: 'likely' }), [8_00n]);
  assert.deepEqual((await ofHouseholds('aid_received', feeds, { period: '2027-10' }))[0], 0n);
});

test('tax paid is a transfer; a taxed wage stands in only where nobody says what is earned now', async () => {
  const taxed = (item: string, year: number, income: number, tax: number | null, person: number) =>
    own({ item, year, income, tax }, person);
  const feeds: Feeds = {
    'income-tax': snapshot([
      taxed('wage', 2025, 12_000_00, 120_00, 1),
      taxed('labour', 2025, 1_200_00, 12_00, 1),
      taxed('wage', 2024, 99_000_00, 999_00, 1),
      taxed('labour', 2025, 1_200_00, null, 2),
    ]),
  };
  assert.deepEqual(await ofHouseholds('transfers_paid', feeds), [11_00n, 0n]);
  assert.deepEqual(await ofPersons('wage', feeds), [0n, 0n, 0n], 'the employment register speaks first');
  assert.deepEqual(await ofPersons('wage', { ...feeds, employment: never }), [1_000_00n, null, null]);
  assert.deepEqual(await ofHouseholds('transfers_paid', feeds, { period: '2027-09' }), [0n, 0n], 'lapsed');
});

test("a parent's guardianship that a court revoked is the state of that parent, until it is restored", async () => {
  const ruling = (kind: string, effective: string, guardian: number, certain = true) => ({
    values: { kind, effective },
    links: { child: { person: 4, certain }, guardian: { person: guardian, certain } },
  });
  const states = async (...rulings: ReturnType<typeof ruling>[]) => {
    const { person } = await bed.inputsOf({ guardianship: events(rulings) }, { more: CHILD });
    return [person[3]?.father_state, person[3]?.mother_state];
  };
  assert.deepEqual(await states(ruling('revoked', '2026-02-01', 1)), ['guardianship_revoked', 'able']);
  assert.deepEqual(await states(ruling('revoked', '2026-02-01', 1), ruling('revoked', '2026-02-01', 2)), [
    'guardianship_revoked',
    'guardianship_revoked',
  ]);
  assert.deepEqual(await states(ruling('revoked', '2026-02-01', 1), ruling('restored', '2026-08-01', 1)), [
    'able',
    'able',
  ]);
  assert.deepEqual(await states(ruling('revoked', '2026-02-01', 3)), ['able', 'able'], 'no parent by the register');
  assert.deepEqual(await states(ruling('revoked', '2026-02-01', 1, false)), [null, 'able']);
});
