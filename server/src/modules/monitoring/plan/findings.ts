import { type Engine, literal } from '../../../platform/engine/index.ts';
import { invalid } from '../../../platform/errors.ts';
import { ConditionError, conditionSql, literalSql } from '../domain/condition.ts';
import type { SignalBook } from '../domain/read-signals.ts';
import type { FactSource, Signal } from '../domain/signal.ts';
import {
  crossingDetector,
  type DetectorContext,
  type DetectorSql,
  decisionDetector,
  factDetector,
  householdDetector,
  ROLL_DATA,
  twiceDetector,
} from './detectors.ts';
import { dataSql, rankOf } from './finding-columns.ts';
import {
  baseSql,
  type Catalogue,
  type FindingInput,
  factSql,
  factTable,
  familyRollSql,
  householdSql,
  namesOf,
  personSql,
  quoted,
  SCHEMA,
} from './relations.ts';

/** The feeds that the signals and the profile read. */
export function feedsOf(book: SignalBook): Set<string> {
  const feeds = new Set<string>(Object.values(book.profile.rows).map((r) => r.feed));
  for (const signal of book.signals) {
    const { find } = signal;
    for (const source of [...signal.evidence, ...signal.considered]) feeds.add(source.feed);
    if (find.detector === 'event-threshold-crossing') feeds.add(find.fact.feed);
    if (find.detector === 'roll-versus-fact' || find.detector === 'new-fact')
      for (const source of [...find.facts, ...find.unless]) feeds.add(source.feed);
    if (find.detector === 'household-state') for (const a of Object.values(find.aggregates)) feeds.add(a.feed);
  }
  return feeds;
}

/** The feeds of which the signals ask what is new to its person. */
export function newsOf(book: SignalBook): Set<string> {
  return new Set(
    book.signals.flatMap(({ find }) => {
      if (find.detector === 'event-threshold-crossing') return [find.fact.feed];
      return find.detector === 'new-fact' ? [...find.facts, ...find.unless].map((source) => source.feed) : [];
    }),
  );
}

/**
 * Computes the findings of a run into `monitoring.finding` and `monitoring.evidence` of the engine.
 * @returns findings per cause
 * @throws signal-invalid when a signal names a column, parameter or threshold that is not there
 */
export async function detect(engine: Engine, book: SignalBook, input: FindingInput): Promise<Map<string, number>> {
  await engine.run(`drop schema if exists ${SCHEMA} cascade`);
  await engine.run(`create schema ${SCHEMA}`);
  for (const sql of baseSql(input)) await engine.run(sql);
  const wanted = feedsOf(book);
  const feeds = new Map(input.feeds.filter((f) => wanted.has(f.feed)).map((f) => [f.feed, f]));
  for (const feed of feeds.values()) await engine.run(factSql(feed, input.touched !== undefined));
  const limits = new Set(input.limits.flatMap((l) => [...l.values.keys()]));
  const inputs = await columnsOf(engine, 'person_input');
  const person = new Set([
    'person_id',
    'household_id',
    'relation',
    'sex',
    'birth',
    'head',
    'registered',
    'age',
    'in_family',
    ...inputs,
  ]);
  for (const name of Object.keys(book.profile.roll)) person.add(name);
  const catalogue: Catalogue = { person, household: new Set(), decision: new Set(), limits };
  await located('profile', async () => {
    await engine.run(personSql(book.profile, inputs, catalogue, input.period));
    await engine.run(familyRollSql);
    await engine.run(householdSql(book.profile, catalogue, input.period, feeds));
  });
  catalogue.household = new Set(await columnsOf(engine, 'profile'));
  catalogue.decision = new Set(await columnsOf(engine, 'decision'));
  await engine.run(`create table ${SCHEMA}.candidate (household_id bigint, person_id bigint, cause varchar, level_rank int,
    undetermined boolean, certain boolean, metric bigint, limit_value bigint, data varchar)`);
  await engine.run(`create table ${SCHEMA}.evidence (household_id bigint, person_id bigint, cause varchar, direction varchar,
    feed varchar, delivery_id varchar, feed_period varchar, "row" bigint, role varchar, method varchar, certain boolean, says varchar, data varchar)`);
  for (const signal of book.signals) {
    const context: DetectorContext = {
      signal,
      input,
      catalogue,
      feeds,
      uncertainRank: rankOf(book.procedure.uncertain_at_most),
    };
    await located(signal.id, async () => {
      const sql = detectorSql(context);
      for (const statement of [...sql.candidates, ...sql.evidence]) await engine.run(statement);
    });
  }
  await collapse(engine, book);
  for (const signal of book.signals)
    await located(signal.id, async () => {
      for (const statement of besides(signal, { feeds, catalogue, input })) await engine.run(statement);
    });
  await engine.run(`delete from ${SCHEMA}.evidence where not exists (select 1 from ${SCHEMA}.finding q
    where q.household_id = evidence.household_id and q.cause = evidence.cause)`);
  const counts = await engine.all<{ cause: string; n: bigint }>(
    `select cause, count(*) as n from ${SCHEMA}.finding group by cause order by cause`,
  );
  return new Map(counts.map((c) => [c.cause, Number(c.n)]));
}

