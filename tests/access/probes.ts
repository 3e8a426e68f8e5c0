import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { RouteKey } from '@doudi/contracts';
import type { Reply, Visitor } from '../../server/src/entry/http/testing.ts';
import type { Actor, Family } from './county.ts';

/** How one route is asked about a family, and what its answer must show to those who see the family and to those who do not. */
export interface Probe {
  /** Requests about the family, each a way to its rows. */
  ask(visitor: Visitor, family: Family): Promise<Reply[]>;
  /** What proves that the row is there, for one who sees it. */
  shown(reply: Reply, family: Family, actor: Actor): void;
  /** What must hold for one who does not; beyond that no id, name or number of the family stands in the answer. */
  hidden(reply: Reply, family: Family, actor: Actor): void;
}

const contains = (reply: Reply, text: string) => {
  assert.equal(reply.status, 200, reply.text.slice(0, 300));
  assert.ok(reply.text.includes(text), `the own row is not in the answer: ${reply.text.slice(0, 200)}`);
};
const notFound = (reply: Reply) => assert.equal(reply.status, 404, reply.text.slice(0, 300));
const answered = (reply: Reply) => assert.ok(reply.status < 500, reply.text.slice(0, 300));
/** Neither done nor broken: refused by the database, or not found under sight. */
const refused = (reply: Reply) =>
  assert.ok([403, 404].includes(reply.status), `${reply.status} ${reply.text.slice(0, 300)}`);
const list = (reply: Reply, name: string) => (reply.body[name] ?? []) as Record<string, unknown>[];

const one = (ask: (visitor: Visitor, family: Family) => Promise<Reply>): Probe['ask'] => {
  return async (visitor, family) => [await ask(visitor, family)];
};
/** Who works there may have been before this one; who only reads is refused by the database. */
const workedOrRefused = (reply: Reply, _family: Family, actor: Actor) => {
  if (['supervisor', 'auditor'].includes(actor.role)) refused(reply);
  else assert.ok([200, 409].includes(reply.status), reply.text.slice(0, 300));
};
const lists = (of: 'linkId' | 'conflictId') => ({
  shown: (reply: Reply, family: Family) => contains(reply, family[of]),
  hidden: (reply: Reply, family: Family) => {
    answered(reply);
    assert.ok(!reply.text.includes(family[of]));
  },
});
const ofHousehold = {
  shown: (reply: Reply, family: Family) => contains(reply, family.householdId),
  hidden: notFound,
};
/** Neither found nor changed by those who have nothing to do with files. */
const quarantined = (reply: Reply, _family: Family, actor: Actor) => {
  if (['county', 'supervisor', 'auditor'].includes(actor.role)) answered(reply);
  else refused(reply);
};
/** Routes that hold no row of a family: what is asked is only that none slips in. */
const without = { shown: answered, hidden: answered };

/** The county's officer opens one and is then told that it is open, as is who looks on; nobody else opens or is told of any. */
const requestAsked = (reply: Reply, actor: Actor) => {
  const told =
    actor.role === 'county' ? [200, 409] : ['supervisor', 'auditor'].includes(actor.role) ? [403, 409] : [403];
  assert.ok(told.includes(reply.status), `${actor.role}: ${reply.status} ${reply.text.slice(0, 200)}`);
};

const DESK = ['village', 'township', 'county', 'supervisor', 'auditor'];

