import assert from 'node:assert/strict';
import { REQUEST_KINDS } from '../../server/src/entry/worker/request-kinds.ts';
import { workRequests } from '../../server/src/platform/jobs/request-worker.ts';
import type { Actor, County } from './county.ts';

/** A reform that moves many families: the standard is raised far beyond what most of them have. */
const REFORM = `reform: far
title: 标准大幅提高
set: { subsistence.standard: 5000.00 }
`;
/** One actor of each reach; a simulation takes seconds. */
const REACHES = ['county', 'town-a', 'village-b', 'unmandated'];

interface Listed {
  changes: { householdId: string }[];
  nextCursor: string | null;
}

/** What somebody was shown of their own simulation, and what the county's simulation says lies in their divisions. */
export interface Simulated {
  actor: Actor;
  shown: Set<string>;
  expected: Set<string>;
}

/**
 * Simulates as actors of each reach with the checks of roles left out; asserts on the way that nobody is shown anything of
 * another's simulation, and that what is downloaded names no household.
 */
export async function simulateAsEach(county: County): Promise<Simulated[]> {
  const asked = new Map<Actor, string>();
  for (const actor of county.actors.filter((a) => REACHES.includes(a.name))) {
    const body = { period: '2026-10', months: 1, title: '标准大幅提高', text: REFORM };
    const reply = await actor.bare.post('/api/simulations', body);
    assert.equal(reply.status, 200, `${actor.name}: ${reply.text}`);
    asked.set(actor, String(reply.body.id));
  }
  await workRequests(county.installation, REQUEST_KINDS, { signal: new AbortController().signal, untilEmpty: true });
  const whole = [...asked].find(([actor]) => actor.name === 'county')?.[1];
  const out: Simulated[] = [];
  for (const [actor, id] of asked) {
    const done = await actor.bare.get(`/api/simulations/${id}`);
    assert.equal(done.body.state, 'done', JSON.stringify(done.body.error));
    const shown = await listOf(actor, id);
    const csv = await actor.bare.get(`/api/simulations/${id}/export`);
    assert.equal(csv.status, 200);
    for (const household of shown) assert.ok(!csv.text.includes(household), 'the export names no household');
    for (const other of county.actors)
      if (other !== actor)
        for (const path of ['', '/changes', '/export'])
          assert.equal((await other.bare.get(`/api/simulations/${id}${path}`)).status, 404, other.name);
    // The auditor without a mandate has the sight of nobody.
    const root = { county: 'county', 'town-a': county.families[0].town, 'village-b': county.families[1].village }[
      actor.name
    ];
    const { rows } = await county.admin.query<{ household: string }>(
      `select distinct household_id::text as household from assessment.simulation_change c
       where request_id = $1 and ($2 = 'county' or exists (select 1 from unnest(registry.divisions_below(nullif($2, 'county')::int)) d
         where d in (c.hukou_division_id, c.residence_division_id)))`,
      [whole, String(root ?? 0)],
    );
    out.push({ actor, shown, expected: new Set(rows.map((r) => r.household)) });
  }
  return out;
}

async function listOf(actor: Actor, id: string): Promise<Set<string>> {
  const shown = new Set<string>();
  for (let cursor = ''; ; ) {
    const page = await actor.bare.get(`/api/simulations/${id}/changes?limit=200${cursor}`);
    assert.equal(page.status, 200, page.text.slice(0, 300));
    const { changes, nextCursor } = page.body as unknown as Listed;
    for (const change of changes) shown.add(change.householdId);
    if (nextCursor === null) return shown;
    cursor = `&cursor=${nextCursor}`;
  }
}
