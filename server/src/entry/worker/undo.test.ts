import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { decisionsOf } from '../../modules/assessment/index.ts';
import { recordVerification } from '../../modules/casework/index.ts';
import { decideLink, undoLink } from '../../modules/linkage/index.ts';
import { system } from '../../platform/database/index.ts';
import { type Engine, literal, openEngine } from '../../platform/engine/index.ts';
import { project } from './projection.ts';
import { type MonthBed, openMonthBed } from './testing.ts';

// DESIGN, decision 10: undoing a link restores derived state. One directory confirms links, runs, works, rejects them and runs; its
// copy had them rejected before anything was derived.
let held: MonthBed;
let never: MonthBed;
let engine: Engine;

before(async () => {
  held = await openMonthBed(1200, 3);
  await held.run({ until: 'link' });
  never = await held.copy();
  engine = await openEngine({ tempDir: held.installation.dir, threads: 1, memoryMb: 512 });
});
after(async () => {
  engine?.close();
  await never?.close();
  await held?.close();
});

/** Probable links that change what somebody is entitled to or suspected of, one of each feed. */
async function probable(bed: MonthBed): Promise<{ id: string; personId: string }[]> {
  const rows = await bed.query<{ id: string; person_id: string }>(`
    select distinct on (feed) id, person_id from linkage.decision where state = 'open' and kind = 'probable'
      and feed in ('employment', 'vehicle', 'deaths-police', 'deaths-cremation', 'assistance', 'housing', 'medical', 'pension', 'marriage')
    order by feed, row_no`);
  return rows.map((r) => ({ id: r.id, personId: r.person_id }));
}

const decide = (bed: MonthBed, ids: readonly string[], state: 'confirmed' | 'rejected') =>
  bed.installation.db.withActor(system('test'), async (tx) => {
    for (const id of ids) await decideLink(tx, { id, state, note: 'test' });
  });

test('a link confirmed, acted on and rejected leaves what a directory has in which it was never held', async () => {
  const links = await probable(held);
  const ids = links.map((l) => l.id);
  assert.ok(ids.length >= 4, `${ids.length} probable links`);
  await decide(held, ids, 'confirmed');
  const first = await held.run();
  assert.equal(first.increment, null);
  assert.deepEqual(first.everyone, [{ why: 'first-run' }]);

  // Somebody goes and sees what a lead says of one of these households.
  const leads = await held.query<{ id: string }>(
    `select l.id from monitoring.lead l join registry.person p on p.household_id = l.household_id
     where l.status = 'open' and p.id = any($1::bigint[]) order by l.id limit 1`,
    [links.map((l) => l.personId)],
  );
  const [lead] = leads;
  assert.ok(lead, 'one of the links raises a lead');

  await held.installation.db.withActor(system('test'), async (tx) => {
    for (const id of ids) await undoLink(tx, { id, reason: 'test' });
  });
  await decide(held, ids, 'rejected');
  const second = await held.run();
  assert.ok(second.increment && second.increment.touchedHouseholds > 0, JSON.stringify(second.everyone));
  assert.ok(second.increment.touchedHouseholds < second.increment.of / 10);

  await decide(never, ids, 'rejected');
  const other = await never.run();
  const [a, b] = [await project(held, engine, second.runId), await project(never, engine, other.runId)];
  for (const what of Object.keys(b)) assert.deepEqual(a[what], b[what], what);
  assert.ok((b.lead?.length ?? 0) > 10);

  const again = await held.run();
  assert.equal(again.repeated, true);
});

test('what a visit found stands for what no register holds, is said in the decision, and computes that family alone', async () => {
  const [lead] = await held.query<{ id: string; household_id: string }>(
    `select id, household_id from monitoring.lead where cause = 'missed-subsistence' and undetermined and status = 'open' order by id limit 1`,
  );
  assert.ok(lead, 'a family of which only the declaration is missing');
  const answers = { method: 'visit', declared_other_income: '12.50' };
  const body = { key: randomUUID(), verdict: 'confirmed' as const, visitedOn: '2026-11-02', note: '', answers };
  const { db, bundle, lake } = held.installation;
  await db.withActor(system('test'), (tx) => recordVerification(tx, bundle, lead.id, body));
  const run = await held.run();
  assert.equal(run.increment?.touchedHouseholds, 1);
  const [input] = await engine.all(`SELECT income_declared, declared_other_income FROM
    read_parquet(${literal(lake.path(`assessment/${run.runId}/household_input.parquet`))}) WHERE household_id = ${lead.household_id}`);
  assert.deepEqual(input, { income_declared: true, declared_other_income: 12_50n });
  const decisions = await db.withActor(system('test'), (tx) => decisionsOf(tx, lead.household_id));
  const subsistence = decisions.find((d) => d.programme === 'subsistence');
  assert.notEqual(subsistence?.outcome, 'undetermined');
  assert.match(
    subsistence?.sentence ?? '',
    /经核查认定：.*申报其他月收入 12\.50（2026-11-02 核查，有效至 2027-11-01）/,
  );
  assert.equal(decisions.find((d) => d.programme === 'old-age')?.sentence.includes('核查认定') ?? false, false);
});
