import assert from 'node:assert/strict';
import { REQUEST_KINDS } from '../../server/src/entry/worker/request-kinds.ts';
import { workRequests } from '../../server/src/platform/jobs/request-worker.ts';
import type { Actor, County } from './county.ts';

/** A reform that reaches every family: the standard is raised a hundredfold of what any of them has. */
const REFORM = `reform: far
title: 标准大幅提高
set: { subsistence.standard: 5000.00 }
`;

interface Listed {
  changes: { householdId: string; township: string }[];
  nextCursor: string | null;
}

/**
 * Simulates as everybody with the checks of roles left out, and gives for each actor which households they are shown;
 * asserts on the way that nobody is shown anything of another's simulation.
 */
export async function simulateAsEach(county: County): Promise<Map<Actor, Set<string>>> {
  const asked = new Map<Actor, string>();
  for (const actor of county.actors) {
    const reply = await actor.bare.post('/api/simulations', {
      period: '2026-10',
      months: 1,
      title: '标准大幅提高',
      text: REFORM,
    });
    if (reply.status === 200) asked.set(actor, String(reply.body.id));
  }
  await workRequests(county.installation, REQUEST_KINDS, { signal: new AbortController().signal, untilEmpty: true });
  const seen = new Map<Actor, Set<string>>();
  for (const [actor, id] of asked) {
    const done = await actor.bare.get(`/api/simulations/${id}`);
    assert.equal(done.status, 200, done.text.slice(0, 300));
    assert.equal(done.body.state, 'done', JSON.stringify(done.body.error));
    const shown = new Set<string>();
    for (let cursor = ''; ; ) {
      const page = await actor.bare.get(`/api/simulations/${id}/changes?limit=200${cursor}`);
      assert.equal(page.status, 200, page.text.slice(0, 300));
      const { changes, nextCursor } = page.body as unknown as Listed;
      for (const change of changes) shown.add(change.householdId);
      if (nextCursor === null) break;
      cursor = `&cursor=${nextCursor}`;
    }
    seen.set(actor, shown);
    const csv = await actor.bare.get(`/api/simulations/${id}/export`);
    assert.equal(csv.status, 200);
    for (const household of shown) assert.ok(!csv.text.includes(household), 'the export names no household');
    for (const other of county.actors)
      if (other !== actor)
        for (const path of ['', '/changes', '/export'])
          assert.equal((await other.bare.get(`/api/simulations/${id}${path}`)).status, 404, other.name);
  }
  return seen;
}
