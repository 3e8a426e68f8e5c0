import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type RouteKey, routes } from '@doudi/contracts';
import { buildCounty, type County, type Family } from './county.ts';
import { probes } from './probes.ts';
import { simulateAsEach } from './simulations.ts';

/**
 * Every endpoint as every role of two towns, with the application's own checks of roles left out: for each family first that
 * its row exists and that its own see it, then that nobody else is shown anything of it.
 */
let county: County;
before(async () => {
  county = await buildCounty();
});
after(() => county?.close());

const keys = Object.keys(routes) as RouteKey[];
/** The lead is worked last: its verification changes what the other routes show. */
const order = [...keys.filter((k) => !k.endsWith('/verification')), 'POST /api/leads/:id/verification' as const];

/** Nothing by which the family could be known stands in an answer. */
function nothingOf(family: Family, text: string, opaque: boolean, where: string): void {
  for (const mark of [family.number, family.name, ...(opaque ? [] : [family.householdId, family.headId])])
    assert.ok(!text.includes(mark), `${where} shows a row of another place`);
}
/** The trail names what was touched by its random id, and those who audit read all of it. */
const TRAIL = ['audit-administrator', 'auditor'];

for (const key of order) {
  test(`${key}: its own see the row, and nobody else anything of it, by the database alone`, async () => {
    const probe = probes[key];
    let seen = 0;
    for (const family of county.families) {
      for (const actor of county.actors) {
        const replies = await probe.ask(actor.bare, family);
        assert.ok(replies.length > 0);
        for (const reply of replies) {
          const where = `${key} as ${actor.name}`;
          try {
            if (actor.sees.includes(family)) {
              probe.shown(reply, family, actor);
              seen++;
            } else {
              probe.hidden(reply, family, actor);
              nothingOf(family, reply.text, key === 'GET /api/audit' && TRAIL.includes(actor.role), where);
            }
          } catch (error) {
            if (error instanceof Error) error.message = `${where}: ${error.message}`;
            throw error;
          }
        }
      }
    }
    assert.ok(seen >= 2, 'nobody was shown the row, so that nothing was proven');
  });
}

test('each lead was worked by its own, and by nobody who only reads', async () => {
  const { rows } = await county.admin.query<{ lead: string; role: string }>(
    `
    select v.lead_id::text as lead, g.role from casework.verification v join platform.role_grant g on g.actor_id = v.actor_id
    where v.lead_id = any($1)`,
    [county.families.map((f) => f.leadId)],
  );
  for (const family of county.families) {
    const workers = rows.filter((r) => r.lead === family.leadId).map((r) => r.role);
    assert.ok(workers.length > 0, 'the verification was accepted from nobody');
    for (const role of workers) assert.ok(['village', 'township', 'county'].includes(role), role);
  }
});

test('a simulation counts and lists the households that its asker sees, and nobody is shown another’s', async () => {
  const simulated = await simulateAsEach(county);
  for (const { actor, shown, expected } of simulated)
    assert.deepEqual([...shown].sort(), [...expected].sort(), `what ${actor.name} is shown`);
  const sizes = new Map(simulated.map(({ actor, shown }) => [actor.name, shown.size]));
  const [whole = 0, town = 0, none] = ['county', 'town-a', 'unmandated'].map((name) => sizes.get(name));
  assert.ok(town > 0 && town < whole, `${town} of ${whole}`);
  assert.equal(none, 0);
});

test('as the product runs, a role that a route is not for is told so', async () => {
  const [family] = county.families;
  for (const key of keys) {
    const allowed: readonly string[] = routes[key].roles;
    for (const actor of county.actors) {
      if (allowed.includes(actor.role)) continue;
      for (const reply of await probes[key].ask(actor.checked, family))
        assert.deepEqual([key, actor.name, reply.status], [key, actor.name, 403]);
    }
  }
});

test('every reading of persons is in the trail with who and why', async () => {
  const { rows } = await county.admin.query<{ action: string; purposes: number; n: number }>(
    `select action, count(*)::int as n, count(purpose)::int as purposes from audit.entry group by action`,
  );
  const kept = new Map(rows.map((r) => [r.action, r]));
  for (const action of [
    'lead.search',
    'lead.read',
    'evidence.read',
    'registry.search',
    'registry.portrait',
    'registry.unmask',
    'lead.verify',
    'link.list',
    'link.read',
    'link.unmask',
    'link.conflicts',
    'linkage.confirm',
    'linkage.undo',
    'linkage.conflict.close',
    'account.open',
    'account.grant',
    'mandate.give',
    'session.open',
  ]) {
    const line = kept.get(action);
    assert.ok(line && line.n > 0, `no entry of ${action}`);
    assert.equal(line.purposes, line.n, `${action} without a purpose`);
  }
  const personal = await county.admin.query(
    `select count(*)::int as n from audit.entry where concat_ws(' ', object, purpose, details) like any($1)`,
    [county.families.flatMap((f) => [`%${f.name}%`, `%${f.number}%`])],
  );
  assert.equal(personal.rows[0]?.n, 0);
});
