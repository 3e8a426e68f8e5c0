import { type Condition, conditionSql, literalSql, operandSql } from '../domain/condition.ts';
import type {
  CrossingDetector,
  DecisionDetector,
  FactDetector,
  HouseholdDetector,
  Signal,
  TwiceDetector,
} from '../domain/signal.ts';
import { type DataColumn, dataSql, levelSql } from './finding-columns.ts';
import {
  type Catalogue,
  type FeedInput,
  type FindingInput,
  factTable,
  namesOf,
  partsOfFen,
  quoted,
  SCHEMA,
} from './relations.ts';

/** What a detector is compiled with. */
export interface DetectorContext {
  signal: Signal;
  input: FindingInput;
  catalogue: Catalogue;
  feeds: ReadonlyMap<string, FeedInput>;
  /** Rank of the highest level that a finding on an unconfirmed link may have (0 red … 3 blue). */
  uncertainRank: number;
}

/** A detector's SQL: rows for `candidate` and, for what they rest on, rows for `evidence`. */
export interface DetectorSql {
  candidates: string[];
  evidence: string[];
}

const CANDIDATE = `${SCHEMA}.candidate (household_id, person_id, cause, level_rank, undetermined, certain, metric, limit_value, data)`;
const EVIDENCE = `${SCHEMA}.evidence (household_id, person_id, cause, direction, feed, delivery_id, feed_period, "row", role, method, certain, says, data)`;

/** What happened in the period or became known in it: dated from where no earlier run looked, or in a row fresh to its person. */
function isNew(alias: string, column: string, feed: FeedInput, input: FindingInput): string {
  const date = `${alias}.${quoted(column)}`;
  // A snapshot delivered anew repeats what earlier ones said: which of its rows are fresh is known only row by row.
  const rowwise = feed.kind === 'events' || feed.before !== undefined;
  const late = rowwise ? ` or (${alias}.fresh and ${date} >= date '${input.lateFrom}')` : '';
  return `coalesce(${date} <= date '${input.period.last}' and (${date} >= date '${feed.newFrom}'${late}), false)`;
}

/** Whether the person, or anyone of the household's family, has an active roll row of one of the programmes. */
const rollExists = (programmes: readonly string[], column: string): string => {
  const who = column.endsWith('person_id') ? 'person_id' : 'household_id';
  const roll = who === 'person_id' ? 'roll_active' : 'roll_family';
  return `${column} in (select r.${who} from ${SCHEMA}.${roll} r where r.programme in (${programmes.map(literalSql).join(', ')}))`;
};

