import { literal } from '../../../platform/engine/index.ts';
import type { ColumnType, FeedContract } from '../domain/contract.ts';

/** What becomes of a record, as it stands in the table of verdicts. */
export const Verdict = { accepted: 0, unchanged: 1, repeated: 2, conflict: 3, issue: 4, refused: 5 } as const;

/**
 * SQL that gives every typed record its verdict: (row, verdict).
 * repeated = same key and content as an earlier row of this file, or an event that an earlier delivery brought: counted
 * unchanged, not stored again. unchanged = same as in the feed's state: stored, since a snapshot is the whole state.
 * conflict = the key stands in this file with other content too.
 * @param state accepted files of the feed's state before this delivery
 */
export function verdictSql(contract: FeedContract, typed: string, state: readonly string[]): string {
  const known = contract.kind === 'snapshot' ? Verdict.unchanged : Verdict.repeated;
  const files = state.map(literal).join(', ');
  const join =
    state.length === 0
      ? ''
      : `left join (select distinct key_hash, content_hash from read_parquet([${files}])) s
        on s.key_hash = t.key_hash and s.content_hash = t.content_hash`;
  const isKnown = state.length === 0 ? '' : `when s.key_hash is not null then ${known}`;
  return `with many as (
      select key_hash, min(row) as first, min(content_hash) <> max(content_hash) as conflict
      from ${typed} where issue is null and not outside group by key_hash having count(*) > 1)
    select t.row, cast(case
      when t.outside then ${Verdict.refused}
      when t.issue is not null then ${Verdict.issue}
      when m.conflict then ${Verdict.conflict}
      when m.first < t.row then ${Verdict.repeated}
      ${isKnown}
      else ${Verdict.accepted} end as utinyint) as verdict
    from ${typed} t left join many m on m.key_hash = t.key_hash ${join}`;
}

const KEPT = `verdict in (${Verdict.accepted}, ${Verdict.unchanged})`;

/** SQL of the accepted file: row, hashes, intake_status and every column that identifies nobody. */
export function acceptedSql(contract: FeedContract, typed: string, verdicts: string): string {
  const columns = contract.columns
    .filter((c) => !c.identity)
    .map((c) => `cast(v_${c.name} as ${STORED[c.type]}) as "${c.name}"`);
  return `select t.row, key_hash, content_hash,
    case when verdict = ${Verdict.unchanged} then 'unchanged' else 'accepted' end as intake_status${columns.map((c) => `, ${c}`).join('')}
    from ${typed} t join ${verdicts} d on d.row = t.row where ${KEPT}`;
}

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
export function identitySql(contract: FeedContract, typed: string, verdicts: string): string {
  const roles = contract.persons.map((person) => {
    const of = (name: string | undefined, type: string) =>
      name ? `cast(v_${name} as ${type})` : `cast(null as ${type})`;
    return `select t.row, ${literal(person.role)} as role, v_${person.number} as number,
      coalesce(g_${person.number}, false) as number_valid, coalesce(r_${person.number}, v_${person.number}) as number_raw, v_${person.name} as name,
      ${of(person.sex, 'varchar')} as sex, ${of(person.birth, 'date')} as birth, ${of(person.phone, 'varchar')} as phone,
      ${of(person.address, 'varchar')} as address, ${of(person.division, 'integer')} as division
      from ${typed} t join ${verdicts} d on d.row = t.row
      where ${KEPT} and (coalesce(r_${person.number}, v_${person.number}, v_${person.name}) is not null)`;
  });
  return roles.join('\n    union all\n    ');
}

/** SQL of what is set aside: row, issue (NULL for a key conflict). */
export const setAsideSql = (typed: string, verdicts: string): string =>
  `select t.row, case when verdict = ${Verdict.issue} then issue end as issue
    from ${typed} t join ${verdicts} d on d.row = t.row where verdict in (${Verdict.conflict}, ${Verdict.issue}) order by t.row`;

/** SQL of the refused record numbers, in order. */
export const refusedSql = (verdicts: string): string =>
  `select row from ${verdicts} where verdict = ${Verdict.refused} order by row`;
