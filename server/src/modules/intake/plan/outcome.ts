import { literal } from '../../../platform/engine/index.ts';
import type { ColumnType, FeedContract } from '../domain/contract.ts';
import { isTyped } from './typed.ts';

/** Which columns the file has, by name. */
type Positions = ReadonlyMap<string, number>;

/** A typed record that has its lawful basis and no fault of its own. */
const GOOD = 'issue is null and not outside';

/**
 * What a typed record that is good by itself is called in the accepted file: `unchanged` when the feed's state has it with
 * the same content (a snapshot stores it again, being the whole state), `repeated` when it is an event that an earlier
 * delivery brought, which is stored once.
 */
export const knownStatus = (contract: FeedContract): 'unchanged' | 'repeated' =>
  contract.kind === 'snapshot' ? 'unchanged' : 'repeated';

/** SQL of the contents that a feed's state holds: (content_hash). A content's hash covers its key. */
export const stateSql = (files: readonly string[]): string =>
  `select distinct cast(content_hash as uuid) as content_hash from read_parquet([${files.map(literal).join(', ')}])`;

/** SQL of a slice's account: class of rows, reason number of those set aside, how many, first and last row. */
export const accountSql = (typed: string): string =>
  `select case when outside then 'refused' when issue is not null then 'issue' when known then 'known' else 'accepted' end as class,
    case when not outside then issue % 100 end as reason, count(*) as n
    from ${typed} group by all order by all`;

/** SQL of the keys of good rows, as a number by which rows of one key find each other: (k, row). */
export const keysSql = (typed: string): string => `select hash(key_hash) as k, row from ${typed} where ${GOOD}`;

/** SQL of the accepted file: row, hashes, intake_status and every column that identifies nobody. */
export function acceptedSql(contract: FeedContract, typed: string, positions: Positions): string {
  const columns = contract.columns
    .filter((c) => !c.identity)
    .map((c) => `cast(${isTyped(c, positions) ? `v_${c.name}` : 'null'} as ${STORED[c.type]}) as "${c.name}"`);
  return `select row, key_hash, content_hash,
    case when known then ${literal(knownStatus(contract))} else 'accepted' end as intake_status${columns.map((c) => `, ${c}`).join('')}
    from ${typed} where ${kept(contract)}`;
}

/** SQL of the events that are not stored again: row and hashes, for the search of conflicts. */
export const repeatedSql = (typed: string): string =>
  `select row, key_hash, content_hash, 'repeated' as intake_status from ${typed} where ${GOOD} and known`;

const kept = (contract: FeedContract) => (contract.kind === 'snapshot' ? GOOD : `${GOOD} and not known`);

const STORED: Record<ColumnType, string> = {
  text: 'varchar',
  name: 'varchar',
  citizen_number: 'varchar',
  code: 'varchar',
  date: 'date',
  division: 'integer',
  address: 'varchar',
  phone: 'varchar',
  money: 'bigint',
  area: 'bigint',
  rate: 'bigint',
  integer: 'bigint',
  month: 'varchar',
  account: 'varchar',
  credit_code: 'varchar',
  disability_certificate: 'varchar',
};

/** SQL of the identity file: one row for each person that a record names. */
export function identitySql(contract: FeedContract, typed: string, positions: Positions): string {
  const there = new Set(contract.columns.filter((c) => isTyped(c, positions)).map((c) => c.name));
  const roles = contract.persons.map((person) => {
    const of = (name: string | undefined, type: string) =>
      name && there.has(name) ? `cast(v_${name} as ${type})` : `cast(null as ${type})`;
    const called = there.has(person.name) ? `v_${person.name}` : 'cast(null as varchar)';
    return `select row, ${literal(person.role)} as role, v_${person.number} as number,
      coalesce(g_${person.number}, false) as number_valid, coalesce(r_${person.number}, v_${person.number}) as number_raw, ${called} as name,
      ${of(person.sex, 'varchar')} as sex, ${of(person.birth, 'date')} as birth, ${of(person.phone, 'varchar')} as phone,
      ${of(person.address, 'varchar')} as address, ${of(person.division, 'integer')} as division
      from ${typed}
      where ${kept(contract)} and (coalesce(r_${person.number}, v_${person.number}, ${called}) is not null)`;
  });
  return roles.join('\n    union all\n    ');
}

/** SQL of what is set aside for a fault of its own: row, issue. */
export const issuesSql = (typed: string): string =>
  `select row, issue from ${typed} where issue is not null and not outside order by row`;

/** SQL of the refused record numbers, in order. */
export const refusedSql = (typed: string): string => `select row from ${typed} where outside order by row`;

/** SQL of the key numbers of one part of the keys that stand in the file more than once. */
export const twiceSql = (keys: string, part: number, parts: number): string =>
  `select k from read_parquet(${literal(keys)}) where k % ${parts} = ${part} group by k having count(*) > 1`;

/**
 * SQL of the rows that are not what they seemed alone: (row, verdict, intake_status). The same key with other content in this
 * file is a conflict, of all its rows; a later row with the same content repeats the first.
 * @param twice table (k) of the key numbers to look at
 */
export function exceptionsSql(keys: string, twice: string, stored: readonly string[]): string {
  const each = stored.map(
    (pattern) => `select row, key_hash, content_hash, intake_status from read_parquet(${literal(pattern)})`,
  );
  return `with candidate as (select row from read_parquet(${literal(keys)}) where k in (select k from ${twice})),
      held as (select s.* from (${each.join(' union all ')}) s join candidate c on c.row = s.row),
      many as (select key_hash, min(row) as first, min(content_hash) <> max(content_hash) as conflict
        from held group by key_hash having count(*) > 1)
    select h.row, case when m.conflict then 'conflict' else 'repeat' end as verdict, h.intake_status
    from held h join many m on m.key_hash = h.key_hash where m.conflict or h.row > m.first`;
}

/** SQL of how a delivery differs from what is in force: rows new, changed, gone and same, by key. */
export function differenceSql(now: readonly string[], before: readonly string[]): string {
  const keys = (files: readonly string[]) =>
    files.length === 0
      ? `select null::uuid as key_hash, null::uuid as content_hash where false`
      : `select cast(key_hash as uuid) as key_hash, max(cast(content_hash as uuid)) as content_hash
          from read_parquet([${files.map(literal).join(', ')}]) group by 1`;
  return `select count(*) filter (b.key_hash is null) as added,
      count(*) filter (a.key_hash is null) as gone,
      count(*) filter (a.content_hash <> b.content_hash) as changed,
      count(*) filter (a.content_hash = b.content_hash) as same
    from (${keys(now)}) a full join (${keys(before)}) b on a.key_hash = b.key_hash`;
}
