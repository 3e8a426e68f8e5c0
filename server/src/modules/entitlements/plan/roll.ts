import { literal } from '../../../platform/engine/index.ts';
import { type FeedRows, linkedRows } from '../../assessment/batch.ts';

/**
 * SQL of the roll: one row per award, insured person and programme as the assistance feed says it.
 * A member whom the register no longer holds (dead, moved out) stands under the household that was the member's, or else
 * under that of the award's head.
 * @param register absolute paths of registry/<run>/{person,former,household}.parquet
 * Gives person_id and household_id (NULL: nobody known), head_person_id, programme, award_no, period (of the
 * delivery), month (paid for), amount_fen (the whole household's per month, repeated on each member), persons, status,
 * started, stopped, declared_other_income_fen, certain, fresh, delivery_id, row and the household's two divisions.
 */
export function rollSql(assistance: FeedRows, register: { person: string; former: string; household: string }): string {
  const rows = linkedRows(assistance, {
    award_no: 'VARCHAR',
    programme: 'VARCHAR',
    persons: 'BIGINT',
    month: 'VARCHAR',
    amount: 'BIGINT',
    started: 'DATE',
    stopped: 'DATE',
    status: 'VARCHAR',
    declared_other_income: 'BIGINT',
  });
  return `WITH rows AS MATERIALIZED (${rows}),
    person AS (SELECT person_id, household_id FROM read_parquet(${literal(register.person)})
      UNION ALL SELECT person_id, household_id FROM read_parquet(${literal(register.former)})),
    head AS (SELECT delivery_id, "row", person_id, certain FROM rows WHERE link_role = 'head'),
    member AS (SELECT * FROM rows WHERE link_role IS DISTINCT FROM 'head')
    SELECT m.person_id, coalesce(p.household_id, q.household_id) AS household_id, h.person_id AS head_person_id,
      m.programme, m.award_no, m.period, m.month, m.amount AS amount_fen, m.persons, m.status, m.started, m.stopped,
      m.declared_other_income AS declared_other_income_fen,
      m.certain AND (p.household_id IS NOT NULL OR coalesce(h.certain, false)) AS certain,
      ${assistance.state === 'fresh'} AS fresh, m.delivery_id, m."row",
      d.hukou_division_id, d.residence_division_id
    FROM member m
    LEFT JOIN head h ON h.delivery_id = m.delivery_id AND h."row" = m."row"
    LEFT JOIN person p ON p.person_id = m.person_id
    LEFT JOIN person q ON q.person_id = h.person_id
    LEFT JOIN read_parquet(${literal(register.household)}) d ON d.household_id = coalesce(p.household_id, q.household_id)`;
}