/** A fact beside or against the roll, one insert for each source. */
export function factDetector(find: FactDetector, c: DetectorContext): DetectorSql {
  const out: DetectorSql = { candidates: [], evidence: [] };
  for (const fact of find.facts) {
    const feed = c.feeds.get(fact.feed);
    if (!feed) continue;
    const columns = new Map(feed.columns.map((x) => [x.name, x.type]));
    const factColumn = (name: string) => (columns.has(name) ? `f.${quoted(name)}` : undefined);
    const space = { own: factColumn, person: true, household: true, period: c.input.period };
    const names = namesOf(space, c.catalogue);
    const metric = find.metric ? operandSql(find.metric.value, names).sql : 'null';
    const limit = find.metric?.limit !== undefined ? operandSql(find.metric.limit, names).sql : 'null';
    const withMetric = namesOf(
      { ...space, own: (name) => (name === 'metric' ? metric : name === 'limit' ? limit : factColumn(name)) },
      c.catalogue,
    );
    const conditions = [`f.link_role = ${literalSql(fact.role)}`];
    if (fact.where) conditions.push(conditionSql(fact.where, names));
    if (find.detector === 'new-fact' && fact.date) conditions.push(isNew('f', fact.date, feed, c.input));
    if (find.roll?.whose === 'self') conditions.push(rollExists(find.roll.programmes, 'f.person_id'));
    if (find.roll?.whose === 'family') conditions.push(rollExists(find.roll.programmes, 'h.household_id'));
    if (find.family) conditions.push('p.in_family');
    if (find.when) conditions.push(conditionSql(find.when, names));
    for (const other of find.unless) {
      const otherFeed = c.feeds.get(other.feed);
      if (!otherFeed) continue;
      const has = new Set(otherFeed.columns.map((x) => x.name));
      // For what happened anew, "before the month" is before the first month that no earlier run had of the other feed.
      const own = (n: string) => (has.has(n) ? `u.${quoted(n)}` : undefined);
      const tested = (first: string) =>
        other.where
          ? conditionSql(other.where, namesOf({ own, period: { ...c.input.period, first } }, c.catalogue))
          : 'true';
      // A row known only now is no sign that it was known before: before is then before the first day that counts for it.
      const { newFrom } = otherFeed;
      const lateFrom = newFrom < c.input.lateFrom ? newFrom : c.input.lateFrom;
      const test =
        find.detector !== 'new-fact'
          ? tested(c.input.period.first)
          : otherFeed.before === undefined
            ? tested(newFrom)
            : `case when u.fresh then ${tested(lateFrom)} else ${tested(newFrom)} end`;
      conditions.push(
        `not exists (select 1 from ${factTable(other.feed)} u where u.person_id = f.person_id and u.link_role = ${literalSql(other.role)} and ${test})`,
      );
    }
    // Who left the register with the household's last row is still paid under the household of the award.
    const household =
      find.roll?.whose === 'self'
        ? `left join (select r.person_id, min(r.household_id) as household_id from ${SCHEMA}.roll_active r group by r.person_id) o
        on o.person_id = f.person_id
      join ${SCHEMA}.profile h on h.household_id = coalesce(f.household_id, o.household_id)`
        : `join ${SCHEMA}.profile h on h.household_id = f.household_id`;
    const from = `from ${factTable(fact.feed)} f
      left join ${SCHEMA}.member p on p.person_id = f.person_id
      ${household}
      join ${SCHEMA}.limits l on l.division = h.division
      where ${conditions.join('\n and ')}`;
    const used: DataColumn[] = [
      ...[...columns].map(([name]) => ({ name, sql: `f.${quoted(name)}` })),
      ...Object.entries(fact.always).map(([name, value]) => ({ name, sql: literalSql(value) })),
    ];
    const data = dataSql(c.signal, used, withMetric);
    out.candidates.push(`insert into ${CANDIDATE}
      select h.household_id, f.person_id, ${literalSql(c.signal.id)}, ${levelSql(c.signal, withMetric, 'f.certain', c.uncertainRank)}, false,
        f.certain, ${metric}, ${limit}, ${data} ${from}`);
    out.evidence.push(`insert into ${EVIDENCE}
      select h.household_id, f.person_id, ${literalSql(c.signal.id)}, 'for', ${literalSql(fact.feed)}, f.delivery_id, f.feed_period, f."row",
        f.link_role, f.method, f.certain, ${literalSql(fact.says)}, ${dataSql(fact.says, used)} ${from}`);
  }
  return out;
}

