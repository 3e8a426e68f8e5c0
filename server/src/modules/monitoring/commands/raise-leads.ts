import { readCalendar } from '../../../platform/calendar/index.ts';
import { system, type Tx } from '../../../platform/database/index.ts';
import { idsIn, loadIds } from '../../../platform/engine/ids.ts';
import { literal } from '../../../platform/engine/index.ts';
import type { RunContext, Step } from '../../../platform/jobs/step.ts';
import { duesOf, earlierOf } from '../domain/clock.ts';
import { feedWords } from '../domain/contracts.ts';
import { headlineOf, type ParameterSource, ruleCondition, type ShownCondition, saysOf } from '../domain/describe.ts';
import { type Action, type FoundState, fold, leadKey } from '../domain/fold.ts';
import { readSignals } from '../domain/read-signals.ts';
import type { Level, Signal } from '../domain/signal.ts';
import { rankOf } from '../plan/finding-columns.ts';
import {
  changeLead,
  confirmFound,
  type EvidenceInsert,
  householdsMoved,
  insertLeads,
  type LeadInHand,
  leadsInHand,
  replaceEvidence,
} from '../store.ts';
import { evidencePath, findingsPath, parametersOf } from './find.ts';

/** A finding as it comes back from the lake. */
interface StoredFinding extends FoundState {
  personId: string | null;
  headPersonId: string | null;
  certain: boolean;
  limit: bigint | null;
  data: Record<string, string | null>;
  hukouDivisionId: number;
  residenceDivisionId: number;
  townshipId: number;
  division: string;
}

/** Detectors that find an event once; the others find a condition as long as it lasts. */
const once = new Set(['new-fact', 'event-threshold-crossing']);

/**
 * Step of the month: folds the run's findings into the leads. Routes each to the township of the residence, with due days by
 * the working-day calendar from today. Gives {raised: {kind: n}, grown, confirmed, resting, lost, finished, corrected, withdrawn}.
 */
export const leadsStep: Step = async (context) => {
  const among = await householdsToFold(context);
  const corrected = new Set(await correctedOf(context));
  const findings = await readFindings(context, among);
  context.progress(`${context.period} 生成线索`, 0, findings.length);
  const evidence = await readEvidence(context, among);
  const describe = describer(context, findings);
  return {
    files: [],
    async write(tx) {
      const today = tx.clock.today();
      const book = readSignals(context.bundle);
      const calendar = readCalendar(context.bundle);
      const signals = new Map(book.signals.map((s) => [s.id, s]));
      const clocksOf = (cause: string) => signals.get(cause)?.clock ?? book.procedure.clock;
      const inHand = await leadsInHand(tx, today, among);
      const actions = fold(inHand, findings, {
        today,
        period: context.period,
        growsAt: book.procedure.grows_at,
        lasting: new Set(book.signals.filter((s) => !once.has(s.find.detector)).map((s) => s.id)),
        corrected,
      });
      const byId = new Map(inHand.map((l) => [l.id, l]));
      const of = <K extends Action['do']>(kind: K) =>
        actions.filter((a): a is Extract<Action<StoredFinding>, { do: K }> => a.do === kind);
      const raised = of('raise');
      await insertLeads(
        tx,
        raised.map(({ finding }) => ({
          ...insertOf(context, finding, describe),
          raisedOn: today,
          ...duesOf(calendar, clocksOf(finding.cause), finding.level, today),
        })),
        `${context.period} 月度比对产生`,
      );
      const fresh = new Set<string>(raised.map((a) => leadKey(a.finding)));
      for (const { lead, finding, level } of of('grow')) {
        const hand = byId.get(lead.id) as LeadInHand;
        const dues = earlierOf(hand, duesOf(calendar, clocksOf(finding.cause), level, today), calendar);
        fresh.add(leadKey(finding));
        await grow(tx, context, hand, finding, level, dues, describe);
      }
      for (const { lead, finding } of of('correct')) {
        fresh.add(leadKey(finding));
        await correct(
          tx,
          context,
          byId.get(lead.id) as LeadInHand,
          finding,
          duesOf(calendar, clocksOf(finding.cause), finding.level, (byId.get(lead.id) as LeadInHand).raisedOn),
          describe,
        );
      }
      for (const { lead } of of('withdraw'))
        await changeLead(tx, {
          id: lead.id,
          set: { found: false, status: 'withdrawn', due: null, finishedOn: today, restUntil: null },
          event: { what: 'withdrawn', text: '身份关联已改判，此情形不再成立，线索撤回；已做的核查保留' },
        });
      const rows = evidence(fresh);
      await replaceEvidence(tx, rows);
      await confirmFound(
        tx,
        of('confirm').map((a) => a.lead.id),
        context.period,
      );
      for (const { lead } of of('lose'))
        await changeLead(tx, {
          id: lead.id,
          set: { found: false },
          event: { what: 'not-found', text: `${context.period} 月度比对未再发现此情形；是否办结由核查人决定` },
        });
      for (const { lead } of of('finish'))
        await changeLead(tx, {
          id: lead.id,
          set: { found: false, status: 'closed', due: null, finishedOn: today, restUntil: null },
          event: { what: 'closed', text: `核查属实后，${context.period} 月度比对已不再发现此情形，线索办结` },
        });
      await recomputeProvisional(tx, inHand, calendar, clocksOf);
      const kinds: Record<string, number> = { missed: 0, undue: 0, shock: 0, watch: 0 };
      for (const { finding } of raised) kinds[finding.kind] = (kinds[finding.kind] ?? 0) + 1;
      return {
        raised: kinds,
        grown: of('grow').length,
        confirmed: of('confirm').length,
        resting: of('rest').length,
        lost: of('lose').length,
        finished: of('finish').length,
        corrected: of('correct').length,
        withdrawn: of('withdraw').length,
      };
    },
  };
};

