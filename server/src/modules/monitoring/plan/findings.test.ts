import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Engine, literal, openEngine, type Row } from '../../../platform/engine/index.ts';
import { bundleOf, readBundle } from '../../../platform/packs/index.ts';
import { feedWords } from '../domain/contracts.ts';
import { readSignals } from '../domain/read-signals.ts';
import { detect, writeEvidence, writeFindings } from './findings.ts';
import type { FeedInput, FindingInput } from './relations.ts';

const packs = readBundle([fileURLToPath(new URL('../../../../../packs', import.meta.url))]);
const book = readSignals(packs);
const words = feedWords(packs);
let dir: string;
let engine: Engine;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'doudi-findings-'));
  engine = await openEngine({ tempDir: dir });
});
after(async () => {
  engine.close();
  await rm(dir, { recursive: true, force: true });
});

/** A person of the little county: id, household, birth, and inputs that differ from nobody's in particular. */
interface Somebody {
  id: number;
  household: number;
  birth?: string;
  deceased?: boolean;
  custody?: string;
}
type Delivered = Record<string, string | number | null> & { person: number; certain?: number };
interface County {
  persons: Somebody[];
  roll?: { person: number; household: number; programme: string; award?: string }[];
  feeds?: Record<string, Delivered[]>;
  decisions?: {
    household: number;
    programme: string;
    outcome: string;
    missing?: string;
    income?: number;
    line?: number;
  }[];
  newFrom?: Record<string, string>;
  lateFrom?: string;
  /** What an earlier month had of a feed's rows: the person and certainty of each (null: nobody's), row by row. */
  before?: Record<string, { person: number | null; certain?: number }[]>;
}

const value = (v: string | number | boolean | null) => (typeof v === 'string' ? literal(v) : String(v));
const union = (rows: string[]) => rows.join(' union all ');
async function parquet(name: string, sql: string): Promise<string> {
  const path = join(dir, `${name}.parquet`);
  await engine.run(`copy (${sql}) to ${literal(path)} (format parquet)`);
  return path;
}

const TYPES: Record<string, string> = {
  money: 'bigint',
  date: 'date',
  integer: 'bigint',
  area: 'bigint',
  rate: 'bigint',
  division: 'integer',
};