/** A person's sum over some months that passes its threshold with what is new. */
export function crossingDetector(find: CrossingDetector, c: DetectorContext): DetectorSql {
  const feed = c.feeds.get(find.fact.feed);
  if (!feed) return { candidates: [], evidence: [] };
  const columns = new Map(feed.columns.map((x) => [x.name, x.type]));
  const own = (name: string) => (columns.has(name) ? `f.${quoted(name)}` : undefined);
  const rows = namesOf({ own, period: c.input.period }, c.catalogue);
  const where = find.fact.where ? conditionSql(find.fact.where, rows) : 'true';
  const date = `f.${quoted(find.fact.date)}`;
  const since = `date '${monthsBefore(c.input.period.first, find.months - 1)}'`;
  const inside = `f.link_role = ${literalSql(find.fact.role)} and ${where} and ${date} >= ${since} and ${date} <= date '${c.input.period.last}'`;
  const fresh = isNew('f', find.fact.date, feed, c.input);
  const people = namesOf({ person: true, household: true, period: c.input.period }, c.catalogue);
  const limit = `case ${find.limits
    .filter((x) => x.when)
    .map(
      (x) =>
        `when ${conditionSql(x.when as Condition, people)} then ${operandSql({ threshold: x.threshold }, people).sql}`,
    )
    .join(
      ' ',
    )} else ${operandSql({ threshold: (find.limits.at(-1) as { threshold: string }).threshold }, people).sql} end`;
  const sums = `(select f.person_id, cast(sum(f.${quoted(find.sum)}) as bigint) as total,
      cast(coalesce(sum(f.${quoted(find.sum)}) filter (where not ${fresh}), 0) as bigint) as earlier, bool_and(f.certain) as certain
      from ${factTable(find.fact.feed)} f where ${inside} group by f.person_id having bool_or(${fresh})) s
    join ${SCHEMA}.member p on p.person_id = s.person_id
    join ${SCHEMA}.profile h on h.household_id = p.household_id
    join ${SCHEMA}.limits l on l.division = h.division`;
  const crossed = `s.total > (${limit}) and s.earlier <= (${limit})${find.family ? ' and p.in_family' : ''}`;
  const named = namesOf(
    {
      own: (n) =>
        n === 'metric' ? 's.total' : n === 'limit' ? `(${limit})` : n === 'earlier' ? 's.earlier' : undefined,
      person: true,
      household: true,
      period: c.input.period,
    },
    c.catalogue,
  );
  return {
    candidates: [
      `insert into ${CANDIDATE}
      select h.household_id, s.person_id, ${literalSql(c.signal.id)}, ${levelSql(c.signal, named, 's.certain', c.uncertainRank)}, false,
        s.certain, s.total, (${limit}), ${dataSql(c.signal, [{ name: 'earlier', sql: 's.earlier' }], named)}
      from ${sums} where ${crossed}`,
    ],
    evidence: [
      `insert into ${EVIDENCE}
      select q.household_id, f.person_id, ${literalSql(c.signal.id)}, 'for', ${literalSql(feed.feed)}, f.delivery_id, f.feed_period, f."row",
        f.link_role, f.method, f.certain, ${literalSql(find.fact.says)}, ${dataSql(
          find.fact.says,
          [...columns].map(([name]) => ({ name, sql: `f.${quoted(name)}` })),
        )}
      from ${SCHEMA}.candidate q join ${factTable(feed.feed)} f on f.person_id = q.person_id
      where q.cause = ${literalSql(c.signal.id)} and ${inside}`,
    ],
  };
}

