import { type Evaluation, Evaluator, type Family } from './backend/evaluate.ts';
import type { Row } from './backend/javascript.ts';
import { pruneRules } from './backend/prune.ts';
import { assignSlots } from './backend/slots.ts';
import { type SqlOptions, type SqlScript, sqlScript } from './backend/sql.ts';
import { type CompiledPolicies, compileRules, type Programme } from './compile.ts';
import { type ResolvedParameters, resolveParameters } from './model/resolve-parameters.ts';
import type { Pack } from './model/shapes.ts';
import type { LocatedError } from './source/located.ts';

/** As `SqlOptions`; parameters are given, or resolved for the `divisions` that occur. */
export type PlanSqlOptions = Omit<SqlOptions, 'parameters'> & {
  divisions?: readonly string[];
  set?: Readonly<Record<string, string>>;
  parameters?: readonly ResolvedParameters[];
};

/** The rules of one month, ready to run in either backend. */
export interface Plan {
  readonly month: string;
  readonly rules: CompiledPolicies;
  readonly programmes: readonly Programme[];
  /** Faults found while compiling; a plan with faults must not decide anything. */
  readonly errors: readonly LocatedError[];
  /** Inputs and parameters that a decision can miss. */
  readonly missingNames: readonly string[];
  /** Parameters of a division in the plan's month. */
  resolve(division: string, set?: Readonly<Record<string, string>>): ResolvedParameters;
  /** The batch as SQL statements; see `sqlScript`. */
  sql(options: PlanSqlOptions): SqlScript;
  /** Decides one family by JavaScript; parameters are those of its division unless given. */
  evaluate(family: Family, options?: { parameters?: ResolvedParameters }): Evaluation;
}

/**
 * Compiles the policies of packs for one month into a plan for both backends.
 * @param options.month YYYY-MM
 * @param options.programmes only these programmes
 */
export function compilePolicies(
  packs: readonly Pack[],
  options: { month: string; programmes?: readonly string[]; everything?: boolean },
): Plan {
  const rules = compileRules(packs, options);
  let missingNames: readonly string[] | undefined;
  const evaluators = new Map<string, Evaluator>();
  const rows = new WeakMap<ResolvedParameters, { evaluator: Evaluator; row: Row }>();
  const resolvedByDivision = new Map<string, ResolvedParameters>();
  // One evaluator for each chain of packs: what other divisions changed need not be worked out.
  const running = (chain: readonly string[]): Evaluator => {
    const key = chain.join(' ');
    const evaluator = evaluators.get(key) ?? new Evaluator(pruneRules(rules, [chain]));
    evaluators.set(key, evaluator);
    return evaluator;
  };
  const resolve = (division: string, set?: Readonly<Record<string, string>>): ResolvedParameters => {
    if (set) return resolveParameters(packs, { division, month: options.month, set });
    let resolved = resolvedByDivision.get(division);
    if (!resolved) {
      resolved = resolveParameters(packs, { division, month: options.month });
      resolvedByDivision.set(division, resolved);
    }
    return resolved;
  };
  return {
    month: options.month,
    rules,
    programmes: rules.programmes,
    errors: rules.errors,
    get missingNames() {
      missingNames ??= assignSlots(rules).missing;
      return missingNames;
    },
    resolve,
    sql: ({ divisions, set, parameters, ...rest }) =>
      sqlScript(rules, {
        ...rest,
        parameters: parameters ?? [...new Set(divisions)].map((division) => resolve(division, set)),
      }),
    evaluate: (family, given) => {
      const parameters = given?.parameters ?? resolve(family.division);
      let known = rows.get(parameters);
      if (!known) {
        const evaluator = running(parameters.chain);
        known = { evaluator, row: evaluator.parameterRow(parameters) };
        rows.set(parameters, known);
      }
      return known.evaluator.evaluate(family, known.row);
    },
  };
}
