import { SYSTEM_ACTOR, sql, type Tx } from '../../platform/database/index.ts';
import type { LeadState } from './domain/fold.ts';
import type { Kind, Level } from './domain/signal.ts';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A row of `monitoring.lead` to be written. */
export interface LeadInsert {
  runId: string;
  period: string;
  householdId: string;
  personId: string | null;
  headPersonId: string | null;
  kind: Kind;
  cause: string;
  level: Level;
  levelRank: number;
  undetermined: boolean;
  certain: boolean;
  headline: string;
  metric: bigint | null;
  limitValue: bigint | null;
  speaksFor: Json;
  bundleHash: string;
  hukouDivisionId: number;
  residenceDivisionId: number;
  townshipId: number;
  raisedOn: string;
  visitDue: string;
  decideDue: string;
  provisional: boolean;
}

export interface EvidenceInsert {
  householdId: string;
  cause: string;
  direction: 'for' | 'against';
  personId: string | null;
  feed: string;
  period: string;
  deliveryId: string;
  row: string;
  role: string;
  says: string;
  method: string | null;
  certain: boolean;
}

/** A lead with its clock, as the fold loads it. */
export interface LeadInHand extends LeadState {
  raisedOn: string;
  visitDue: string;
  decideDue: string;
  provisional: boolean;
}

const HOUR_MS = 3_600_000;

/** Households with a lead that people moved since a moment, or whose rest ended since. */
export async function householdsMoved(tx: Tx, since: Date): Promise<string[]> {
  // A transaction that was about to commit then wrote an earlier time: an hour is more than any takes.
  const from = new Date(since.getTime() - HOUR_MS);
  const { rows } = await sql<{ household_id: string }>`
    select distinct l.household_id from monitoring.lead_event e join monitoring.lead l on l.id = e.lead_id
      where e.at >= ${from} and e.actor_id <> ${SYSTEM_ACTOR} and e.what <> 'viewed'
    union
    select distinct household_id from monitoring.lead
      where status = 'closed' and rest_until < ${tx.clock.today()} and rest_until >= ${from}::timestamptz::date`.execute(
    tx.db,
  );
  return rows.map((r) => r.household_id);
}

/** Leads in hand and closed ones at rest on `today`. @param among only of these households */
export async function leadsInHand(tx: Tx, today: string, among?: readonly string[]): Promise<LeadInHand[]> {
  const { rows } = await sql<{
    id: string;
    household_id: string;
    kind: Kind;
    cause: string;
    level: Level;
    undetermined: boolean;
    metric: string | null;
    status: LeadState['status'];
    found: boolean;
    last_found_period: string;
    rest_until: string | null;
    raised_on: string;
    visit_due: string;
    decide_due: string;
    provisional: boolean;
  }>`select id, household_id, kind, cause, level, undetermined, metric, status, found, last_found_period, rest_until, raised_on, visit_due, decide_due, provisional
    from monitoring.lead where (status in ('open', 'verified') or (status = 'closed' and rest_until >= ${today}))
      ${among ? sql`and household_id = any(${among}::bigint[])` : sql``}`.execute(tx.db);
  return rows.map((r) => ({
    id: r.id,
    householdId: r.household_id,
    kind: r.kind,
    cause: r.cause,
    level: r.level,
    undetermined: r.undetermined,
    metric: r.metric === null ? null : BigInt(r.metric),
    status: r.status,
    found: r.found,
    foundIn: r.last_found_period,
    restUntil: r.rest_until,
    raisedOn: r.raised_on,
    visitDue: r.visit_due,
    decideDue: r.decide_due,
    provisional: r.provisional,
  }));
}