/** What an increment takes over: a file of the run before, but for the touched households. */
export interface Kept {
  path: string;
  /** Parquet with household_id. */
  touched: string;
}

const keptSql = ({ path, touched }: Kept): string => `union all by name select * from read_parquet(${literal(path)})
  where household_id not in (select household_id from read_parquet(${literal(touched)}))`;

/** Writes what `detect` found; gives the number of rows. */
export async function writeFindings(engine: Engine, path: string, kept?: Kept): Promise<number> {
  await engine.run(`copy (select * from (select f.*, (select list(struct_pack(feed := e.feed, delivery_id := e.delivery_id, "row" := e."row", role := e.role)
      order by e.feed, e.delivery_id, e."row", e.role)
      from ${SCHEMA}.evidence e where e.household_id = f.household_id and e.cause = f.cause and e.direction = 'for') as evidence
    from ${SCHEMA}.finding f ${kept ? keptSql(kept) : ''}) order by household_id, cause) to ${literal(path)} (format parquet)`);
  return rowsOf(engine, path);
}

/** Writes the evidence of what `detect` found, one row each; gives the number of rows. */
export async function writeEvidence(engine: Engine, path: string, kept?: Kept): Promise<number> {
  await engine.run(`copy (select * from (select * from ${SCHEMA}.evidence ${kept ? keptSql(kept) : ''})
    order by household_id, cause, direction, feed, delivery_id, "row", role, says) to ${literal(path)} (format parquet)`);
  return rowsOf(engine, path);
}

/** Findings by cause in a file of findings. */
export async function countCauses(engine: Engine, path: string): Promise<Record<string, number>> {
  const counts = await engine.all<{ cause: string; n: bigint }>(
    `select cause, count(*) as n from read_parquet(${literal(path)}) group by cause order by cause`,
  );
  return Object.fromEntries(counts.map((c) => [c.cause, Number(c.n)]));
}

/** Frees what `detect` made. */
export const forget = (engine: Engine): Promise<void> => engine.run(`drop schema if exists ${SCHEMA} cascade`);

async function rowsOf(engine: Engine, path: string): Promise<number> {
  const [row] = await engine.all<{ n: bigint }>(`select count(*) as n from read_parquet(${literal(path)})`);
  return Number(row?.n ?? 0n);
}

function detectorSql(context: DetectorContext): DetectorSql {
  const { find } = context.signal;
  switch (find.detector) {
    case 'roll-versus-fact':
    case 'new-fact':
      return factDetector(find, context);
    case 'event-threshold-crossing':
      return crossingDetector(find, context);
    case 'household-state':
      return householdDetector(find, context);
    case 'decision-missing':
    case 'roll-versus-decision':
      return decisionDetector(find, context);
    case 'roll-twice':
      return twiceDetector(find, context);
  }
}