/** Finds what the signals find in a county of a few people; gives 'household cause level[ undetermined]' in order. */
async function found(county: County, packsBook = book): Promise<string[]> {
  const households = [...new Set(county.persons.map((p) => p.household))];
  const feeds: FeedInput[] = [];
  for (const [feed, rows] of Object.entries(county.feeds ?? {})) {
    const contract = words.get(feed);
    assert.ok(contract);
    const columns = contract.columns.map((c) => ({ ...c, sql: TYPES[c.type] ?? 'varchar' }));
    const accepted = rows.map(
      (r, n) =>
        `select ${n + 1}::bigint as "row", '${feed}-${n}' as key_hash, '${feed}-${n}' as content_hash, ${columns.map((c) => `cast(${value(r[c.name] ?? null)} as ${c.sql}) as "${c.name}"`).join(', ')}`,
    );
    const links = rows.map(
      (r, n) =>
        `select ${n + 1}::bigint as "row", '${feed === 'assistance' ? 'member' : 'self'}' as role, ${r.person}::bigint as person_id, 'number' as method, ${r.certain !== 0} as certain`,
    );
    const before = county.before?.[feed];
    const earlier = before?.map(
      (b, n) =>
        `select ${n + 1}::bigint as "row", 'self' as role, ${b.person}::bigint as person_id, 'number' as method, ${b.certain !== 0} as certain`,
    );
    feeds.push({
      feed,
      kind: contract.kind,
      columns: contract.columns,
      deliveries: [
        {
          deliveryId: '00000000-0000-7000-8000-00000000000a',
          period: '2026-09',
          accepted: await parquet(`${feed}-a`, union(accepted)),
          links: await parquet(`${feed}-l`, union(links)),
          fresh: true,
        },
      ],
      newFrom: county.newFrom?.[feed] ?? '2026-09-01',
      before: earlier && [
        {
          deliveryId: '00000000-0000-7000-8000-00000000000b',
          accepted: join(dir, `${feed}-a.parquet`),
          links: await parquet(`${feed}-b`, union(earlier)),
        },
      ],
    });
  }
  const decisions = county.decisions ?? [{ household: 0, programme: 'none', outcome: 'ineligible' }];
  const roll = county.roll ?? [{ person: 0, household: 0, programme: 'none' }];
  const input: FindingInput = {
    period: { first: '2026-09-01', last: '2026-09-30' },
    lateFrom: county.lateFrom ?? '2026-09-01',
    feeds,
    // Income in twelfths of a fen, the line in fen: what is compared must be brought to one denominator.
    variables: new Map([
      ['household_income', 12n],
      ['registered_income', 12n],
      ['subsistence_line', 1n],
      ['margin_total', 1n],
      ['rigid_spending', 1n],
    ]),
    paths: {
      person: await parquet(
        'person',
        union(
          county.persons.map(
            (p, n) =>
              `select ${p.id}::bigint as person_id, ${p.household}::bigint as household_id, 'head' as relation, 'male' as sex, date '${p.birth ?? '1980-05-05'}' as birth, ${n === 0} as head`,
          ),
        ),
      ),
      household: await parquet(
        'household',
        union(
          households.map(
            (h) =>
              `select ${h}::bigint as household_id, ${county.persons.find((p) => p.household === h)?.id}::bigint as head_person_id, 4 as hukou_division_id, 5 as residence_division_id, 2 as township_id`,
          ),
        ),
      ),
      personInput: await parquet(
        'person-input',
        union(
          county.persons.map(
            (p) =>
              `select ${p.id}::bigint as person_id, ${p.household}::bigint as household_id, ${p.deceased ?? false} as deceased, false as moved_out, false as declared_missing, '${p.custody ?? 'none'}' as custody, 0::bigint as medical_self_pay, 'none' as disability_status, date '9999-12-31' as disability_expires, 'none' as disability_level`,
          ),
        ),
      ),
      householdInput: await parquet(
        'household-input',
        union(households.map((h) => `select ${h}::bigint as household_id, '321324' as division`)),
      ),
      householdValue: await parquet(
        'household-value',
        union(
          decisions.map(
            (d) =>
              `select ${d.household}::bigint as household_id, ${(d.income ?? 0) * 12}::bigint as household_income, ${(d.income ?? 0) * 12}::bigint as registered_income, ${d.line ?? 61000}::bigint as subsistence_line, ${((d.line ?? 61000) * 3) / 2}::bigint as margin_total, 0::bigint as rigid_spending`,
          ),
        ),
      ),
      decision: await parquet(
        'decision',
        union(
          decisions.map(
            (d) =>
              `select ${d.household}::bigint as household_id, null::bigint as person_id, '${d.programme}' as programme, '${d.outcome}' as outcome, ${d.missing ? `['${d.missing}']` : '[]::varchar[]'} as missing, []::varchar[] as reasons, true as certain`,
          ),
        ),
      ),
      roll: await parquet(
        'roll',
        union(
          roll.map(
            (r, n) =>
              `select ${r.person}::bigint as person_id, ${r.household}::bigint as household_id, '${r.programme}' as programme, '${r.award ?? 'A1'}' as award_no, '2026-09' as period, 100::bigint as amount_fen, 'active' as status, date '2025-01-01' as started, null::date as stopped, true as certain, '00000000-0000-7000-8000-00000000000b' as delivery_id, ${n + 1}::bigint as "row"`,
          ),
        ),
      ),
    },
    limits: [
      {
        division: '321324',
        values: new Map<string, bigint | number>([
          ['parameter property.vehicle-limit', 8_000_000n],
          ['parameter property.dwelling-limit', 2n],
          ['parameter property.dwelling-area', 8_000n],
          ['parameter property.company-capital', 10_000_000n],
          ...[...packsBook.thresholds('321324', '2026-09').values()].map((t): [string, bigint] => [
            `threshold ${t.name}`,
            t.value,
          ]),
        ]),
      },
    ],
  };
  await detect(engine, packsBook, input);
  const out = join(dir, 'out.parquet');
  await writeFindings(engine, out);
  await writeEvidence(engine, join(dir, 'out-evidence.parquet'));
  const rows = await engine.all<Row>(
    `select household_id, cause, level, undetermined from read_parquet(${literal(out)}) order by household_id, cause`,
  );
  return rows.map((r) => `${r.household_id} ${r.cause} ${r.level}${r.undetermined ? ' undetermined' : ''}`);
}

