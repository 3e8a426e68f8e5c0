import { compilePolicies, resolveParameters } from '@doudi/policy';
import { addMonths, monthBounds } from '../../../platform/calendar/index.ts';
import { system } from '../../../platform/database/index.ts';
import { literal } from '../../../platform/engine/index.ts';
import type { RunContext, Step } from '../../../platform/jobs/step.ts';
import {
  assessmentPath,
  deliveriesInForce,
  formerPath,
  householdPath,
  packsOf,
  personPath,
  readOf,
} from '../../assessment/batch.ts';
import { rollPath } from '../../entitlements/batch.ts';
import { feedWords } from '../domain/contracts.ts';
import { readSignals, type SignalBook } from '../domain/read-signals.ts';
import { countCauses, detect, feedsOf, forget, newsOf, writeEvidence, writeFindings } from '../plan/findings.ts';
import type { FeedInput, FindingInput } from '../plan/relations.ts';
import { deliveriesRead, monthBefore, rememberRead } from '../store.ts';

/** Where the findings of a run lie in the lake. */
export const findingsPath = (runId: string): string => `findings/${runId}.parquet`;
/** Where the rows that they rest on lie, one each. */
export const evidencePath = (runId: string): string => `findings/${runId}-evidence.parquet`;

/**
 * Step of the month: the findings, a pure function of the run's facts, decisions and packs. Stages findings and their evidence;
 * remembers which deliveries were read, so that what comes late is new in the month it comes. Gives {findings: {cause: n}}.
 */
export const findingsStep: Step = async (context) => {
  const { engine, lake, runId } = context;
  const book = readSignals(context.bundle);
  const input = await findingInput(context, book);
  context.progress(`${context.period} 比对 ${book.signals.length} 条信号`);
  try {
    await detect(engine, book, input);
    const { touched } = context;
    const kept = (path: (runId: string) => string) =>
      touched && { path: lake.path(path(touched.baseRunId)), touched: touched.households };
    const files = [
      await lake.stage(findingsPath(runId), (tmp) => writeFindings(engine, tmp, kept(findingsPath))),
      await lake.stage(evidencePath(runId), (tmp) => writeEvidence(engine, tmp, kept(evidencePath))),
    ];
    const findings = await countCauses(engine, lake.path(findingsPath(runId)));
    const read = input.feeds.flatMap((f) =>
      f.deliveries.map((d) => ({ feed: f.feed, deliveryId: d.deliveryId, period: d.period })),
    );
    return {
      files,
      async write(tx) {
        await rememberRead(tx, context.period, read);
        return { findings };
      },
    };
  } finally {
    await forget(engine);
  }
};

/** Everything the findings of a run read; stale snapshots and missing feeds stay out. */
export async function findingInput(context: RunContext, book: SignalBook): Promise<FindingInput> {
  const { engine, lake, period, runId } = context;
  const wanted = feedsOf(book);
  const words = feedWords(context.bundle);
  const { deliveries, states } = await deliveriesInForce(context);
  const { earlier, lastRun } = await context.db.withActor(system(`月度运行 ${period} 取已读文件`), async (tx) => ({
    earlier: await deliveriesRead(tx, period),
    lastRun: await monthBefore(tx, runId),
  }));
  const then = lastRun === null ? undefined : await readOf(context, lastRun);
  const news = newsOf(book);
  const firstRun = earlier.firstRun ?? period;
  const feeds: FeedInput[] = [];
  for (const feed of wanted) {
    const contract = words.get(feed);
    const own = deliveries.filter((d) => d.feed === feed);
    if (!contract || own.length === 0) continue;
    // A snapshot beyond its validity says nothing about this month; what happened stays true.
    if (contract.kind === 'snapshot' && states.get(feed) !== 'fresh') continue;
    const last = earlier.lastPeriod.get(feed);
    const unseen = last === undefined ? firstRun : addMonths(last, 1);
    feeds.push({
      feed,
      kind: contract.kind,
      columns: contract.columns,
      deliveries: own.map((d) => ({
        deliveryId: d.deliveryId,
        period: d.period,
        accepted: d.accepted,
        links: d.links,
        decided: d.decided,
        fresh: !earlier.ids.has(d.deliveryId),
      })),
      before: news.has(feed) ? then?.filter((d) => d.feed === feed) : undefined,
      newFrom: monthBounds([unseen, period].sort()[0] ?? period).first,
    });
  }
  const householdInput = lake.path(assessmentPath(runId, 'household_input'));
  const divisions = await engine.all<{ division: string }>(
    `select distinct division from read_parquet(${literal(householdInput)}) where division is not null order by division`,
  );
  return {
    period: monthBounds(period),
    lateFrom:
      [firstRun, addMonths(period, -book.procedure.late_months)].sort().map((month) => monthBounds(month).first)[1] ??
      monthBounds(period).first,
    feeds,
    touched: context.touched?.households,
    paths: {
      person: lake.path(personPath(runId)),
      household: lake.path(householdPath(runId)),
      former: lake.path(formerPath(runId)),
      personInput: lake.path(assessmentPath(runId, 'person_input')),
      householdInput,
      householdValue: lake.path(assessmentPath(runId, 'household_value')),
      decision: lake.path(assessmentPath(runId, 'decision')),
      roll: lake.path(rollPath(runId)),
    },
    variables: variablesOf(context, book),
    limits: divisions.map(({ division }) => ({ division, values: limitsOf(context, book, division) })),
  };
}

/** The households' variables that the signals name, with the part of a fen that money among them is counted in. */
function variablesOf(context: RunContext, book: SignalBook): Map<string, bigint | null> {
  const named = new Set([...JSON.stringify(book.signals).matchAll(/"decision\.(\w+)"/g)].map((m) => m[1]));
  const programmes = book.signals.flatMap((s) => ('programme' in s.find ? [s.find.programme] : []));
  const { rules } = compilePolicies(packsOf(context.bundle).packs, {
    month: context.period,
    programmes: [...new Set(programmes)],
  });
  const found = new Map<string, bigint | null>();
  for (const { name, entity, type } of rules.variables) {
    if (entity !== 'household' || !named.has(name)) continue;
    found.set(name, type.kind === 'number' && type.unit.yuan === 1 ? type.den : null);
  }
  return found;
}

/** Parameters and thresholds of a division as exact integers, named 'parameter x' and 'threshold y'. */
function limitsOf(context: RunContext, book: SignalBook, division: string): Map<string, bigint | number> {
  const values = new Map<string, bigint | number>();
  for (const p of parametersOf(context, division)) {
    if (typeof p.value === 'bigint' || typeof p.value === 'number') values.set(`parameter ${p.id}`, p.value);
  }
  for (const t of book.thresholds(division, context.period).values()) values.set(`threshold ${t.name}`, t.value);
  return values;
}

/** The parameters of the policies in force in a division in the run's month. */
export function parametersOf(context: Pick<RunContext, 'bundle' | 'period'>, division: string) {
  return resolveParameters(packsOf(context.bundle).packs, { division, month: context.period }).parameters;
}