/** One probe for each route of the contracts; a new route without one is a type error here. */
export const probes: Record<RouteKey, Probe> = {
  'GET /api/me': { ask: one((v) => v.get('/api/me')), ...without },
  'GET /api/divisions': {
    ask: one((v) => v.get('/api/divisions')),
    shown: (reply, family) => assert.ok(list(reply, 'divisions').some((d) => d.id === family.town)),
    hidden: (reply, family, actor) => {
      // Administrators choose divisions for others; everybody else is told of their own.
      if (DESK.includes(actor.role)) assert.ok(!list(reply, 'divisions').some((d) => d.id === family.town));
    },
  },
  'GET /api/month': {
    ask: one((v) => v.get('/api/month')),
    shown: (reply, family) => {
      const town = list(reply, 'townships').find((t) => t.divisionId === family.town);
      assert.ok(Number(town?.open) > 0, JSON.stringify(reply.body.townships));
    },
    hidden: (reply, family, actor) => {
      assert.ok(!list(reply, 'townships').some((t) => t.divisionId === family.town));
      const flow = reply.body.flow as { leads: number } | undefined;
      if (actor.role === 'township')
        assert.equal(
          flow?.leads,
          actor.sees.reduce((n, f) => n + f.leadsOfTown, 0),
        );
      if (actor.sees.length === 0 && reply.status === 200) assert.equal(flow?.leads, 0);
    },
  },
  'GET /api/feeds/:feed/:period/quarantine': {
    ask: one((v) => v.get('/api/feeds/medical/2026-10/quarantine')),
    shown: answered,
    hidden: (reply, _family, actor) => {
      answered(reply);
      if (!['county', 'supervisor', 'auditor'].includes(actor.role)) assert.deepEqual(list(reply, 'rows'), []);
    },
  },
  'POST /api/feeds/:feed/:period/quarantine/template': {
    ask: one((v) => v.post('/api/feeds/medical/2026-10/quarantine/template', {})),
    ...without,
  },
  'POST /api/feeds/:feed/:period/quarantine/corrections': {
    ask: one((v) => v.post('/api/feeds/medical/2026-10/quarantine/corrections', { text: '行号,姓名\n1,x\n' })),
    ...without,
  },
  'POST /api/feeds/:feed/:period/quarantine/release': {
    ask: one((v) => v.post('/api/feeds/medical/2026-10/quarantine/release', {})),
    ...without,
  },
  // Quarantined rows belong to nobody yet; the database gives them to the county's own office and those who look over it.
  'GET /api/quarantine/:id': { ask: one((v) => v.get('/api/quarantine/1')), shown: answered, hidden: quarantined },
  'POST /api/quarantine/:id/correction': {
    ask: one((v) => v.post('/api/quarantine/1/correction', { values: { name: '甲' } })),
    shown: answered,
    hidden: quarantined,
  },
  'POST /api/quarantine/discard': {
    ask: one((v) => v.post('/api/quarantine/discard', { ids: ['999999999'], why: '试试' })),
    ...without,
  },
  'POST /api/uploads': {
    ask: one((v) => v.post('/api/uploads', { feed: 'medical', period: '2026-10', fileName: 'a.csv', bytes: 3 })),
    shown: answered,
    // Not even begun by who may not send files, whatever the product checks before.
    hidden: (reply, _family, actor) => assert.equal(reply.status === 200, actor.role === 'county', reply.text),
  },
  'POST /api/uploads/:id/parts/:part': {
    ask: one((v, f) => v.post(`/api/uploads/${f.householdId}/parts/0`, { data: 'AAAA' })),
    shown: notFound,
    hidden: notFound,
  },
  'POST /api/uploads/:id/preview': {
    ask: one((v, f) => v.post(`/api/uploads/${f.householdId}/preview`, {})),
    shown: notFound,
    hidden: notFound,
  },
  'POST /api/uploads/:id/take': {
    ask: one((v, f) => v.post(`/api/uploads/${f.householdId}/take`, {})),
    shown: notFound,
    hidden: notFound,
  },
  'GET /api/intake/requests/:id': {
    ask: one((v, f) => v.get(`/api/intake/requests/${f.leadId}`)),
    shown: notFound,
    hidden: notFound,
  },
  'GET /api/departments': {
    ask: one((v) => v.get('/api/departments?period=2026-10')),
    shown: answered,
    hidden: (reply, _family, actor) => {
      answered(reply);
      if (!['county', 'supervisor', 'auditor'].includes(actor.role)) assert.deepEqual(list(reply, 'requests'), []);
    },
  },
  'GET /api/quality': {
    ask: one((v) => v.get(`/api/quality?department=${encodeURIComponent('医保')}&period=2026-10`)),
    shown: answered,
    hidden: (reply, _family, actor) => {
      answered(reply);
      // Rows set aside are read by the data office alone, even by their numbers.
      const rows = list(reply, 'feeds').flatMap((f) => f.rows as unknown[]);
      if (!['county', 'supervisor', 'auditor'].includes(actor.role)) assert.deepEqual(rows, []);
    },
  },
  'GET /api/quality/document': {
    ask: one((v) => v.get(`/api/quality/document?department=${encodeURIComponent('医保')}&period=2026-10`)),
    ...without,
  },
  'POST /api/deliveries/:id/acceptance': {
    ask: one((v) => v.post('/api/deliveries/00000000-0000-7000-8000-000000000001/acceptance', { reason: '已经核实' })),
    shown: refused,
    hidden: refused,
  },
  'POST /api/sharing': {
    ask: one((v) =>
      v.post('/api/sharing', {
        ...{ feed: 'vessel', kind: 'supply', condition: 'conditional', period: null, purpose: '低保动态核查' },
      }),
    ),
    shown: (reply, _family, actor) => requestAsked(reply, actor),
    hidden: (reply, _family, actor) => requestAsked(reply, actor),
  },
  'POST /api/sharing/:id/events': {
    ask: one((v) =>
      v.post('/api/sharing/00000000-0000-7000-8000-000000000001/events', {
        ...{ kind: 'withdrawn', on: '2026-11-02', note: '' },
      }),
    ),
    shown: refused,
    hidden: refused,
  },
  'POST /api/leads/search': {
    async ask(v, family) {
      const bodies = [
        { limit: 200 },
        { q: family.name },
        { q: family.number },
        { divisionId: family.town, limit: 200 },
      ];
      return await Promise.all(bodies.map((body) => v.post('/api/leads/search', body)));
    },
    shown: (reply, family) => contains(reply, family.householdId),
    hidden: answered,
  },
  'GET /api/leads/:id': { ask: one((v, f) => v.get(`/api/leads/${f.leadId}`)), ...ofHousehold },
  'POST /api/leads/:id/verification': {
    ask: one((v, f) =>
      v.post(`/api/leads/${f.leadId}/verification`, {
        key: randomUUID(),
        verdict: 'unreachable',
        visitedOn: '2026-11-02',
        note: '两次上门无人',
        answers: {},
      }),
    ),
    // Who may only read is refused by the database; who works there may have finished the lead a moment ago.
    shown: (reply, _family, actor) => {
      if (['supervisor', 'auditor'].includes(actor.role)) refused(reply);
      else assert.ok([200, 409, 422].includes(reply.status), reply.text.slice(0, 300));
    },
    hidden: refused,
  },
  'GET /api/evidence/:id': {
    ask: async (v, f) => await Promise.all(f.evidence.map((id) => v.get(`/api/evidence/${id}`))),
    shown: (reply) => {
      assert.equal(reply.status, 200, reply.text.slice(0, 300));
      assert.ok(list(reply, 'cells').some((c) => c.covered === true));
    },
    hidden: notFound,
  },
  'POST /api/households/search': {
    async ask(v, f) {
      return await Promise.all([f.name, f.number].map((q) => v.post('/api/households/search', { q, limit: 50 })));
    },
    shown: (reply, family) => contains(reply, family.householdId),
    hidden: answered,
  },
  'GET /api/households/:id': { ask: one((v, f) => v.get(`/api/households/${f.householdId}`)), ...ofHousehold },
  'POST /api/households/:id/unmask': {
    ask: one((v, f) =>
      v.post(`/api/households/${f.householdId}/unmask`, { personId: f.headId, field: 'number', reason: '核对身份' }),
    ),
    shown: (reply, family) => assert.deepEqual(reply.body, { value: family.number }),
    hidden: notFound,
  },
  'GET /api/policies/sources': { ask: one((v) => v.get('/api/policies/sources')), ...without },
  'GET /api/policies/coverage': {
    ask: one((v) => v.get('/api/policies/coverage')),
    shown: (reply, family) => {
      const towns = list(reply, 'programmes').flatMap((p) => p.townships as { id: number }[]);
      assert.ok(towns.some((t) => t.id === family.town));
    },
    hidden: (reply, family) => {
      const towns = list(reply, 'programmes').flatMap((p) => p.townships as { id: number }[]);
      assert.ok(!towns.some((t) => t.id === family.town));
    },
  },
  'GET /api/policies/:programme/households': {
    ask: one((v, { decision, town }) =>
      v.get(`/api/policies/${decision.programme}/households?outcome=${decision.outcome}&townshipId=${town}&limit=200`),
    ),
    shown: (reply, family) => contains(reply, family.householdId),
    hidden: answered,
  },
  'POST /api/decisions/:id/trace': {
    ask: one((v, f) => v.post(`/api/decisions/${f.decision.id}/trace`, {})),
    shown: (reply) => assert.equal(reply.status, 200, reply.text),
    hidden: notFound,
  },
  'GET /api/traces/:id': { ask: one((v) => v.get(`/api/traces/${randomUUID()}`)), shown: notFound, hidden: notFound },
  'GET /api/simulations': { ask: one((v) => v.get('/api/simulations')), ...without },
  // Who simulates and what they are shown of it: simulations.ts.
  'POST /api/simulations': {
    ask: one((v) => v.post('/api/simulations', { period: '2020-01', months: 1, title: '试', text: 'reform: x' })),
    ...without,
  },
  'GET /api/simulations/:id': {
    ask: one((v) => v.get(`/api/simulations/${randomUUID()}`)),
    shown: notFound,
    hidden: notFound,
  },
  'GET /api/simulations/:id/changes': {
    ask: one((v) => v.get(`/api/simulations/${randomUUID()}/changes`)),
    shown: notFound,
    hidden: notFound,
  },
  'GET /api/simulations/:id/export': {
    ask: one((v) => v.get(`/api/simulations/${randomUUID()}/export`)),
    shown: notFound,
    hidden: notFound,
  },
  // A request belongs to who asked it, whatever the place; none of these did.
  'GET /api/requests/:id': {
    ask: one((v) => v.get(`/api/requests/${randomUUID()}`)),
    shown: notFound,
    hidden: notFound,
  },
  'GET /api/links': { ask: one((v) => v.get('/api/links?limit=200')), ...lists('linkId') },
  'GET /api/links/:id': {
    ask: one((v, f) => v.get(`/api/links/${f.linkId}`)),
    shown: (reply, family) => {
      contains(reply, family.headId);
      assert.ok(!reply.text.includes(family.number) && !reply.text.includes(family.name), 'it comes covered');
    },
    hidden: notFound,
  },
  'POST /api/links/:id/decision': {
    ask: one((v, f) => v.post(`/api/links/${f.linkId}/decision`, { state: 'confirmed', note: '电话核实' })),
    shown: workedOrRefused,
    hidden: refused,
  },
  'POST /api/links/:id/undo': {
    ask: one((v, f) => v.post(`/api/links/${f.linkId}/undo`, { reason: '核对有误' })),
    shown: workedOrRefused,
    hidden: refused,
  },
  'POST /api/links/:id/unmask': {
    ask: one((v, f) => v.post(`/api/links/${f.linkId}/unmask`, { reason: '核对身份' })),
    shown: (reply, family) => contains(reply, family.number),
    hidden: notFound,
  },
  'GET /api/conflicts': { ask: one((v) => v.get('/api/conflicts?limit=200')), ...lists('conflictId') },
  'POST /api/conflicts/:id/close': {
    ask: one((v, f) => v.post(`/api/conflicts/${f.conflictId}/close`, { reason: '已请派出所更正' })),
    shown: workedOrRefused,
    hidden: refused,
  },
  'GET /api/audit': {
    ask: one((v) => v.get('/api/audit?limit=200')),
    ...without,
    hidden: (reply, _family, actor) => {
      answered(reply);
      if (['audit-administrator', 'auditor'].includes(actor.role)) return;
      assert.deepEqual(
        [...new Set(list(reply, 'entries').map((e) => e.role))].filter((role) => role !== actor.role),
        [],
      );
    },
  },
  'GET /api/users': {
    ask: one((v) => v.get('/api/users')),
    ...without,
    hidden: (reply, _family, actor) => {
      answered(reply);
      if (['system-administrator', 'security-administrator'].includes(actor.role)) return;
      assert.ok(list(reply, 'users').filter((u) => u.role !== null).length <= 1);
    },
  },
  'POST /api/users': {
    ask: one((v) =>
      v.post('/api/users', { username: `x${randomUUID().slice(0, 8)}`, displayName: '试', password: 'long enough 1' }),
    ),
    shown: (reply) => refused(reply),
    hidden: (reply, _family, actor) =>
      actor.role === 'system-administrator' ? assert.equal(reply.status, 200, reply.text) : refused(reply),
  },
  'POST /api/users/:id/grant': {
    ask: one((v) =>
      v.post('/api/users/00000000-0000-7000-8000-000000000001/grant', { role: 'supervisor', divisionId: 3 }),
    ),
    shown: refused,
    hidden: refused,
  },
  'GET /api/mandates': {
    ask: one((v) => v.get('/api/mandates')),
    ...without,
    hidden: (reply, _family, actor) => {
      answered(reply);
      if (!['security-administrator', 'auditor', 'audit-administrator'].includes(actor.role))
        assert.deepEqual(list(reply, 'mandates'), []);
    },
  },
  'POST /api/mandates': {
    ask: one((v, f) =>
      v.post('/api/mandates', {
        auditorId: '00000000-0000-7000-8000-000000000001',
        title: '自己给自己',
        divisionId: f.town,
        from: '2026-01-01',
        until: '2026-12-31',
      }),
    ),
    shown: (reply) => assert.ok([403, 404, 422].includes(reply.status), reply.text),
    hidden: (reply) => assert.ok([403, 404, 422].includes(reply.status), reply.text),
  },
};