test('a car just above the limit in a family on the roll, and not the lawful ones beside it', async () => {
  const car = (person: number, worth: number, type = 'car', certain = 1) => ({
    person,
    plate: `P${person}`,
    type,
    value: worth,
    status: 'normal',
    registered: '2024-01-01',
    certain,
  });
  assert.deepEqual(
    await found({
      persons: [1, 2, 3, 4, 5].map((n) => ({ id: n, household: n })),
      roll: [1, 2, 3, 5].map((n) => ({ person: n, household: n, programme: 'subsistence' })),
      feeds: {
        vehicle: [
          car(1, 8_000_001),
          car(2, 8_000_000),
          car(3, 9_000_000, 'tractor'),
          car(4, 9_000_000),
          car(5, 9_000_000, 'van', 0),
        ],
      },
    }),
    ['1 undue-vehicle orange', '5 undue-vehicle orange'],
  );
  const evidence =
    await engine.all(`select household_id, direction, feed, certain from read_parquet(${literal(join(dir, 'out-evidence.parquet'))})
    order by household_id, direction, feed`);
  assert.deepEqual(
    evidence.map((e) => `${e.household_id} ${e.direction} ${e.feed} ${e.certain}`),
    ['1 for assistance true', '1 for vehicle true', '5 for assistance true', '5 for vehicle false'],
  );
});

test('dead before the month and still on the roll is red, orange while the link is unconfirmed; dead in the month is not', async () => {
  assert.deepEqual(
    await found({
      persons: [1, 2, 3].map((n) => ({ id: n, household: n, birth: '1940-01-01', deceased: true })),
      roll: [1, 2, 3].map((n) => ({ person: n, household: n, programme: 'subsistence' })),
      feeds: {
        'deaths-police': [
          { person: 1, died: '2026-08-31', cancelled: null },
          { person: 2, died: '2026-09-01', cancelled: null },
          { person: 3, died: '2026-08-01', cancelled: null, certain: 0 },
        ],
      },
    }),
    ['1 undue-death red', '3 undue-death orange'],
  );
});

test('prison for the whole month speaks against the roll; community correction and a release in the month do not', async () => {
  const row = (person: number, kind: string, started: string, released: string | null) => ({
    person,
    kind,
    started,
    ends: null,
    released,
  });
  assert.deepEqual(
    await found({
      persons: [1, 2, 3, 4].map((n) => ({ id: n, household: n })),
      roll: [1, 2, 3, 4].map((n) => ({ person: n, household: n, programme: 'subsistence' })),
      feeds: {
        custody: [
          row(1, 'prison', '2026-08-31', null),
          row(2, 'community_correction', '2026-01-01', null),
          row(3, 'prison', '2026-01-01', '2026-09-30'),
          row(4, 'prison', '2026-09-01', null),
        ],
      },
    }),
    ['1 undue-custody orange'],
  );
});

test('what the police say of compulsory rehabilitation speaks like the custody list', async () => {
  const detained = (person: number, started: string, released: string | null) => ({
    person,
    started,
    ends: null,
    released,
  });
  assert.deepEqual(
    await found({
      persons: [1, 2, 3].map((n) => ({ id: n, household: n })),
      roll: [1, 2, 3].map((n) => ({ person: n, household: n, programme: 'subsistence' })),
      feeds: {
        'drug-detention': [
          detained(1, '2026-08-31', null),
          detained(2, '2026-01-01', '2026-09-30'),
          detained(3, '2026-09-01', null),
        ],
      },
    }),
    ['1 undue-custody orange'],
  );
  const [{ metrics }] = (await engine.all('select metrics from monitoring.finding')) as [{ metrics: string }];
  assert.equal((JSON.parse(metrics) as { kind: string }).kind, 'drug_rehabilitation');
});

