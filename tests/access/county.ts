import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type HttpDoor, startHttp } from '../../server/src/entry/http/index.ts';
import { browser, type Visitor } from '../../server/src/entry/http/testing.ts';
import { type Installation, openInstallation } from '../../server/src/platform/installation.ts';
import { doudi } from '../doudi.ts';

/** A family of one town with a lead: what belongs to it and must be seen by its own and by nobody else. */
export interface Family {
  town: number;
  village: number;
  householdId: string;
  leadId: string;
  /** One of the stored decisions about it. */
  decision: { id: string; programme: string; outcome: string };
  /** Ids under which delivered rows open: of the lead's evidence and of a fact. */
  evidence: string[];
  /** A link to be reviewed and a conflict of numbers, both of the head. */
  linkId: string;
  conflictId: string;
  headId: string;
  name: string;
  number: string;
  /** Leads that the town's clerk must be told of in the month's number. */
  leadsOfTown: number;
}

/** Somebody who asks, and whose families they may see. */
export interface Actor {
  name: string;
  role: string;
  sees: Family[];
  /** With the checks of roles left out, so that the database alone holds. */
  bare: Visitor;
  /** As the product runs. */
  checked: Visitor;
}

export interface County {
  installation: Installation;
  admin: pg.Client;
  families: [Family, Family];
  actors: Actor[];
  close(): Promise<void>;
}

/** A small county as the product builds it, two towns with a family each, and accounts opened as a bureau would. */
export async function buildCounty(): Promise<County> {
  // A county that stands already can be looked at again while a fault is sought.
  const standing = process.env.DOUDI_ACCESS_DATA;
  const data = standing ?? (await mkdtemp(join(tmpdir(), 'doudi-access-')));
  if (!standing) {
    const built = await doudi([
      ...['demo', '--no-serve', '--json', '--persons', '1500', '--months', '1', '--seed', '11', '--data', data],
    ]);
    assert.equal(built.code, 0, built.stderr);
  }
  const installation = await openInstallation({ data });
  const url = new URL(installation.urls.admin);
  url.pathname = new URL(installation.urls.app).pathname;
  const admin = new pg.Client({ connectionString: url.toString(), application_name: 'doudi-test' });
  await admin.connect();
  const families = await pickFamilies(installation, admin);
  const doors: HttpDoor[] = [];
  for (const unchecked of [true, false])
    doors.push(await startHttp(installation, { port: 0, log: () => undefined, unchecked }));
  const [bare, checked] = doors as [HttpDoor, HttpDoor];
  const actors = await openActors(data, families, bare, checked);
  return {
    installation,
    admin,
    families,
    actors,
    async close() {
      for (const door of doors) await door.close();
      await admin.end();
      await installation.close();
      if (standing) return;
      // As root the cluster lies apart from the data directory.
      const { cluster } = JSON.parse(await readFile(join(data, 'postgres.json'), 'utf8')) as { cluster: string };
      await rm(cluster, { recursive: true, force: true });
      await rm(data, { recursive: true, force: true });
    },
  };
}

async function pickFamilies(installation: Installation, admin: pg.Client): Promise<[Family, Family]> {
  const { rows } = await admin.query<{
    town: number;
    village: number;
    household: string;
    lead: string;
    evidence: string[];
    head: string;
    sealed: Buffer;
    leads: number;
    decision: { id: string; programme: string; outcome: string };
  }>(`
    select distinct on (l.township_id) l.township_id as town, l.residence_division_id as village, l.household_id as household,
      l.id as lead, h.head_person_id as head, i.sealed,
      (select array_agg(e.id::text) from monitoring.evidence e where e.lead_id = l.id)
        || (select array_agg('fact-' || f.id) from registry.fact f where f.household_id = l.household_id) as evidence,
      (select count(*)::int from monitoring.lead x where x.township_id = l.township_id) as leads,
      (select json_build_object('id', d.id::text, 'programme', d.programme, 'outcome', d.outcome) from assessment.decision d
        where d.household_id = l.household_id order by d.id limit 1) as decision
    from monitoring.lead l join registry.household h on h.id = l.household_id
      join identity.person i on i.person_id = h.head_person_id
    where l.hukou_division_id = l.residence_division_id and l.status = 'open'
      and exists (select 1 from monitoring.evidence e where e.lead_id = l.id)
      and exists (select 1 from registry.fact f where f.household_id = l.household_id)
      -- Only towns none of whose leads belongs to two towns, so that counts are plain.
      and not exists (select 1 from monitoring.lead x where x.hukou_division_id <> x.residence_division_id
        and l.township_id in (x.township_id, (select d.parent_id from registry.division d where d.id = x.hukou_division_id)))
    order by l.township_id, l.id`);
  const families: Family[] = [];
  for (const r of rows) {
    const identity = JSON.parse(installation.keys.open(r.sealed, `identity/${r.head}`).toString()) as {
      name: string;
      number: string;
    };
    const doubt = await layDoubt(installation, admin, { ...r, name: identity.name });
    families.push({
      town: r.town,
      village: r.village,
      householdId: r.household,
      leadId: r.lead,
      decision: r.decision,
      evidence: [...r.evidence, `link-${doubt.linkId}`, `conflict-${doubt.conflictId}`],
      ...doubt,
      headId: r.head,
      name: identity.name,
      number: identity.number,
      leadsOfTown: r.leads,
    });
  }
  const [one, ...others] = families;
  const two = others.find((f) => f.name !== one?.name);
  if (!one || !two) throw new Error(`two towns with a lead each are needed; found ${families.length}`);
  return [one, two];
}

