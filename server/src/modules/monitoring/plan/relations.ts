import { invalid } from '../../../platform/errors.ts';
import { linksSql } from '../../linkage/batch.ts';
import { conditionSql, literalSql, type Names } from '../domain/condition.ts';
import type { ProfileFile } from '../domain/signal.ts';

/** One feed as the findings read it. */
export interface FeedInput {
  feed: string;
  kind: 'snapshot' | 'events';
  /** Columns of the contract that are in the accepted file (identity columns are not). */
  columns: { name: string; type: string }[];
  deliveries: {
    deliveryId: string;
    period: string;
    accepted: string;
    links: string;
    decided?: string | undefined;
    /** True when no earlier run read this delivery; asked only where what the earlier month read is not known row by row. */
    fresh: boolean;
  }[];
  /**
   * The feed's deliveries with their links as the last run of an earlier month read them. A row is fresh unless that month had it
   * as this person's with no less certainty; absent: a row is as fresh as its delivery.
   */
  before?: { deliveryId: string; accepted: string; links: string; decided?: string | undefined }[] | undefined;
  /** From this day on events count as new: the first day of the first month that no earlier run had from this feed. */
  newFrom: string;
}

/** Everything a run of the findings reads: absolute paths and what is in force. */
export interface FindingInput {
  period: { first: string; last: string };
  /** Rows that are fresh count as new from this day on. */
  lateFrom: string;
  feeds: FeedInput[];
  paths: {
    person: string;
    household: string;
    /** Persons who left the register, with the household they were of. */
    former?: string;
    /** Named variables of households. */
    householdValue: string;
    personInput: string;
    householdInput: string;
    decision: string;
    roll: string;
  };
  /** The households' variables that the signals name: counted in 1/den of a fen for money, else null. */
  variables: ReadonlyMap<string, bigint | null>;
  /** Per division that households name: parameters and thresholds as exact integers (fen, 1/100 m², counts). */
  limits: { division: string; values: ReadonlyMap<string, bigint | number> }[];
  /** Absolute path of a Parquet with household_id, to which an increment is limited. */
  touched?: string | undefined;
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
/** Everything the findings make lies in one schema of the engine, so that no other step's relations are met. */
export const SCHEMA = 'monitoring';
export const factTable = (feed: string): string => `${SCHEMA}.fact_${feed.replaceAll('-', '_')}`;

/** The names that conditions may use, by the aliases of a detector's query. */
export interface NameSpace {
  /** SQL for a plain name, when the detector has one (columns of the fact, metric, limit, aggregates). */
  own?: (name: string) => string | undefined;
  person?: boolean;
  household?: boolean;
  decision?: boolean;
  period: { first: string; last: string };
}

/** Known columns of the relations; filled after they were made. */
export interface Catalogue {
  person: ReadonlySet<string>;
  household: ReadonlySet<string>;
  decision: ReadonlySet<string>;
  limits: ReadonlySet<string>;
}

/** Aliases: f the fact, p the person, h the household, d the decision, l the limits of the household's division. */
export function namesOf(space: NameSpace, catalogue: Catalogue): Names {
  return {
    period: space.period,
    column(name) {
      const own = space.own?.(name);
      if (own !== undefined) return own;
      const dot = name.indexOf('.');
      const head = name.slice(0, Math.max(dot, 0));
      const column = name.slice(dot + 1);
      if (head === 'person' && space.person && catalogue.person.has(column)) return `p.${quoted(column)}`;
      if (head === 'household' && space.household && catalogue.household.has(column)) return `h.${quoted(column)}`;
      if (head === 'decision' && space.decision && catalogue.decision.has(column)) return `d.${quoted(column)}`;
      return undefined;
    },
    limit(kind, name) {
      return catalogue.limits.has(`${kind} ${name}`) ? `l.${quoted(`${kind} ${name}`)}` : undefined;
    },
  };
}

/**
 * Rows of a feed joined to their persons: of a snapshot the newest delivery, of events all, the newest row of a key.
 * An `unchanged` row of a later events delivery repeats an earlier one and is the same key, so it is taken once; it is fresh
 * when no copy of it is known of before (`FeedInput.before`).
 */
export function factSql(feed: FeedInput, limited = false): string {
  const who = limited ? ` and k.person_id in (select person_id from ${SCHEMA}.person_scope)` : '';
  const keys = feed.deliveries.map(
    (d) => `select a.key_hash from read_parquet(${literalSql(d.accepted)}) a
      join (${linksSql(d)}) k on k."row" = a."row" where k.person_id is not null${who}`,
  );
  // Of an event delivered again every copy is weighed, also one that names somebody else.
  const scope = !limited ? '' : feed.kind === 'snapshot' ? who : ` and a.key_hash in (${keys.join(' union ')})`;
  const parts = feed.deliveries.map(
    (
      d,
    ) => `select ${literalSql(d.deliveryId)} as delivery_id, ${literalSql(d.period)} as feed_period, ${d.fresh} as fresh,
      a."row" as "row", a.key_hash${feed.before ? ', a.content_hash' : ''}, ${feed.columns.map((c) => `a.${quoted(c.name)}`).join(', ')},
      k."role" as link_role, k.person_id, k.method, k.certain
    from read_parquet(${literalSql(d.accepted)}) a
    join (${linksSql(d)}) k on k."row" = a."row"
    where k.person_id is not null${scope}`,
  );
  const copies = parts.join('\nunion all\n');
  const all = feed.before ? freshSql(feed, feed.before, copies, who) : copies;
  const columns = ['delivery_id', 'feed_period', 'fresh', 'row', 'link_role', 'person_id', 'method', 'certain'].concat(
    feed.columns.map((c) => c.name),
  );
  const source =
    feed.kind === 'snapshot'
      ? `(${all}) x`
      : `(select y.*, row_number() over (partition by y.key_hash, y.link_role order by y.feed_period, y.delivery_id) as copy
          from (${all}) y) x`;
  return `create or replace table ${factTable(feed.feed)} as
    select ${columns.map((c) => `x.${quoted(c)}`).join(', ')}, p.household_id
    from ${source} left join ${SCHEMA}.person_register p on p.person_id = x.person_id
    ${feed.kind === 'snapshot' ? '' : 'where x.copy = 1'}`;
}

/**
 * The rows with `fresh` told by what the earlier month had as whose. An event that came again with other content is another event;
 * of a snapshot, which says the same things of a person month after month, the key alone tells.
 */
function freshSql(feed: FeedInput, before: NonNullable<FeedInput['before']>, copies: string, who: string): string {
  const same = feed.kind === 'events' ? ['key_hash', 'content_hash'] : ['key_hash'];
  const told = before.map(
    (d) => `select ${same.map((c) => `a.${c}`).join(', ')}, k."role" as link_role, k.person_id, k.certain
      from read_parquet(${literalSql(d.accepted)}) a join (${linksSql(d)}) k on k."row" = a."row" where k.person_id is not null${who}`,
  );
  const keys = [...same, 'link_role', 'person_id'];
  const rows =
    told.length === 0
      ? ''
      : `(select ${keys.join(', ')}, bool_or(certain) as certain from (${told.join(' union all ')}) group by all)`;
  const fresh = rows === '' ? 'true' : 'b.person_id is null or (z.certain and not b.certain)';
  const join = rows === '' ? '' : `left join ${rows} b on ${keys.map((c) => `b.${c} = z.${c}`).join(' and ')}`;
  return `select w.* replace (bool_and(w.fresh) over (partition by w.key_hash, w.link_role, w.person_id) as fresh)
    from (select z.* replace ((${fresh}) as fresh) from (${copies}) z ${join}) w`;
}

/** How many parts a fen has in which money of the decisions is compared: the variables' denominators brought to one. */
export function partsOfFen(input: Pick<FindingInput, 'variables'>): bigint {
  const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
  let common = 1n;
  for (const den of input.variables.values()) if (den !== null) common = (common / gcd(common, den)) * den;
  return common;
}

function variableSql(name: string, den: bigint | null, input: FindingInput): string {
  const factor = den === null ? 1n : partsOfFen(input) / den;
  return factor === 1n ? `v.${quoted(name)}` : `v.${quoted(name)} * ${factor}`;
}

/** Register, roll and limits. */
export function baseSql(input: FindingInput): string[] {
  const { paths, touched } = input;
  const read = (path: string) =>
    `read_parquet(${literalSql(path)})${touched === undefined ? '' : ` where household_id in (select household_id from read_parquet(${literalSql(touched)}))`}`;
  const names = [...new Set(input.limits.flatMap((l) => [...l.values.keys()]))].sort();
  if (input.limits.length === 0) throw invalid('limits-missing', '没有区划的参数可用', '请检查规则包的区划代码');
  return [
    `create or replace table ${SCHEMA}.person_register as
      select person_id, household_id, relation, sex, birth, head, true as registered from ${read(paths.person)}
      ${paths.former ? `union all select person_id, household_id, relation, sex, birth, false, false from ${read(paths.former)}` : ''}`,
    `create or replace view ${SCHEMA}.household_register as select * from ${read(paths.household)}`,
    `create or replace view ${SCHEMA}.person_input as select * from ${read(paths.personInput)}`,
    `create or replace view ${SCHEMA}.household_input as select * from ${read(paths.householdInput)}`,
    // Where an unconfirmed link would decide otherwise, a lead goes by what it would decide, and says that it is not certain.
    `create or replace table ${SCHEMA}.decision as select * exclude (place) from (
      select d.household_id, d.person_id, d.programme, d.outcome, d.missing, d.reasons, d.certain
        ${[...input.variables].map(([name, den]) => `, ${variableSql(name, den, input)} as ${quoted(name)}`).join('')},
        row_number() over (partition by d.household_id, d.programme, d.person_id order by d.certain) as place
      from (select * from ${read(paths.decision)}) d
      left join read_parquet(${literalSql(paths.householdValue)}) v on v.household_id = d.household_id) where place = 1`,
    `create or replace table ${SCHEMA}.roll as select * from (select * from ${read(paths.roll)}) where person_id is not null`,
    `create or replace table ${SCHEMA}.person_scope as
      select person_id from ${SCHEMA}.person_register union select person_id from ${SCHEMA}.roll`,
    `create or replace table ${SCHEMA}.roll_active as select * from ${SCHEMA}.roll where status = 'active'`,
    `create or replace table ${SCHEMA}.limits as ${input.limits
      .map(
        (l) =>
          `select ${literalSql(l.division)} as division${names.map((n) => `, cast(${l.values.get(n) ?? 'null'} as bigint) as ${quoted(n)}`).join('')}`,
      )
      .join(' union all ')}`,
  ];
}

/** The persons with their inputs and flags (p), from `profile.yaml`. */
export function personSql(
  profile: ProfileFile,
  inputColumns: readonly string[],
  catalogue: Catalogue,
  period: { first: string; last: string },
): string {
  const { last } = period;
  const own = new Set(['household_id', 'person_id', 'relation', 'sex', 'birth']);
  const flags = Object.entries(profile.roll).map(
    ([name, programmes]) =>
      `coalesce(bool_or(r.programme in (${programmes.map(literalSql).join(', ')})), false) as ${quoted(name)}`,
  );
  const age = `cast(extract(year from date '${last}') - extract(year from g.birth)
    - case when extract(month from g.birth) * 100 + extract(day from g.birth) > ${Number(last.slice(5, 7)) * 100 + Number(last.slice(8, 10))} then 1 else 0 end as bigint)`;
  const inputs = inputColumns.filter((c) => !own.has(c) && !(c in profile.roll));
  return `create or replace table ${SCHEMA}.member as
    select p.*, ${conditionSql(profile.family, namesOf({ person: true, period }, catalogue))} as in_family from (
      select g.person_id, g.household_id, g.relation, g.sex, g.birth, g.head, g.registered, ${age} as age,
        ${inputs.map((c) => `i.${quoted(c)}`).join(', ')}, ${flags.map((_, n) => `coalesce(s.${quoted(Object.keys(profile.roll)[n] as string)}, false) as ${quoted(Object.keys(profile.roll)[n] as string)}`).join(', ')}
      from ${SCHEMA}.person_register g
      left join ${SCHEMA}.person_input i on i.person_id = g.person_id
      left join (select r.person_id, ${flags.join(', ')} from ${SCHEMA}.roll_active r group by r.person_id) s on s.person_id = g.person_id) p`;
}

/** Active roll rows of those who belong to the assessed family: the dead and imprisoned insure nobody else. */
export const familyRollSql = `create or replace table ${SCHEMA}.roll_family as
  select r.* from ${SCHEMA}.roll_active r join ${SCHEMA}.member p on p.person_id = r.person_id and p.in_family`;

/** The households with their counts, flags and states (h), from `profile.yaml`. */
export function householdSql(
  profile: ProfileFile,
  catalogue: Catalogue,
  period: { first: string; last: string },
  feeds: ReadonlyMap<string, FeedInput>,
): string {
  const person = namesOf({ person: true, period }, catalogue);
  const counts = Object.entries(profile.counts).map(
    ([name, c]) =>
      `cast(count(*) filter (where p.in_family and ${conditionSql(c, person)}) as bigint) as ${quoted(name)}`,
  );
  const highest = Object.entries(profile.highest).map(([name, column]) => {
    const sql = person.column(column);
    if (!sql) throw invalid('signal-invalid', `profile.yaml：没有这一列 ${column}`, '请用政策输入词汇里的名称');
    return `cast(coalesce(max(${sql}) filter (where p.in_family), 0) as bigint) as ${quoted(name)}`;
  });
  const flags = Object.entries(profile.roll).map(
    ([name, ids]) => `coalesce(bool_or(r.programme in (${ids.map(literalSql).join(', ')})), false) as ${quoted(name)}`,
  );
  const insured = Object.entries(profile.insured).map(
    ([name, ids]) =>
      `cast(count(distinct case when r.programme in (${ids.map(literalSql).join(', ')}) then r.person_id end) as bigint) as ${quoted(name)}`,
  );
  const rows = Object.entries(profile.rows).map(([name, source], n) => {
    if (!feeds.has(source.feed)) return { name, join: '', column: `0 as ${quoted(name)}` };
    const own = (column: string) => `f.${quoted(column)}`;
    const where = source.where ? conditionSql(source.where, namesOf({ own, period }, catalogue)) : 'true';
    return {
      name,
      join: `left join (select f.household_id, cast(count(*) as bigint) as n from ${factTable(source.feed)} f
        where f.link_role = ${literalSql(source.role)} and ${where} group by f.household_id) w${n} on w${n}.household_id = g.household_id`,
      column: `coalesce(w${n}.n, 0) as ${quoted(name)}`,
    };
  });
  const zero = (names: string[], alias: string, empty: string) =>
    names.map((n) => `coalesce(${alias}.${quoted(n)}, ${empty}) as ${quoted(n)}`);
  const inner = [
    'g.household_id',
    'g.head_person_id',
    'g.hukou_division_id',
    'g.residence_division_id',
    'g.township_id',
    'v.division',
    ...zero(['members', 'others', ...Object.keys(profile.counts), ...Object.keys(profile.highest)], 'm', '0'),
    ...zero(Object.keys(profile.roll), 's', 'false'),
    ...zero(Object.keys(profile.insured), 's', '0'),
    ...rows.map((r) => r.column),
  ];
  const states = Object.entries(profile.states).map(
    ([name, c]) =>
      `${conditionSql(c, namesOf({ own: (column) => `x.${quoted(column)}`, period }, catalogue))} as ${quoted(name)}`,
  );
  return `create or replace table ${SCHEMA}.profile as select x.*${states.map((s) => `, ${s}`).join('')} from (
    select ${inner.join(', ')} from ${SCHEMA}.household_register g
    join ${SCHEMA}.household_input v on v.household_id = g.household_id
    left join (select p.household_id, cast(count(*) filter (where p.in_family) as bigint) as members,
        cast(count(*) filter (where p.in_family) as bigint) as others${[...counts, ...highest].map((c) => `, ${c}`).join('')}
      from ${SCHEMA}.member p group by p.household_id) m on m.household_id = g.household_id
    left join (select r.household_id, ${[...flags, ...insured].join(', ')} from ${SCHEMA}.roll_family r group by r.household_id) s
      on s.household_id = g.household_id
    ${rows.map((r) => r.join).join('\n')}) x`;
}
