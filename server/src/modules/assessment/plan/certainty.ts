/**
 * `strict` makes decisions: what hangs on an uncertain link is unknown (DESIGN, linkage: a repaired or probable link may
 * raise a lead, never a payment or a stop). `likely` takes such links as right; leads alone may be raised from it.
 */
export type Certainty = 'strict' | 'likely';

/** SQL aggregate: does any row of the person fulfil `condition`? A certain one settles it, an uncertain one leaves it open. */
export function anyRow(condition: string, certainty: Certainty): string {
  if (certainty === 'likely') return `coalesce(bool_or(${condition}), false)`;
  return `CASE WHEN bool_or((${condition}) AND certain) THEN true WHEN bool_or(${condition}) THEN NULL ELSE false END`;
}

/** SQL aggregate: Σ of `value` over the rows that fulfil `condition`, 0 without one, unknown when one of them is uncertain. */
export function sumRows(value: string, condition: string, certainty: Certainty): string {
  return unlessDoubtful(condition, `coalesce(sum(${value}) FILTER (WHERE ${condition}), 0)::BIGINT`, certainty);
}

/** SQL aggregate: the greatest `value` over the rows that fulfil `condition`, 0 without one, unknown when one is uncertain. */
export function maxRow(value: string, condition: string, certainty: Certainty): string {
  return unlessDoubtful(condition, `coalesce(max(${value}) FILTER (WHERE ${condition}), 0)::BIGINT`, certainty);
}

/** SQL aggregate: how many rows fulfil `condition`, unknown when one of them is uncertain. */
export function countRows(condition: string, certainty: Certainty): string {
  return unlessDoubtful(condition, `count(*) FILTER (WHERE ${condition})::BIGINT`, certainty);
}

function unlessDoubtful(condition: string, aggregate: string, certainty: Certainty): string {
  if (certainty === 'likely') return aggregate;
  return `CASE WHEN bool_or((${condition}) AND NOT certain) THEN NULL ELSE ${aggregate} END`;
}

/**
 * SQL that keeps one row of each person: the first in `order`, which names everything taken from the row, so that the order of
 * rows in a file, which a corrected file may change, decides nothing.
 * @param relation rows with person_id and certain; @param columns name → expression over the row chosen
 */
export function chosenRow(
  relation: string,
  columns: Readonly<Record<string, string>>,
  order: string,
  certainty: Certainty,
): string {
  const doubt = certainty === 'strict' ? 'bool_or(NOT certain) OVER (PARTITION BY person_id)' : 'false';
  const chosen = Object.entries(columns).map(
    ([name, expression]) => `CASE WHEN doubt THEN NULL ELSE ${expression} END AS ${name}`,
  );
  return `SELECT person_id, ${chosen.join(', ')}
    FROM (SELECT *, row_number() OVER (PARTITION BY person_id ORDER BY ${order}) AS rank, ${doubt} AS doubt
      FROM ${relation}) WHERE rank = 1`;
}