test('an accident of the traffic police and a fire are incidents: by loss or by injury, in the month', async () => {
  const struck = (person: number, date: string, loss: number | null, injury: string) => ({
    person,
    date,
    loss,
    injury,
  });
  assert.deepEqual(
    await found({
      persons: [1, 2, 3, 4, 5].map((n) => ({ id: n, household: n })),
      feeds: {
        accident: [
          struck(1, '2026-09-03', null, 'serious'),
          struck(2, '2026-09-03', 999_999, 'minor'),
          struck(3, '2026-08-03', null, 'death'),
        ],
        fire: [struck(4, '2026-09-03', 1_000_000, 'none'), struck(5, '2026-09-03', 10, 'none')],
      },
    }),
    ['1 shock-incident red', '4 shock-incident orange'],
  );
  const kinds = await engine.all<{ kind: string }>(
    "select metrics ->> 'kind' as kind from monitoring.finding order by household_id",
  );
  assert.deepEqual(
    kinds.map((k) => k.kind),
    ['traffic', 'fire'],
  );
});

test('self-pay that passes the line this month is found once, by the line of the family; three times the line is red', async () => {
  const paid = (person: number, settled: string, self_pay: number) => ({
    person,
    settlement: `${person}${settled}`,
    settled,
    self_pay,
    kind: 'inpatient',
    total: self_pay,
  });
  assert.deepEqual(
    await found({
      persons: [1, 2, 3, 4, 5, 6].map((n) => ({ id: n, household: n })),
      roll: [{ person: 2, household: 2, programme: 'subsistence' }],
      feeds: {
        medical: [
          paid(1, '2026-05-01', 1_000_000),
          paid(1, '2026-09-10', 500_001),
          paid(2, '2026-09-10', 500_001),
          paid(3, '2026-09-10', 1_500_000),
          paid(4, '2026-03-01', 1_600_000),
          paid(4, '2026-09-02', 100_000),
          paid(5, '2026-09-30', 4_500_001),
          // More than twelve months ago.
          paid(6, '2025-09-30', 1_500_000),
          paid(6, '2026-09-02', 1_000),
        ],
      },
    }),
    ['1 shock-medical orange', '2 shock-medical orange', '5 shock-medical red'],
  );
});

test('what a late feed brings is new in the month it comes; what an earlier month had seen is not', async () => {
  const county: County = {
    persons: [{ id: 1, household: 1, birth: '2013-01-01' }],
    feeds: {
      school: [
        { person: 1, school: 'x', stage: 'junior', mode: 'full_time', status: 'dropped_out', changed: '2026-08-20' },
      ],
    },
  };
  assert.deepEqual(await found(county), []);
  assert.deepEqual(await found({ ...county, newFrom: { school: '2026-08-01' } }), ['1 shock-dropout orange']);
});

test('a row is new when it is first its person’s, of a snapshot too, and not when it was before or is too old', async () => {
  const persons = [1, 2, 3, 4, 5].map((id) => ({ id, household: id }));
  const card = (person: number, issued: string) => ({ person, category: 'limb', level: '1', issued, status: 'valid' });
  const county: County = {
    persons,
    lateFrom: '2026-06-01',
    feeds: {
      disability: [
        card(1, '2026-08-02'),
        card(2, '2026-08-02'),
        card(3, '2026-08-02'),
        card(4, '2026-08-02'),
        card(5, '2026-05-31'),
      ],
    },
  };
  const disability = [{ person: null }, { person: 2 }, { person: 4 }, { person: 4, certain: 0 }, { person: null }];
  assert.deepEqual(await found(county), []);
  assert.deepEqual(await found({ ...county, before: { disability } }), [
    '1 shock-disability orange',
    '3 shock-disability orange',
    '4 shock-disability orange',
  ]);
  // A card of before stands against a newer one that is found only now.
  const older = { disability: [card(1, '2026-03-01'), card(1, '2026-08-02')] };
  assert.deepEqual(
    await found({ ...county, feeds: older, before: { disability: [{ person: 1 }, { person: null }] } }),
    [],
  );
});

test('a job lost in a family on the roll; not after a change of employer without a gap', async () => {
  const job = (person: number, status: string, stopped: string | null, employer: string) => ({
    person,
    employer,
    wage: 300_000,
    status,
    stopped,
    started: '2025-01-01',
  });
  assert.deepEqual(
    await found({
      persons: [1, 2, 3].map((n) => ({ id: n, household: n })),
      roll: [1, 2].map((n) => ({ person: n, household: n, programme: 'subsistence-margin' })),
      feeds: {
        employment: [
          job(1, 'stopped', '2026-09-05', 'a'),
          job(2, 'stopped', '2026-09-05', 'a'),
          job(2, 'active', null, 'b'),
          job(3, 'stopped', '2026-09-05', 'a'),
        ],
      },
    }),
    ['1 shock-jobloss orange'],
  );
});

