import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { replay } from '../../modules/assessment/batch.ts';
import { recordVerification } from '../../modules/casework/index.ts';
import { decideLink, undoLink } from '../../modules/linkage/index.ts';
import { system } from '../../platform/database/index.ts';
import { type Engine, openEngine } from '../../platform/engine/index.ts';
import { DoudiError } from '../../platform/errors.ts';
import { verify } from '../verify.ts';
import { project } from './projection.ts';
import { firstPart, type Pick, smallDelivery } from './random-delivery.ts';
import { type MonthBed, openMonthBed } from './testing.ts';

// After small changes an increment and a full run of the same month are compared in all that they leave. By day a full run follows
// the second and the last change only: what an increment did wrong is carried on by the next and still shows. Nightly: 50, each.
const nightly = process.env.DOUDI_NIGHTLY === '1';
const CHANGES = nightly ? 50 : 5;
const PERSONS = nightly ? 1200 : 500;
const SEED = 17;

let bed: MonthBed;
let engine: Engine;
const state = new Map<string, ReturnType<typeof firstPart>>();

before(async () => {
  bed = await openMonthBed(PERSONS, 5);
  for (const [feed, table] of bed.tables) {
    const part = firstPart(table);
    state.set(feed, part);
    await bed.deliver(feed, part.sent);
  }
  engine = await openEngine({ tempDir: bed.installation.dir, threads: 1, memoryMb: 512 });
});
after(async () => {
  engine?.close();
  await bed?.close();
});

/** Somebody decides about a link, or takes it back. */
async function decideSome(pick: Pick): Promise<string> {
  const open = await bed.query<{ id: string; state: string }>(
    `select id, state from linkage.decision where kind in ('probable', 'review') order by delivery_id, row_no, role, person_id`,
  );
  const link = open[pick(open.length)];
  if (!link) return 'no link';
  return bed.installation.db.withActor(system('test'), async (tx) => {
    if (link.state !== 'open') {
      await undoLink(tx, { id: link.id, reason: 'test' });
      return 'link undone';
    }
    const to = pick(2) === 0 ? 'confirmed' : 'rejected';
    await decideLink(tx, { id: link.id, state: to, note: 'test' }).catch(() => undefined);
    return `link ${to}`;
  });
}

/** Delivers; false when intake refuses to replace a month's events on which a later month's file leans (it then changes nothing). */
async function deliver({ feed, table, period }: ReturnType<typeof smallDelivery>): Promise<boolean> {
  try {
    await bed.deliver(feed, table, period);
    return true;
  } catch (error) {
    if (error instanceof DoudiError && error.code === 'later-delivery-depends') return false;
    throw error;
  }
}

/** Somebody visits a family and hears what no register holds. */
async function visitSome(pick: Pick): Promise<string> {
  const leads = await bed.query<{ id: string }>(
    `select id from monitoring.lead where kind = 'missed' and status = 'open' order by household_id, cause`,
  );
  const lead = leads[pick(leads.length)];
  if (!lead) return 'no lead';
  const { db, bundle } = bed.installation;
  const key = fc.sample(fc.uuid(), { numRuns: 1, seed: pick(1_000_000) })[0] ?? '';
  const answers = { method: 'visit', declared_other_income: `${pick(4000)}.50` };
  await db.withActor(system('test'), (tx) =>
    recordVerification(tx, bundle, lead.id, { key, verdict: 'confirmed', visitedOn: '2026-11-02', note: '', answers }),
  );
  return 'visit';
}

test(`an increment leaves what a full run leaves, over ${CHANGES} small changes`, async () => {
  const first = await bed.run();
  assert.deepEqual(first.everyone, [{ why: 'first-run' }]);
  let increments = 0;
  let refused = 0;
  const history: string[] = [];
  const feeds = [...state.keys()].sort();
  const random = fc.sample(fc.nat(2 ** 30), { numRuns: 4000, seed: SEED });
  let at = 0;
  const pick: Pick = (n) => (n > 0 ? (random[at++ % random.length] ?? 0) % n : 0);
  for (let change = 0; change < CHANGES; change++) {
    const done: string[] = [];
    // The register changes too, in the second of every five.
    const chosen = change % 5 === 1 ? ['population'] : [];
    for (let n = 1 + pick(2); n > 0; n--) chosen.push(feeds[pick(feeds.length)] ?? 'employment');
    for (const feed of new Set(chosen)) {
      const delivery = smallDelivery(feed, state, pick);
      const taken = await deliver(delivery);
      done.push(`${delivery.what}${taken ? '' : ' (refused)'}`);
      refused += taken ? 0 : 1;
    }
    if (change % 2 === 0) done.push(await decideSome(pick));
    if (change % 3 === 2) done.push(await visitSome(pick));

    const run = await bed.run();
    history.push(`${change} ${done.join('; ')}: ${JSON.stringify(run.increment ?? run.everyone)}`);
    const said = history.slice(-3).join(' | ');
    if (run.increment) increments++;
    if (!nightly && change !== 1 && change !== CHANGES - 1) continue;
    const increment = await project(bed, engine, run.runId);
    const full = await bed.run({ full: true });
    assert.deepEqual(full.everyone, [{ why: 'asked' }], said);
    const whole = await project(bed, engine, full.runId);
    for (const what of Object.keys(whole)) assert.deepEqual(increment[what], whole[what], `${said}: ${what}`);
    assert.ok((whole.finding?.length ?? 0) > 5 && (whole.lead?.length ?? 0) > 5, said);
  }
  assert.ok(increments >= CHANGES / 2, `${increments} of ${CHANGES} were increments`);
  assert.ok(refused <= CHANGES / 5, `${refused} deliveries were refused`);

  const { db, lake } = bed.installation;
  const again = await replay({ db, lake }, { sample: 200, seed: 1 });
  assert.deepEqual([again.replayed, again.differing], [200, []]);
  const { checks } = await verify(bed.installation);
  assert.deepEqual(
    checks.filter((c) => !c.ok),
    [],
  );
});