/** Inserts leads in bulk with their `raised` event; gives how many. */
export async function insertLeads(tx: Tx, leads: readonly LeadInsert[], eventText: string): Promise<number> {
  if (leads.length === 0) return 0;
  const columns = [
    { name: 'run_id', type: 'uuid' },
    { name: 'period', type: 'text' },
    { name: 'household_id', type: 'bigint' },
    { name: 'person_id', type: 'bigint' },
    { name: 'head_person_id', type: 'bigint' },
    { name: 'kind', type: 'text' },
    { name: 'cause', type: 'text' },
    { name: 'level', type: 'text' },
    { name: 'level_rank', type: 'smallint' },
    { name: 'undetermined', type: 'boolean' },
    { name: 'certain', type: 'boolean' },
    { name: 'headline', type: 'text' },
    { name: 'metric', type: 'bigint' },
    { name: 'limit_value', type: 'bigint' },
    { name: 'speaks_for', type: 'jsonb' },
    { name: 'bundle_hash', type: 'text' },
    { name: 'hukou_division_id', type: 'int' },
    { name: 'residence_division_id', type: 'int' },
    { name: 'township_id', type: 'int' },
    { name: 'raised_on', type: 'date' },
    { name: 'visit_due', type: 'date' },
    { name: 'decide_due', type: 'date' },
    { name: 'provisional', type: 'boolean' },
  ];
  const names = columns.map((c) => c.name).join(', ');
  const inserted = await tx.load(
    'incoming_lead',
    columns,
    leads.map((l) => [
      l.runId,
      l.period,
      l.householdId,
      l.personId,
      l.headPersonId,
      l.kind,
      l.cause,
      l.level,
      l.levelRank,
      l.undetermined,
      l.certain,
      l.headline,
      l.metric,
      l.limitValue,
      JSON.stringify(l.speaksFor),
      l.bundleHash,
      l.hukouDivisionId,
      l.residenceDivisionId,
      l.townshipId,
      l.raisedOn,
      l.visitDue,
      l.decideDue,
      l.provisional,
    ]),
    `insert into monitoring.lead (${names}, status, due, last_found_period)
      select ${names}, 'open', visit_due, period from incoming_lead order by household_id, cause`,
  );
  const run = leads[0] as LeadInsert;
  await sql`insert into monitoring.lead_event (lead_id, at, actor_id, what, text, hukou_division_id, residence_division_id)
    select l.id, ${tx.clock.now()}, ${tx.actor.id}, 'raised', ${eventText}, l.hukou_division_id, l.residence_division_id
    from monitoring.lead l where l.run_id = ${run.runId} order by l.id`.execute(tx.db);
  return inserted;
}

/** Writes the evidence of the leads named (household and cause, in hand), in place of what they had. */
export async function replaceEvidence(tx: Tx, evidence: readonly EvidenceInsert[]): Promise<number> {
  if (evidence.length === 0) return 0;
  const insert = `with target as (
      select distinct l.id from incoming_evidence i join monitoring.lead l on l.household_id = i.household_id and l.cause = i.cause
      where l.status in ('open', 'verified')),
    gone as (delete from monitoring.evidence e using target t where e.lead_id = t.id)
    insert into monitoring.evidence (lead_id, direction, person_id, feed, period, delivery_id, "row", role, says, method, certain,
      hukou_division_id, residence_division_id)
    select l.id, i.direction, i.person_id, i.feed, i.period, i.delivery_id, i."row", i.role, i.says, i.method, i.certain,
      l.hukou_division_id, l.residence_division_id
    from incoming_evidence i join monitoring.lead l on l.household_id = i.household_id and l.cause = i.cause
      and l.status in ('open', 'verified')
    order by l.id, i.place`;
  return tx.load(
    'incoming_evidence',
    [
      { name: 'place', type: 'int' },
      { name: 'household_id', type: 'bigint' },
      { name: 'cause', type: 'text' },
      { name: 'direction', type: 'text' },
      { name: 'person_id', type: 'bigint' },
      { name: 'feed', type: 'text' },
      { name: 'period', type: 'text' },
      { name: 'delivery_id', type: 'uuid' },
      { name: '"row"', type: 'bigint' },
      { name: 'role', type: 'text' },
      { name: 'says', type: 'text' },
      { name: 'method', type: 'text' },
      { name: 'certain', type: 'boolean' },
    ],
    evidence.map((e, place) => [
      place,
      e.householdId,
      e.cause,
      e.direction,
      e.personId,
      e.feed,
      e.period,
      e.deliveryId,
      e.row,
      e.role,
      e.says,
      e.method,
      e.certain,
    ]),
    insert,
  );
}

/** One change of a lead in hand, with what its history says of it. */
export interface LeadChange {
  id: string;
  set: {
    level?: Level;
    levelRank?: number;
    undetermined?: boolean;
    certain?: boolean;
    headline?: string;
    personId?: string | null;
    metric?: bigint | null;
    limitValue?: bigint | null;
    speaksFor?: Json;
    visitDue?: string;
    decideDue?: string;
    provisional?: boolean;
    found?: boolean;
    lastFoundPeriod?: string;
    status?: LeadState['status'] | 'withdrawn';
    due?: string | null;
    visitedOn?: string;
    finishedOn?: string;
    restUntil?: string | null;
    verdict?: string;
  };
  event: { what: string; text: string } | null;
}