/** A link and a conflict to look at, over the row that the family's lead rests on. */
async function layDoubt(
  installation: Installation,
  admin: pg.Client,
  family: { lead: string; head: string; household: string; village: number; name: string },
): Promise<{ linkId: string; conflictId: string }> {
  const evidence = await admin.query<{ delivery_id: string; feed: string; row: string; role: string }>(
    'select delivery_id, feed, "row", role from monitoring.evidence where lead_id = $1 order by id limit 1',
    [family.lead],
  );
  const at = evidence.rows[0];
  if (!at) throw new Error(`lead ${family.lead} rests on no row`);
  const says = { number: null, sex: null, birth: null, phone: null, address: null, division: null, hukouNo: null };
  const sealed = installation.keys.seal(
    Buffer.from(JSON.stringify({ name: family.name, ...says })),
    `link/${at.delivery_id}/${at.row}/${at.role}`,
  );
  const values = [at.delivery_id, at.feed, at.row, at.role, family.head, family.household, sealed, family.village];
  const link = await admin.query<{ id: string }>(
    `insert into linkage.decision (delivery_id, feed, row_no, role, person_id, household_id, sealed, hukou_division_id,
      residence_division_id, method, reason, kind) values ($1, $2, $3, $4, $5, $6, $7, $8, $8, 'none', 'name-differs', 'review')
     on conflict (delivery_id, row_no, role, person_id) do update set sealed = excluded.sealed returning id`,
    values,
  );
  const conflict = await admin.query<{ id: string }>(
    `insert into linkage.conflict (delivery_id, feed, row_no, role, person_id, household_id, sealed, hukou_division_id,
      residence_division_id, kind, found_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $8, 'number-shared', now())
     on conflict (kind, delivery_id, row_no, role, person_id) do update set sealed = excluded.sealed returning id`,
    values,
  );
  return { linkId: link.rows[0]?.id ?? '', conflictId: conflict.rows[0]?.id ?? '' };
}

async function openActors(
  data: string,
  families: [Family, Family],
  bare: HttpDoor,
  checked: HttpDoor,
): Promise<Actor[]> {
  const { password } = JSON.parse(await readFile(join(data, 'demo.json'), 'utf8')) as { password: string };
  const enter = async (door: HttpDoor, username: string) => {
    const visitor = browser(door.url);
    const reply = await visitor.post('/api/auth/sign-in/username', { username, password });
    assert.equal(reply.status, 200, `${username}: ${reply.text}`);
    return visitor;
  };
  const system = await enter(checked, 'sysadmin');
  const security = await enter(checked, 'secadmin');
  const round = randomUUID().slice(0, 6);
  const open = async (name: string, role: string, divisionId: number | null): Promise<string> => {
    const username = `${name}-${round}`;
    const account = await system.post('/api/users', { username, displayName: username, password });
    assert.equal(account.status, 200, account.text);
    const id = String(account.body.id);
    const given = await security.post(`/api/users/${id}/grant`, { role, divisionId });
    assert.equal(given.status, 200, given.text);
    return id;
  };
  const [a, b] = families;
  const wanted: { name: string; role: string; sees: Family[] }[] = [
    { name: 'county', role: 'county', sees: [a, b] },
    { name: 'supervisor', role: 'supervisor', sees: [a, b] },
    { name: 'sysadmin', role: 'system-administrator', sees: [] },
    { name: 'secadmin', role: 'security-administrator', sees: [] },
    { name: 'auditadmin', role: 'audit-administrator', sees: [] },
    { name: 'unmandated', role: 'auditor', sees: [] },
  ];
  await open('unmandated', 'auditor', null);
  for (const [letter, family] of [
    ['a', a],
    ['b', b],
  ] as const) {
    await open(`town-${letter}`, 'township', family.town);
    await open(`village-${letter}`, 'village', family.village);
    const auditor = await open(`auditor-${letter}`, 'auditor', null);
    const mandate = await security.post('/api/mandates', {
      auditorId: auditor,
      title: '专项审计',
      divisionId: family.town,
      from: '2026-01-01',
      until: '2026-12-31',
    });
    assert.equal(mandate.status, 200, mandate.text);
    wanted.push(
      { name: `town-${letter}`, role: 'township', sees: [family] },
      { name: `village-${letter}`, role: 'village', sees: [family] },
      { name: `auditor-${letter}`, role: 'auditor', sees: [family] },
    );
  }
  const actors: Actor[] = [];
  for (const actor of wanted) {
    const username = /-|^unmandated/.test(actor.name) ? `${actor.name}-${round}` : actor.name;
    actors.push({ ...actor, bare: await enter(bare, username), checked: await enter(checked, username) });
  }
  return actors;
}