type Describe = (finding: StoredFinding) => { headline: string; speaksFor: ShownCondition[] };

/** Sentences and conditions of findings, by the packs of the run. */
function describer(context: RunContext, findings: readonly StoredFinding[]): Describe {
  const book = readSignals(context.bundle);
  const feeds = feedWords(context.bundle);
  const signals = new Map(book.signals.map((s) => [s.id, s]));
  const sources = new Map(
    [...new Set(findings.map((f) => f.division))].map((division) => [
      division,
      {
        parameters: new Map<string, ParameterSource>(
          parametersOf(context, division).map((p) => [
            p.id,
            { id: p.id, title: p.title, cite: p.cite, borrowed: p.borrowedFrom !== null },
          ]),
        ),
        thresholds: book.thresholds(division, context.period),
      },
    ]),
  );
  return (finding) => {
    const signal = signals.get(finding.cause) as Signal;
    const source = sources.get(finding.division) as NonNullable<ReturnType<typeof sources.get>>;
    return { headline: headlineOf(signal, finding, feeds), speaksFor: [ruleCondition(signal, finding, source)] };
  };
}

function insertOf(context: RunContext, f: StoredFinding, describe: Describe) {
  const { headline, speaksFor } = describe(f);
  return {
    runId: context.runId,
    period: context.period,
    householdId: f.householdId,
    personId: f.personId,
    headPersonId: f.headPersonId,
    kind: f.kind,
    cause: f.cause,
    level: f.level,
    levelRank: rankOf(f.level),
    undetermined: f.undetermined,
    certain: f.certain,
    headline,
    metric: f.metric,
    limitValue: f.limit,
    speaksFor: speaksFor.map((c) => ({ ...c })),
    bundleHash: context.bundle.hash,
    hukouDivisionId: f.hukouDivisionId,
    residenceDivisionId: f.residenceDivisionId,
    townshipId: f.townshipId,
  };
}

async function grow(
  tx: Tx,
  context: RunContext,
  lead: LeadInHand,
  finding: StoredFinding,
  level: Level,
  dues: ReturnType<typeof duesOf>,
  describe: Describe,
): Promise<void> {
  const { headline, speaksFor } = describe(finding);
  await changeLead(tx, {
    id: lead.id,
    set: {
      level,
      levelRank: rankOf(level),
      undetermined: finding.undetermined,
      certain: finding.certain,
      headline,
      personId: finding.personId,
      metric: finding.metric,
      limitValue: finding.limit,
      speaksFor: speaksFor.map((c) => ({ ...c })),
      ...dues,
      status: 'open',
      due: dues.visitDue,
      found: true,
      lastFoundPeriod: context.period,
    },
    event: { what: lead.status === 'verified' ? 'reopened' : 'grown', text: `${context.period} 月度比对发现情形加重` },
  });
}

/** Tells a lead in hand by what is found now; what people did with it, and since when they have it, stays. */
async function correct(
  tx: Tx,
  context: RunContext,
  lead: LeadInHand,
  finding: StoredFinding,
  dues: ReturnType<typeof duesOf>,
  describe: Describe,
): Promise<void> {
  const { headline, speaksFor } = describe(finding);
  const same =
    lead.level === finding.level && lead.undetermined === finding.undetermined && lead.metric === finding.metric;
  await changeLead(tx, {
    id: lead.id,
    set: {
      level: finding.level,
      levelRank: rankOf(finding.level),
      undetermined: finding.undetermined,
      certain: finding.certain,
      headline,
      personId: finding.personId,
      metric: finding.metric,
      limitValue: finding.limit,
      speaksFor: speaksFor.map((c) => ({ ...c })),
      ...(lead.level === finding.level
        ? {}
        : { ...dues, due: lead.status === 'verified' ? dues.decideDue : dues.visitDue }),
      found: true,
      lastFoundPeriod: context.period,
    },
    event: same ? null : { what: 'corrected', text: '身份关联已改判，情形按改判后的数据更正' },
  });
}

/**
 * The households whose leads a run folds: of an increment the touched ones, and those whose leads people moved or whose rest ended
 * since the run it goes on from; undefined for all.
 */