/** A state of the household over the rows of its family. */
export function householdDetector(find: HouseholdDetector, c: DetectorContext): DetectorSql {
  const evidence: string[] = [];
  const joins: string[] = [];
  const sums = new Map<string, string>();
  for (const [name, a] of Object.entries(find.aggregates)) {
    const feed = c.feeds.get(a.feed);
    if (!feed) {
      sums.set(name, '0');
      continue;
    }
    const has = new Set(feed.columns.map((x) => x.name));
    const own = (column: string) => (has.has(column) ? `f.${quoted(column)}` : undefined);
    const names = namesOf({ own, person: true, period: c.input.period }, c.catalogue);
    const rows = `from ${factTable(a.feed)} f join ${SCHEMA}.member p on p.person_id = f.person_id
      where p.in_family and f.link_role = ${literalSql(a.role)} and ${a.where ? conditionSql(a.where, names) : 'true'}`;
    const of = a.of ? `f.${quoted(a.of)}` : '1';
    const alias = `a${sums.size}`;
    const value = a.take === 'count' ? (a.of ? `count(distinct ${of})` : 'count(*)') : `${a.take}(${of})`;
    joins.push(
      a.once_per
        ? `left join (select y.household_id, cast(${a.take}(y.v) as bigint) as v, bool_and(y.certain) as certain from (
            select p.household_id, f.${quoted(a.once_per)} as k, max(${of}) as v, bool_and(f.certain) as certain ${rows}
            group by p.household_id, f.${quoted(a.once_per)}) y group by y.household_id) ${alias} on ${alias}.household_id = h.household_id`
        : `left join (select p.household_id, cast(${value} as bigint) as v, bool_and(f.certain) as certain ${rows}
            group by p.household_id) ${alias} on ${alias}.household_id = h.household_id`,
    );
    sums.set(name, `coalesce(${alias}.v, 0)`);
    if (a.says !== '') {
      evidence.push(`insert into ${EVIDENCE}
        select q.household_id, f.person_id, ${literalSql(c.signal.id)}, 'for', ${literalSql(a.feed)}, f.delivery_id, f.feed_period, f."row",
          f.link_role, f.method, f.certain, ${literalSql(a.says)}, ${dataSql(
            a.says,
            feed.columns.map((x) => ({ name: x.name, sql: `f.${quoted(x.name)}` })),
          )}
        from ${SCHEMA}.candidate q join ${SCHEMA}.member p on p.household_id = q.household_id and p.in_family
        join ${factTable(a.feed)} f on f.person_id = p.person_id
        where q.cause = ${literalSql(c.signal.id)} and f.link_role = ${literalSql(a.role)} and ${a.where ? conditionSql(a.where, names) : 'true'}`);
    }
  }
  const space = { own: (name: string) => sums.get(name), household: true, period: c.input.period };
  const names = namesOf(space, c.catalogue);
  const metric = find.metric ? operandSql(find.metric.value, names).sql : 'null';
  const limit = find.metric?.limit !== undefined ? operandSql(find.metric.limit, names).sql : 'null';
  const named = namesOf(
    { ...space, own: (n) => (n === 'metric' ? metric : n === 'limit' ? limit : sums.get(n)) },
    c.catalogue,
  );
  const certain = joins.length ? joins.map((_, n) => `coalesce(a${n}.certain, true)`).join(' and ') : 'true';
  const roll = find.roll ? ` and ${rollExists(find.roll.programmes, 'h.household_id')}` : '';
  const data = dataSql(
    c.signal,
    [...sums].map(([name, sql]) => ({ name, sql })),
    named,
  );
  return {
    candidates: [
      `insert into ${CANDIDATE}
      select h.household_id, null, ${literalSql(c.signal.id)}, ${levelSql(c.signal, named, certain, c.uncertainRank)}, false, ${certain},
        ${metric}, ${limit}, ${data}
      from ${SCHEMA}.profile h join ${SCHEMA}.limits l on l.division = h.division ${joins.join('\n')}
      where h.members > 0 and ${conditionSql(find.when, names)}${roll}`,
    ],
    evidence,
  };
}

/** A decision of the policies against the roll. */
export function decisionDetector(find: DecisionDetector, c: DetectorContext): DetectorSql {
  const space = { person: true, household: true, decision: true, period: c.input.period };
  const names = namesOf(space, c.catalogue);
  const measured = (by: DecisionDetector['metric']) => {
    const metric = by ? operandSql(by.value, names).sql : 'null';
    const limit = by?.limit !== undefined ? operandSql(by.limit, names).sql : 'null';
    const own = (n: string) => (n === 'metric' ? metric : n === 'limit' ? limit : undefined);
    // Compared exactly; written down in whole fen, half up, for people to read.
    const parts = by?.type === 'money' ? partsOfFen(c.input) : 1n;
    const shown = (sql: string) =>
      parts === 1n || sql === 'null' ? sql : `cast((2 * (${sql}) + ${parts}) // ${2n * parts} as bigint)`;
    return {
      metric,
      limit,
      shownMetric: shown(metric),
      shownLimit: shown(limit),
      named: namesOf({ ...space, own }, c.catalogue),
    };
  };
  const main = measured(find.metric);
  const on = rollExists(find.roll.programmes, find.roll.whose === 'self' ? 'd.person_id' : 'd.household_id');
  const from = `from ${SCHEMA}.decision d
      join ${SCHEMA}.profile h on h.household_id = d.household_id
      left join ${SCHEMA}.member p on p.person_id = d.person_id
      join ${SCHEMA}.limits l on l.division = h.division
      where d.programme = ${literalSql(find.programme)} and d.person_id is ${find.scope === 'person' ? 'not ' : ''}null`;
  const when = find.when ? ` and ${conditionSql(find.when, names)}` : '';
  const row = (
    by: ReturnType<typeof measured>,
    rank: string,
    undetermined: boolean,
    extra: DataColumn[],
    rest: string,
  ) => `insert into ${CANDIDATE}
      select d.household_id, d.person_id, ${literalSql(c.signal.id)}, ${rank}, ${undetermined}, d.certain, ${by.shownMetric}, ${by.shownLimit},
        ${dataSql(c.signal, extra, by.named)} ${from} and ${rest}${when}`;
  const rank = levelSql(c.signal, main.named, 'd.certain', c.uncertainRank);
  if (find.detector === 'roll-versus-decision') {
    const reasons = find.reasons.length
      ? ` and len(list_filter(d.reasons, x -> x in (${find.reasons.map(literalSql).join(', ')}))) > 0`
      : '';
    return { candidates: [row(main, rank, false, [], `d.outcome = 'ineligible'${reasons} and ${on}`)], evidence: [] };
  }
  const candidates = [row(main, rank, false, [], `d.outcome = 'eligible' and not ${on}`)];
  if (find.undetermined) {
    const { signs, missing_only } = find.undetermined;
    const sign = `case ${signs.map((s) => `when ${conditionSql(s.when, names)} then ${literalSql(s.says)}`).join(' ')} end`;
    const allowed = missing_only.map(literalSql).join(', ');
    candidates.push(
      row(
        measured(find.undetermined.metric ?? find.metric),
        String(RANK.yellow),
        true,
        [{ name: 'sign', sql: sign }],
        `d.outcome = 'undetermined' and not ${on} and len(d.missing) > 0
        and len(list_filter(d.missing, x -> x not in (${allowed}))) = 0
        and ${find.undetermined.when ? conditionSql(find.undetermined.when, names) : 'true'}
        and (${signs.map((s) => conditionSql(s.when, names)).join(' or ')})`,
      ),
    );
  }
  return { candidates, evidence: [] };
}

