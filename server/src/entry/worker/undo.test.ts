import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decideLink, undoLink } from '../../modules/linkage/index.ts';
import { system } from '../../platform/database/index.ts';
import { type Engine, openEngine } from '../../platform/engine/index.ts';
import { project } from './projection.ts';
import { type MonthBed, openMonthBed } from './testing.ts';

// DESIGN, decision 10: undoing a link restores derived state. One directory confirms links, runs, works, rejects them and runs; its
// copy had them rejected before anything was derived.
let held: MonthBed;
let never: MonthBed;
let engine: Engine;

before(async () => {
  held = await openMonthBed(700, 3);
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
