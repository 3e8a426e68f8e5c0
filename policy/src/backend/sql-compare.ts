/**
 * SQL that joins the decisions of a baseline and a reform: one row per household, person and programme whose outcome or
 * amount differs, with `change`: enters, leaves, gains, loses, opens (becomes undetermined) or closes.
 * @param baseline relation of decisions before
 * @param reform relation of decisions after
 * @param into name of the table to make
 */
export function compareDecisionsSql(baseline: string, reform: string, into: string): string {
  const amount = (side: string): string => `COALESCE(${side}.amount_fen, 0)`;
  return (
    `CREATE TEMP TABLE ${into} AS SELECT COALESCE(b.household_id, r.household_id) AS household_id, COALESCE(b.person_id, r.person_id) AS person_id, ` +
    `COALESCE(b.programme, r.programme) AS programme, b.outcome AS before, r.outcome AS after, b.amount_fen AS before_fen, r.amount_fen AS after_fen, ` +
    `${amount('r')} - ${amount('b')} AS difference_fen, CASE ` +
    `WHEN r.outcome = 'eligible' AND b.outcome IS DISTINCT FROM 'eligible' THEN 'enters' ` +
    `WHEN b.outcome = 'eligible' AND r.outcome IS DISTINCT FROM 'eligible' THEN 'leaves' ` +
    `WHEN b.outcome = 'eligible' AND r.amount_fen > b.amount_fen THEN 'gains' ` +
    `WHEN b.outcome = 'eligible' AND r.amount_fen < b.amount_fen THEN 'loses' ` +
    `WHEN r.outcome = 'undetermined' THEN 'opens' ELSE 'closes' END AS change ` +
    `FROM ${baseline} b FULL OUTER JOIN ${reform} r ON b.household_id = r.household_id AND b.programme = r.programme ` +
    `AND b.person_id IS NOT DISTINCT FROM r.person_id ` +
    `WHERE b.outcome IS DISTINCT FROM r.outcome OR b.amount_fen IS DISTINCT FROM r.amount_fen`
  );
}
