import type { Plan } from '@doudi/policy';
import type { Engine } from '../../../platform/engine/index.ts';
import { failed } from '../../../platform/errors.ts';
import type { InputRelations } from './inputs.ts';

/** Relations that a run of the policies leaves in the engine; likely families stand under their negative household_id. */
export interface DecisionRelations {
  decision: string;
  /** Named variables of households. */
  household: string;
}

/** Working relations of a run of the policies begin so, by which a later attempt finds and drops them. */
export const WORKING = 'assess_';

/**
 * Runs the compiled policies once over the strict inputs and, beside them, the likely ones: registry ids are positive, so
 * the likely family of a household stands under its id negated, a family of its own for the engine.
 * @throws policy-conflict when two exceptions of a rule gave different results for somebody
 */
export async function decide(
  engine: Engine,
  plan: Plan,
  strict: InputRelations,
  likely: InputRelations,
): Promise<DecisionRelations> {
  for (const entity of ['household', 'person'] as const)
    await engine.run(`CREATE TEMP VIEW ${WORKING}${entity} AS SELECT * FROM ${strict[entity]}
      UNION ALL SELECT * REPLACE (-household_id AS household_id) FROM ${likely[entity]}`);
  const found = await engine.all<{ division: string | null }>(
    `SELECT DISTINCT division FROM ${WORKING}household ORDER BY division`,
  );
  const divisions = found.flatMap(({ division }) => division ?? []);
  const script = plan.sql({
    household: `${WORKING}household`,
    person: `${WORKING}person`,
    divisions,
    // A household of no division has no parameters; where one is, they must stay columns.
    inline: divisions.length === found.length,
    decision: `${WORKING}decision`,
    prefix: `${WORKING}policy_`,
  });
  for (const statement of script.statements) await engine.run(statement);
  for (const statement of script.cleanup) await engine.run(statement);
  const conflicts = await engine.all<{ variable: string; rows: bigint }>(
    `SELECT variable, rows FROM ${script.relations.conflicts} WHERE rows > 0 ORDER BY variable`,
  );
  const [conflict] = conflicts;
  if (conflict)
    throw failed(
      'policy-conflict',
      `规则“${conflict.variable}”的两个例外对 ${conflict.rows} 户（人）给出不同结果`,
      '请在规则里写明哪个例外优先（over），再重新运行',
    );
  return script.relations;
}

/**
 * SQL of everything decided: the strict decisions, and beside them, with `certain` false, what an uncertain link would
 * make different if it were right.
 */
export function decisionsSql({ decision }: DecisionRelations): string {
  const result = 'outcome, amount_fen, missing, reasons, branch';
  return `WITH strict AS (SELECT household_id, person_id, programme, ${result} FROM ${decision} WHERE household_id > 0),
    likely AS (SELECT -household_id AS household_id, person_id, programme, ${result} FROM ${decision} WHERE household_id < 0)
    SELECT *, true AS certain FROM strict
    UNION ALL
    SELECT l.*, false FROM likely l WHERE NOT EXISTS (SELECT 1 FROM strict s
      WHERE s.household_id = l.household_id AND s.programme = l.programme
        AND s.person_id IS NOT DISTINCT FROM l.person_id AND s.outcome = l.outcome
        AND s.amount_fen IS NOT DISTINCT FROM l.amount_fen AND s.missing = l.missing AND s.reasons = l.reasons)`;
}

/**
 * SQL of the named variables of households, one row each, for showing: a value that hangs on an uncertain link is the
 * likely one, and `value_certain` is then false.
 */
export function householdValuesSql({ household }: DecisionRelations, plan: Plan): string {
  const names = plan.rules.variables
    .filter((variable) => variable.entity === 'household' && !variable.hidden)
    .map((variable) => variable.name)
    .sort();
  const unknown = names.map((name) => `(s."${name}" IS NULL AND l."${name}" IS NOT NULL)`);
  return `SELECT s.household_id, ${names.map((name) => `coalesce(s."${name}", l."${name}") AS "${name}"`).join(', ')},
      NOT (${unknown.join(' OR ') || 'false'}) AS value_certain
    FROM (SELECT * FROM ${household} WHERE household_id > 0) s
    LEFT JOIN (SELECT * FROM ${household} WHERE household_id < 0) l ON l.household_id = -s.household_id`;
}