async function householdsToFold(context: RunContext): Promise<string[] | undefined> {
  const { before, db, engine, touched } = context;
  if (!touched || !before) return undefined;
  const moved = await db.withActor(system('取线索变动'), (tx) => householdsMoved(tx, before.startedAt));
  return [...new Set([...moved, ...(await idsIn(engine, touched.households, 'household_id'))])];
}

const correctedOf = ({ engine, corrected }: RunContext): Promise<string[]> =>
  corrected === undefined ? Promise.resolve([]) : idsIn(engine, corrected, 'household_id');

const FOLDED = 'folded_household';

/** SQL that limits rows with household_id to the households folded. */
async function limitedTo(context: RunContext, among: readonly string[] | undefined): Promise<string> {
  if (among === undefined) return '';
  await loadIds(context.engine, FOLDED, 'household_id', among);
  return `where household_id in (select household_id from ${FOLDED})`;
}

/** Deadlines that reached a year without a published calendar are counted again by the calendar of today. */
async function recomputeProvisional(
  tx: Tx,
  leads: readonly LeadInHand[],
  calendar: ReturnType<typeof readCalendar>,
  clocksOf: (cause: string) => Parameters<typeof duesOf>[1],
): Promise<void> {
  for (const lead of leads) {
    if (!lead.provisional || lead.status === 'closed') continue;
    const dues = duesOf(calendar, clocksOf(lead.cause), lead.level, lead.raisedOn);
    if (dues.provisional === lead.provisional && dues.visitDue === lead.visitDue && dues.decideDue === lead.decideDue)
      continue;
    await changeLead(tx, {
      id: lead.id,
      set: { ...dues, due: lead.status === 'verified' ? dues.decideDue : dues.visitDue },
      event: null,
    });
  }
}

async function readFindings(context: RunContext, among: readonly string[] | undefined): Promise<StoredFinding[]> {
  const path = context.lake.path(findingsPath(context.runId));
  const rows =
    await context.engine.all(`select household_id, person_id, head_person_id, kind, cause, level, undetermined, certain,
    metric, limit_value, metrics, hukou_division_id, residence_division_id, township_id, division
    from read_parquet(${literal(path)}) ${await limitedTo(context, among)} order by household_id, cause`);
  return rows.map((r) => ({
    householdId: String(r.household_id),
    personId: r.person_id === null ? null : String(r.person_id),
    headPersonId: r.head_person_id === null ? null : String(r.head_person_id),
    kind: r.kind as StoredFinding['kind'],
    cause: String(r.cause),
    level: r.level as Level,
    undetermined: r.undetermined === true,
    certain: r.certain === true,
    metric: r.metric === null ? null : BigInt(r.metric as bigint),
    limit: r.limit_value === null ? null : BigInt(r.limit_value as bigint),
    data: JSON.parse(String(r.metrics)) as Record<string, string | null>,
    hukouDivisionId: Number(r.hukou_division_id),
    residenceDivisionId: Number(r.residence_division_id),
    townshipId: Number(r.township_id ?? r.residence_division_id),
    division: String(r.division),
  }));
}

/** All evidence of the run; gives that of the leads named. The same row is shown once for a lead. */
async function readEvidence(
  context: RunContext,
  among: readonly string[] | undefined,
): Promise<(keys: ReadonlySet<string>) => EvidenceInsert[]> {
  const path = context.lake.path(evidencePath(context.runId));
  const feeds = feedWords(context.bundle);
  const kinds = new Map(readSignals(context.bundle).signals.map((s) => [s.id, s.kind]));
  const rows =
    await context.engine.all(`select household_id, person_id, cause, direction, feed, delivery_id, feed_period, "row", role,
    method, certain, says, data from read_parquet(${literal(path)}) ${await limitedTo(context, among)}
    order by household_id, cause, direction desc, feed in ('assistance', 'population'), feed, delivery_id, "row", role`);
  return (keys) => {
    const seen = new Set<string>();
    const out: EvidenceInsert[] = [];
    for (const r of rows) {
      const cause = String(r.cause);
      const householdId = String(r.household_id);
      if (!keys.has(leadKey({ householdId, kind: kinds.get(cause) ?? '', cause }))) continue;
      const place = `${householdId} ${cause} ${r.delivery_id} ${r.row} ${r.person_id}`;
      if (seen.has(place)) continue;
      seen.add(place);
      out.push({
        householdId,
        cause,
        direction: r.direction === 'against' ? 'against' : 'for',
        personId: r.person_id === null ? null : String(r.person_id),
        feed: String(r.feed),
        period: String(r.feed_period),
        deliveryId: String(r.delivery_id),
        row: String(r.row),
        role: String(r.role),
        says: saysOf(
          String(r.says),
          JSON.parse(String(r.data)) as Record<string, string | null>,
          feeds.get(String(r.feed)),
        ),
        method: r.method === null ? null : String(r.method),
        certain: r.certain === true,
      });
    }
    return out;
  };
}
