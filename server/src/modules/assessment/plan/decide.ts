import type { Plan } from '@doudi/policy';
import type { Engine } from '../../../platform/engine/index.ts';
import { failed } from '../../../platform/errors.ts';
import type { Certainty } from './certainty.ts';
import type { InputRelations } from './inputs.ts';

/** Relations that a run of the policies leaves in the engine. */
export interface DecisionRelations {
  decision: string;
  /** Named variables of households (household_id, …) and of persons. */
  household: string;
  person: string;
}

/**
 * Runs the compiled policies over the inputs of one certainty.
 * @throws policy-conflict when two exceptions of a rule gave different results for somebody
 */
export async function decide(
  engine: Engine,
  plan: Plan,
  inputs: InputRelations,
  certainty: Certainty,
): Promise<DecisionRelations> {
  const divisions = await engine.all<{ division: string }>(
    `SELECT DISTINCT division FROM ${inputs.household} WHERE division IS NOT NULL ORDER BY division`,
  );
  const script = plan.sql({
    household: inputs.household,
    person: inputs.person,
    divisions: divisions.map((d) => d.division),
    decision: `${certainty}_decision`,
    prefix: `${certainty}_policy_`,
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
export function decisionsSql(strict: DecisionRelations, likely: DecisionRelations): string {
  const columns = 'household_id, person_id, programme, outcome, amount_fen, missing, reasons, branch';
  const outcome = 'outcome, amount_fen, missing, reasons';
  return `SELECT ${columns}, true AS certain FROM ${strict.decision}
    UNION ALL
    SELECT ${columns}, false FROM ${likely.decision} l
    WHERE NOT EXISTS (SELECT 1 FROM (SELECT household_id, person_id, programme, ${outcome} FROM ${strict.decision}) s
      WHERE s.household_id = l.household_id AND s.programme = l.programme
        AND s.person_id IS NOT DISTINCT FROM l.person_id AND s.outcome = l.outcome
        AND s.amount_fen IS NOT DISTINCT FROM l.amount_fen AND s.missing = l.missing AND s.reasons = l.reasons)`;
}
