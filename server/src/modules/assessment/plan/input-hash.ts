import { householdExpressions } from './household-facts.ts';
import type { InputRelations } from './inputs.ts';
import { personExpressions } from './person-input.ts';

const anyFresh = () => true;

/**
 * SQL giving household_id and input_hash (MD5, hex) over everything that the registers said of a household and its
 * persons, so that an increment knows what changed. Presumed inputs are left out: they change with the packs, whose hash
 * a run pins by itself.
 */
export function inputHashSql(relations: InputRelations): string {
  const text = (columns: readonly string[]) =>
    `concat_ws('|', ${columns.map((column) => `coalesce(CAST("${column}" AS VARCHAR), '?')`).join(', ')})`;
  const person = text(['person_id', ...Object.keys(personExpressions(anyFresh))]);
  const household = text(['division', ...Object.keys(householdExpressions(anyFresh))]);
  return `SELECT h.household_id, md5(h.line || coalesce(p.lines, '')) AS input_hash
    FROM (SELECT household_id, ${household} AS line FROM ${relations.household}) h
    LEFT JOIN (SELECT household_id, string_agg(md5(line), '' ORDER BY person_id) AS lines
      FROM (SELECT household_id, person_id, ${person} AS line FROM ${relations.person}) GROUP BY household_id) p
    USING (household_id)`;
}