/** One person twice on the roll. */
export function twiceDetector(find: TwiceDetector, c: DetectorContext): DetectorSql {
  const groups = [
    `select r.person_id, min(r.household_id) as household_id, count(distinct r.award_no) as n, bool_and(r.certain) as certain
      from ${SCHEMA}.roll_active r where r.programme in (${find.same.map(literalSql).join(', ') || "''"})
      group by r.person_id, r.programme having count(distinct r.award_no) > 1`,
    ...find.conflicts.map(
      ([
        a,
        b,
      ]) => `select r.person_id, min(r.household_id) as household_id, count(distinct r.programme) as n, bool_and(r.certain) as certain
      from ${SCHEMA}.roll_active r where r.programme in (${literalSql(a)}, ${literalSql(b)})
      group by r.person_id having count(distinct r.programme) > 1`,
    ),
  ];
  const named = namesOf(
    { own: (n) => (n === 'metric' ? 't.n' : undefined), household: true, period: c.input.period },
    c.catalogue,
  );
  const says = literalSql(find.says);
  return {
    candidates: [
      `insert into ${CANDIDATE}
      select h.household_id, t.person_id, ${literalSql(c.signal.id)}, ${levelSql(c.signal, named, 't.certain', c.uncertainRank)}, false, t.certain,
        cast(t.n as bigint), null, ${dataSql(c.signal, [], named)}
      from (${groups.join(' union all ')}) t join ${SCHEMA}.profile h on h.household_id = t.household_id
      join ${SCHEMA}.limits l on l.division = h.division`,
    ],
    evidence: [
      `insert into ${EVIDENCE}
      select q.household_id, r.person_id, ${literalSql(c.signal.id)}, 'for', 'assistance', r.delivery_id, r.period, r."row", 'member', null,
        r.certain, ${says}, ${dataSql(find.says, ROLL_DATA)}
      from ${SCHEMA}.candidate q join ${SCHEMA}.roll_active r on r.person_id = q.person_id
      where q.cause = ${literalSql(c.signal.id)} and r.programme in (${[...find.same, ...find.conflicts.flat()].map(literalSql).join(', ')})`,
    ],
  };
}

/** Columns of the roll that sentences may name. */
export const ROLL_DATA: DataColumn[] = ['programme', 'award_no', 'amount_fen', 'started', 'stopped', 'status'].map(
  (name) => ({
    name,
    sql: `r.${quoted(name)}`,
  }),
);

export const RANK = { red: 0, orange: 1, yellow: 2, blue: 3 } as const;

function monthsBefore(first: string, months: number): string {
  const [year, month] = first.split('-').map(Number) as [number, number];
  const index = year * 12 + month - 1 - months;
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}-01`;
}
