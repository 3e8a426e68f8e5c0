import { REVIEW_BITS } from '../decide/decide.ts';
import { type Linked, needsReview } from '../link.ts';

/** The columns of a review list, in order; every comparison has its level and its bits. */
export const reviewColumns = (linked: Linked): string[] => [
  'left_id',
  'right_id',
  'probability',
  'bits',
  'gap',
  'prior',
  ...linked.model.comparisons.flatMap((c) => [`${c.id}_level`, `${c.id}_bits`]),
  'shared_bits',
];

/**
 * SQL of the pairs a person should look at: right records whose best pair is in doubt, with all that compete for them. One
 * row for each pair, columns as `reviewColumns`, as text; prior + all bits = bits.
 * @param leftIds table with rid, id @param rightIds table with rid, id
 */
export function reviewSelect(linked: Linked, leftIds: string, rightIds: string): string {
  const { comparisons } = linked.model;
  const levels = comparisons.flatMap((c, k) => {
    const names = c.levels.map((level, i) => `WHEN ${i + 1} THEN '${level}'`).join(' ');
    return [`CASE s.g${k} ${names} ELSE '' END AS level${k}`, `round(s.b${k}, 2)::VARCHAR AS bits${k}`];
  });
  return `SELECT a.id AS left_id, b.id AS right_id, coalesce(round(d.probability, 6)::VARCHAR, '') AS probability,
    round(s.bits, 2)::VARCHAR AS bits, coalesce(round(d.gap, 2)::VARCHAR, '') AS gap, '${linked.prior.toFixed(2)}' AS prior,
    ${levels.join(', ')}, round(s.shared, 2)::VARCHAR AS shared_bits
    FROM ${linked.scored} AS s
    JOIN ${leftIds} AS a ON a.rid = s.l JOIN ${rightIds} AS b ON b.rid = s.r
    LEFT JOIN ${linked.decided} AS d ON d.l = s.l AND d.r = s.r
    WHERE s.bits >= ${REVIEW_BITS} AND s.r IN (SELECT r FROM ${linked.decided} WHERE ${needsReview})
    ORDER BY s.r, s.bits DESC, s.l`;
}