const columnOf: Record<keyof LeadChange['set'], string> = {
  level: 'level',
  levelRank: 'level_rank',
  undetermined: 'undetermined',
  certain: 'certain',
  headline: 'headline',
  personId: 'person_id',
  metric: 'metric',
  limitValue: 'limit_value',
  speaksFor: 'speaks_for',
  visitDue: 'visit_due',
  decideDue: 'decide_due',
  provisional: 'provisional',
  found: 'found',
  lastFoundPeriod: 'last_found_period',
  status: 'status',
  due: 'due',
  visitedOn: 'visited_on',
  finishedOn: 'finished_on',
  restUntil: 'rest_until',
  verdict: 'verdict',
};

/** Applies one change and writes its event. */
export async function changeLead(tx: Tx, change: LeadChange): Promise<void> {
  const parts = Object.entries(change.set).map(([name, value]) => {
    const column = sql.ref(columnOf[name as keyof LeadChange['set']]);
    if (name === 'speaksFor') return sql`${column} = ${JSON.stringify(value)}::jsonb`;
    return sql`${column} = ${typeof value === 'bigint' ? String(value) : value}`;
  });
  if (parts.length > 0) await sql`update monitoring.lead set ${sql.join(parts)} where id = ${change.id}`.execute(tx.db);
  if (change.event) await addEvent(tx, change.id, change.event.what, change.event.text);
}

/** Adds a line to a lead's history. */
export async function addEvent(tx: Tx, leadId: string, what: string, text: string): Promise<void> {
  await sql`insert into monitoring.lead_event (lead_id, at, actor_id, what, text, hukou_division_id, residence_division_id)
    select id, ${tx.clock.now()}, ${tx.actor.id}, ${what}, ${text}, hukou_division_id, residence_division_id
    from monitoring.lead where id = ${leadId}`.execute(tx.db);
}

/** Marks leads as found again by this period's run. */
export async function confirmFound(tx: Tx, ids: readonly string[], period: string): Promise<void> {
  if (ids.length === 0) return;
  await sql`update monitoring.lead set last_found_period = ${period}, found = true
    where id = any(${ids}::bigint[])`.execute(tx.db);
}

/** Deliveries that the findings of earlier months read, per feed with the month they were for; and the first month. */
export async function deliveriesRead(
  tx: Tx,
  before: string,
): Promise<{ ids: Set<string>; lastPeriod: Map<string, string>; firstRun: string | null }> {
  const { rows } = await sql<{
    period: string;
    feed: string;
    delivery_id: string;
    delivery_period: string;
  }>`select period, feed, delivery_id, delivery_period from monitoring.delivery_read where period < ${before}`.execute(
    tx.db,
  );
  const lastPeriod = new Map<string, string>();
  let firstRun: string | null = null;
  for (const r of rows) {
    if ((lastPeriod.get(r.feed) ?? '') < r.delivery_period) lastPeriod.set(r.feed, r.delivery_period);
    if (firstRun === null || r.period < firstRun) firstRun = r.period;
  }
  return { ids: new Set(rows.map((r) => r.delivery_id)), lastPeriod, firstRun };
}

/**
 * The run of an earlier month that a run pinned as its registry: whatever is run later, the run reads the same when told again.
 * Null in the first month.
 */
export async function monthBefore(tx: Tx, runId: string): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`select b.id from platform.run r
    join platform.run b on b.pin = r.pinned->>'registry' where r.id = ${runId}`.execute(tx.db);
  return rows[0]?.id ?? null;
}

/** Remembers which deliveries this month's findings read. */
export async function rememberRead(
  tx: Tx,
  period: string,
  deliveries: readonly { feed: string; deliveryId: string; period: string }[],
): Promise<void> {
  for (const d of deliveries)
    await sql`insert into monitoring.delivery_read (period, feed, delivery_id, delivery_period)
      values (${period}, ${d.feed}, ${d.deliveryId}, ${d.period}) on conflict do nothing`.execute(tx.db);
}
