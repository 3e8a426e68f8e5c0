export { type Assessment, type AssessOptions, assess } from './assess/assess.ts';
export { type CombinedDecision, combine } from './assess/combine.ts';
export { combineFamilies, type Decide } from './assess/combine-families.ts';
export type { Combined } from './assess/scenarios.ts';
export type { Decision, Evaluation, Facts, Family, Outcome } from './backend/evaluate.ts';
export type { SqlOptions, SqlScript } from './backend/sql.ts';
export { compareDecisionsSql } from './backend/sql-compare.ts';
export { duckdb, type SqlDialect, spark } from './backend/sql-nodes.ts';
export { type CaseFailure, type CaseReport, type CaseRunner, testPolicies } from './cases/run-cases.ts';
export { checkPacks, monthsOfChange } from './check/check-packs.ts';
export type { CompiledPolicies, Programme, ProgrammeCondition } from './compile.ts';
export { type Explanation, type ExplanationNode, explain } from './explain/explain.ts';
export { treeText } from './explain/tree-text.ts';
export { formulaParser } from './expression/editor.ts';
export { type FamilyFault, inputsOf, knownNone, readFamily } from './family/read-family.ts';
export { householdSchema } from './family/schema.ts';
export { readPacks } from './model/read-packs.ts';
export { applyReform } from './model/read-reform.ts';
export {
  ancestorCodes,
  packChain,
  type ResolvedParameter,
  type ResolvedParameters,
  resolveParameters,
  writeScalar,
} from './model/resolve-parameters.ts';
export type * from './model/shapes.ts';
export { compilePolicies, type Plan } from './plan.ts';
export { formatLocatedError, type LocatedError, type Location, nearestName } from './source/located.ts';
export { formatScaled, parseDecimal } from './typed/exact.ts';
export type { Entity, NumberType, Scalar, ValueType } from './typed/ir.ts';
export { formatUnit } from './typed/units.ts';
export { valueText } from './typed/value-text.ts';