/** One finding for each household and cause: the gravest, then the largest; what another finding covers is dropped. */
async function collapse(engine: Engine, book: SignalBook): Promise<void> {
  const kinds = book.signals.map((s) => `when ${literalSql(s.id)} then ${literalSql(s.kind)}`).join(' ');
  await engine.run(`create table ${SCHEMA}.finding as
    select household_id, person_id, case cause ${kinds} end as kind, cause,
      case level_rank when 0 then 'red' when 1 then 'orange' when 2 then 'yellow' else 'blue' end as level,
      undetermined, certain, metric, limit_value, data as metrics, head_person_id, hukou_division_id, residence_division_id, township_id, division from (
      select q.*, h.head_person_id, h.hukou_division_id, h.residence_division_id, h.township_id, h.division, row_number() over (
        partition by q.household_id, q.cause
        order by q.undetermined, q.level_rank, q.metric desc nulls last, q.person_id, q.data) as place
      from ${SCHEMA}.candidate q join ${SCHEMA}.profile h on h.household_id = q.household_id) where place = 1`);
  for (const signal of book.signals.filter((s) => s.suppressed_by.length > 0)) {
    await engine.run(`delete from ${SCHEMA}.finding where cause = ${literalSql(signal.id)} and household_id in (
      select household_id from ${SCHEMA}.finding where cause in (${signal.suppressed_by.map(literalSql).join(', ')}))`);
  }
}

/** Evidence that a signal shows besides what its detector found: the roll it contradicts, rows of the family, and exemptions. */
function besides(signal: Signal, c: Pick<DetectorContext, 'feeds' | 'catalogue' | 'input'>): string[] {
  const into = `insert into ${SCHEMA}.evidence
    select q.household_id, f.person_id, ${literalSql(signal.id)}, `;
  const out: string[] = [];
  const { find } = signal;
  if (signal.kind === 'undue' && 'roll' in find && find.roll) {
    const on = find.roll.whose === 'self' ? 'r.person_id = q.person_id' : 'r.household_id = q.household_id';
    const says = '民政在册：{programme}，{started} 起，月发放 {amount_fen} 元';
    out.push(`insert into ${SCHEMA}.evidence
      select q.household_id, r.person_id, ${literalSql(signal.id)}, 'for', 'assistance', r.delivery_id, r.period, r."row", 'member', null,
        r.certain, ${literalSql(says)}, ${dataSql(says, ROLL_DATA)}
      from ${SCHEMA}.finding q join ${SCHEMA}.roll_active r on ${on}
      where q.cause = ${literalSql(signal.id)} and r.programme in (${find.roll.programmes.map(literalSql).join(', ')})`);
  }
  const rows = (source: Omit<FactSource, 'date'>, direction: string, of: 'family' | 'person') => {
    const feed = c.feeds.get(source.feed);
    if (!feed) return;
    const has = new Set(feed.columns.map((x) => x.name));
    const own = (name: string) => (has.has(name) ? `f.${quoted(name)}` : undefined);
    const where = source.where
      ? conditionSql(source.where, namesOf({ own, person: true, period: c.input.period }, c.catalogue))
      : 'true';
    const columns = feed.columns.map((x) => ({ name: x.name, sql: `f.${quoted(x.name)}` }));
    const on = of === 'person' ? 'p.person_id = q.person_id' : 'p.household_id = q.household_id';
    out.push(`${into}${literalSql(direction)}, ${literalSql(source.feed)}, f.delivery_id, f.feed_period, f."row", f.link_role, f.method,
        f.certain, ${literalSql(source.says)}, ${dataSql(source.says, columns)}
      from ${SCHEMA}.finding q join ${SCHEMA}.member p on ${on}
      join ${factTable(source.feed)} f on f.person_id = p.person_id join ${SCHEMA}.limits l on l.division = q.division
      where q.cause = ${literalSql(signal.id)} and f.link_role = ${literalSql(source.role)} and ${where}`);
  };
  for (const source of signal.evidence) rows(source, 'for', source.of);
  for (const source of signal.considered) rows(source, 'against', 'family');
  return out;
}

async function columnsOf(engine: Engine, relation: string): Promise<string[]> {
  const rows = await engine.all<{ column_name: string }>(`describe select * from ${SCHEMA}.${relation}`);
  return rows.map((r) => r.column_name);
}

async function located(where: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    throw invalid(
      'signal-invalid',
      `signals/${where}.yaml：${error.message}`,
      '请改正名称，或先在词汇、参数、阈值里声明',
    );
  }
}