test('entitled and not on the roll, compared in one denominator; undetermined needs a sign and an open question', async () => {
  assert.deepEqual(
    await found({
      persons: [1, 2, 3, 4, 5].map((n) => ({ id: n, household: n })),
      roll: [{ person: 3, household: 3, programme: 'subsistence' }],
      feeds: {
        monitored: [4, 5].map((person) => ({
          person,
          household_no: `M${person}`,
          type: 'sudden',
          identified: '2026-01-01',
          risk: null,
          removed: 'no',
          persons: 1,
        })),
      },
      decisions: [
        { household: 1, programme: 'subsistence', outcome: 'eligible', income: 30_500 },
        { household: 2, programme: 'subsistence', outcome: 'eligible', income: 30_501 },
        { household: 3, programme: 'subsistence', outcome: 'eligible', income: 0 },
        {
          household: 4,
          programme: 'subsistence',
          outcome: 'undetermined',
          missing: 'declared_other_income',
          income: 60_999,
        },
        {
          household: 5,
          programme: 'subsistence',
          outcome: 'undetermined',
          missing: 'declared_other_income',
          income: 61_000,
        },
      ],
    }),
    [
      '1 missed-subsistence red',
      '2 missed-subsistence orange',
      '4 missed-subsistence yellow undetermined',
      '5 watch-monitored blue',
    ],
  );
  const shown = await engine.all(
    `select household_id, metric, limit_value from read_parquet(${literal(join(dir, 'out.parquet'))}) where cause = 'missed-subsistence' order by household_id`,
  );
  assert.deepEqual(
    shown.map((r) => [r.metric, r.limit_value]),
    [
      [30_500n, 61_000n],
      [30_501n, 61_000n],
      [60_999n, 61_000n],
    ],
  );
});

test('one person under two numbers of one programme, or on two that exclude each other', async () => {
  assert.deepEqual(
    await found({
      persons: [1, 2, 3].map((n) => ({ id: n, household: n })),
      roll: [
        { person: 1, household: 1, programme: 'disability-living', award: 'A' },
        { person: 1, household: 1, programme: 'disability-living', award: 'B' },
        { person: 2, household: 2, programme: 'subsistence' },
        { person: 2, household: 2, programme: 'destitute' },
        { person: 3, household: 3, programme: 'subsistence' },
        { person: 3, household: 3, programme: 'disability-nursing' },
      ],
    }),
    ['1 undue-double orange', '2 undue-double orange'],
  );
});

test('a new signal of a known shape is a YAML file and nothing else', async () => {
  const text = `id: undue-shop-owner
kind: undue
title: { zh: 个体经营, en: x }
text: { zh: 个体经营, en: x }
cite: 试
find:
  detector: roll-versus-fact
  roll: { programmes: [subsistence], whose: family }
  facts: [{ feed: company, where: { column: kind, equals: self_employed }, says: '{company}' }]
levels: [{ level: yellow }]
headline: { zh: '{person}经营{company}', en: x }
`;
  const extended = readSignals(bundleOf([...packs.files, { path: 'national/signals/undue-shop-owner.yaml', text }]));
  const county: County = {
    persons: [{ id: 1, household: 1 }],
    roll: [{ person: 1, household: 1, programme: 'subsistence' }],
    feeds: {
      company: [
        {
          person: 1,
          credit_code: 'c',
          company: '小店',
          kind: 'self_employed',
          role: 'operator',
          capital: 1,
          status: 'active',
        },
      ],
    },
  };
  assert.deepEqual(await found(county), []);
  assert.deepEqual(await found(county, extended), ['1 undue-shop-owner yellow']);
  const wrong = readSignals(
    bundleOf([
      ...packs.files,
      { path: 'national/signals/undue-shop-owner.yaml', text: text.replace('column: kind', 'column: sort') },
    ]),
  );
  await assert.rejects(found(county, wrong), /undue-shop-owner\.yaml：没有这一列：sort/);
});
