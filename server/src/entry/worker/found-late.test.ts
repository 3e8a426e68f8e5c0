import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decideLink, undoLink } from '../../modules/linkage/index.ts';
import { findingsPath } from '../../modules/monitoring/batch.ts';
import { system } from '../../platform/database/index.ts';
import { type Engine, literal, openEngine } from '../../platform/engine/index.ts';
import { project } from './projection.ts';
import { type MonthBed, openMonthBed, type Table } from './testing.ts';

// What happened in October is told in October of whom its row is known to be; of whom it is found only in November, then, and once.
const HEAVY = '90000.00';
let bed: MonthBed;
let engine: Engine;

before(async () => {
  bed = await openMonthBed(500, 5);
  engine = await openEngine({ tempDir: bed.installation.dir, threads: 1, memoryMb: 512 });
});
after(async () => {
  engine?.close();
  await bed?.close();
});

const slip = (number: string) => `${number.slice(0, 13)}${(Number(number[13]) + 1) % 10}${number.slice(14)}`;

/** Adults of households of their own with somebody else, of whom no settlement and no accident is delivered: [number, name]. */
function unstruck(population: Table, others: Table[]): [string, string][] {
  const struck = new Set(others.flatMap((table) => table.flat()));
  const households = new Set<string>();
  const found: [string, string][] = [];
  for (const [number = '', name = '', , birth = '', hukou = '', relation = ''] of population.slice(1)) {
    const adult = birth > '1966-01-01' && birth < '2004-01-01';
    const beside = population.filter((row) => row[4] === hukou).length > 1;
    if (!adult || !beside || relation === '户主' || struck.has(number) || struck.has(name) || households.has(hukou))
      continue;
    if (!/^\d{17}[\dX]$/.test(number)) continue;
    households.add(hukou);
    found.push([number, name]);
  }
  return found;
}

const settlement = (no: string, number: string, name: string): string[] => [
  ...[
    no,
    number,
    name,
    '宿迁市第一人民医院',
    '',
    '',
    '2026-10-12',
    '住院',
    HEAVY,
    '0.00',
    '0.00',
    '0.00',
    HEAVY,
    'K80.2',
  ],
];

async function struckIn(runId: string, cause: string): Promise<string[]> {
  const rows = await engine.all<{ person_id: bigint }>(
    `SELECT person_id FROM read_parquet(${literal(bed.installation.lake.path(findingsPath(runId)))}) WHERE cause = ${literal(cause)}`,
  );
  return rows.map((r) => String(r.person_id)).sort();
}

test('a shock is told in the month in which its row finds its person, and in no other', async () => {
  const [population, medical, incident] = ['population', 'medical', 'incident'].map(
    (feed) => bed.tables.get(feed) ?? [],
  );
  assert.ok(population && medical && incident);
  const [known, late, asked] = unstruck(population, [medical, incident]);
  assert.ok(known && late && asked);
  const paid = [settlement('JS900000001', ...known), settlement('JS900000002', ...late)];
  await bed.deliver(
    'population',
    population.filter((row) => row[0] !== late[0]),
  );
  await bed.deliver('medical', [...medical, ...paid, settlement('JS900000003', slip(asked[0]), asked[1])]);
  const accident = ['SG90000001', ...late, '', '', '', '交通事故', '2026-10-13', '50000.00', '无'];
  await bed.deliver('incident', [...incident, accident]);

  // A reviewer says in October that the slipped number is not this person's, and takes it back in November.
  await bed.run({ until: 'link' });
  const [question] = await bed.query<{ id: string; person_id: string }>(
    `select id, person_id from linkage.decision where feed = 'medical' and method = 'repaired-number' order by row_no desc limit 1`,
  );
  assert.ok(question);
  const decide = (state: 'confirmed' | 'rejected') =>
    bed.installation.db.withActor(system('test'), (tx) => decideLink(tx, { id: question.id, state, note: 'test' }));
  await decide('rejected');
  const october = await bed.run();

  await bed.deliver('population', population, '2026-11');
  const november = await bed.run({ period: '2026-11' });
  assert.deepEqual(november.everyone, [{ why: 'new-month' }]);

  const [links] = await bed.query<{ path: string }>(`select path from linkage.linked where feed = 'medical'
    order by linked_at desc, delivery_id desc limit 1`);
  const rows = await engine.all<{ person_id: bigint }>(
    `SELECT person_id FROM read_parquet(${literal(bed.installation.lake.path(links?.path ?? ''))}) ORDER BY "row" DESC LIMIT 3`,
  );
  const [slipped, entrant, before] = rows.map((r) => String(r.person_id));
  assert.ok(slipped === question.person_id && entrant && before);

  const first = await struckIn(october.runId, 'shock-medical');
  assert.deepEqual(
    [before, entrant, slipped].map((id) => first.includes(id)),
    [true, false, false],
  );
  assert.deepEqual(await struckIn(november.runId, 'shock-medical'), [entrant]);
  assert.deepEqual(await struckIn(november.runId, 'shock-incident'), [entrant]);

  await bed.installation.db.withActor(system('test'), (tx) => undoLink(tx, { id: question.id, reason: 'test' }));
  await decide('confirmed');
  const confirmed = await bed.run({ period: '2026-11' });
  assert.ok(confirmed.increment, JSON.stringify(confirmed.everyone));
  const second = await struckIn(confirmed.runId, 'shock-medical');
  assert.deepEqual(second, [entrant, slipped].sort());

  // The month told again, of everyone, says the same; the month after says nothing more.
  const increment = await project(bed, engine, confirmed.runId);
  const again = await bed.run({ period: '2026-11', full: true });
  assert.deepEqual(again.everyone, [{ why: 'asked' }]);
  const whole = await project(bed, engine, again.runId);
  for (const what of Object.keys(whole)) assert.deepEqual(increment[what], whole[what], what);
  assert.deepEqual(await struckIn(again.runId, 'shock-medical'), second);
  const december = await bed.run({ period: '2026-12' });
  assert.deepEqual(await struckIn(december.runId, 'shock-medical'), []);
  assert.deepEqual(await struckIn(december.runId, 'shock-incident'), []);
  const leads = await bed.query<{ person: string; period: string }>(
    `select person_id as person, period from monitoring.lead where cause = 'shock-medical' and status = 'open'
      and person_id = any($1::bigint[]) order by period, person_id`,
    [[before, entrant, slipped]],
  );
  assert.deepEqual(
    leads.map((l) => `${l.period} ${l.person}`).sort(),
    [`2026-10 ${before}`, `2026-11 ${entrant}`, `2026-11 ${slipped}`].sort(),
  );
});
