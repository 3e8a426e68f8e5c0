import { combineFamilies } from '../assess/combine-families.ts';
import type { Decision, Evaluation } from '../backend/evaluate.ts';
import type { ResolvedParameters } from '../model/resolve-parameters.ts';
import type { Pack } from '../model/shapes.ts';
import { compilePolicies, type Plan } from '../plan.ts';
import { Faults, type LocatedError, type Location } from '../source/located.ts';
import { formatScaled, parseDecimal } from '../typed/exact.ts';
import type { ValueType } from '../typed/ir.ts';
import { valueText } from '../typed/value-text.ts';
import { type CaseExpectation, type PolicyCase, readCases } from './read-cases.ts';

export interface CaseFailure extends Location {
  pack: string;
  policy: string;
  case: string;
  backend: 'js' | 'sql';
  expected: string;
  actual: string;
}

export interface CaseReport {
  cases: number;
  passed: number;
  failed: CaseFailure[];
  packs: Record<string, { cases: number; passed: number }>;
  errors: LocatedError[];
}

/** Runs one case in another backend: the decisions of the family, and on request values of variables. */
export type CaseRunner = (
  plan: Plan,
  cases: readonly { family: PolicyCase['family']; parameters: ResolvedParameters }[],
) => Promise<Decision[][]>;

/**
 * Runs the cases beside the policies: always by JavaScript, and by `runSql` too when it is given (the library itself
 * has no engine). Cases of one month share a plan.
 */
export async function testPolicies(packs: readonly Pack[], options: { runSql?: CaseRunner } = {}): Promise<CaseReport> {
  const faults = new Faults();
  const counted = packs[0]?.source.faults.errors.length ?? 0;
  const cases = readCases(packs, faults);
  for (const error of packs[0]?.source.faults.errors.slice(counted) ?? []) faults.errors.push(error);
  const report: CaseReport = { cases: cases.length, passed: 0, failed: [], packs: {}, errors: faults.errors };
  const months = new Map<string, PolicyCase[]>();
  for (const item of cases) months.set(item.month, [...(months.get(item.month) ?? []), item]);
  for (const [month, items] of months) {
    const plan = compilePolicies(packs, { month, everything: true });
    if (plan.errors.length > 0) {
      report.errors.push(...plan.errors);
      continue;
    }
    const resolved = items.map((item) =>
      plan.resolve(item.family.division, Object.keys(item.set).length > 0 ? item.set : undefined),
    );
    for (const parameters of resolved) report.errors.push(...parameters.errors);
    const programmes = [...new Set(items.flatMap((item) => item.expect.map((e) => e.programme)))];
    const sql = await options.runSql?.(
      compilePolicies(packs, { month, programmes }),
      items.map((item, i) => ({ family: item.family, parameters: at(resolved, i) })),
    );
    for (const [index, item] of items.entries()) {
      const evaluation = plan.evaluate(item.family, { parameters: at(resolved, index) });
      const failures = checkCase(plan, item, evaluation);
      if (item.expect.some((e) => e.chosen !== undefined || e.combined !== undefined))
        failures.push(...(await checkCombination(plan, packs, item, at(resolved, index))));
      if (sql)
        failures.push(
          ...compareBackends(
            item,
            evaluation.decisions.filter((d) => programmes.includes(d.programme)),
            sql[index] ?? [],
          ),
        );
      report.failed.push(...failures);
      const tally = report.packs[item.pack] ?? { cases: 0, passed: 0 };
      tally.cases++;
      if (failures.length === 0) {
        tally.passed++;
        report.passed++;
      }
      report.packs[item.pack] = tally;
    }
  }
  return report;
}

function at<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError(`no item ${index}`);
  return value;
}

function failure(
  item: PolicyCase,
  place: Location,
  backend: 'js' | 'sql',
  expected: string,
  actual: string,
): CaseFailure {
  return {
    file: place.file,
    line: place.line,
    column: place.column,
    pack: item.pack,
    policy: item.policy,
    case: item.name,
    backend,
    expected,
    actual,
  };
}

/** What a case expects against what JavaScript decided. */
export function checkCase(plan: Plan, item: PolicyCase, evaluation: Evaluation): CaseFailure[] {
  const out: CaseFailure[] = [];
  for (const expected of item.expect) {
    const place = expected.source.at;
    const say = (what: string, wanted: string, got: string): void => {
      out.push(failure(item, place, 'js', `${expected.programme} ${what} ${wanted}`, got));
    };
    if (expected.programme !== '') checkDecision(expected, evaluation, say);
    for (const { name, value, source } of expected.variables) {
      const got = variableText(plan, evaluation, name, expected.person);
      if (got === undefined) out.push(failure(item, source.at, 'js', `变量 ${name}`, '没有这个变量'));
      else if (!sameText(value, got)) out.push(failure(item, source.at, 'js', `${name} = ${value}`, got));
    }
  }
  if (evaluation.conflicts.length > 0) {
    out.push(failure(item, item.source.at, 'js', '没有冲突的例外', `冲突：${evaluation.conflicts.join('、')}`));
  }
  return out;
}

function checkDecision(
  expected: CaseExpectation,
  evaluation: Evaluation,
  say: (what: string, wanted: string, got: string) => void,
): void {
  const decision = evaluation.decisions.find((d) => d.programme === expected.programme && d.person === expected.person);
  if (!decision) {
    if (expected.outcome !== 'none') say('outcome', expected.outcome ?? '有结果', '没有结果');
    return;
  }
  if (expected.outcome !== undefined && expected.outcome !== decision.outcome) {
    say('outcome', expected.outcome, `${decision.outcome} ${[...decision.reasons, ...decision.missing].join(',')}`);
  }
  const amount = decision.amountFen === null ? 'null' : formatScaled(decision.amountFen, 2);
  if (expected.amount !== undefined && !sameText(expected.amount, amount)) say('amount', expected.amount, amount);
  const missing = [...decision.missing].sort().join(',');
  if (expected.missing && expected.missing.join(',') !== missing) say('missing', expected.missing.join(','), missing);
  const reasons = [...decision.reasons].sort().join(',');
  if (expected.reasons && expected.reasons.join(',') !== reasons) say('reasons', expected.reasons.join(','), reasons);
  if (expected.branch !== undefined && expected.branch !== decision.branch)
    say('branch', expected.branch, decision.branch ?? 'null');
}

/** What a case says of the best lawful combination; the combination itself needs no backend of its own. */
async function checkCombination(
  plan: Plan,
  packs: readonly Pack[],
  item: PolicyCase,
  parameters: ResolvedParameters,
): Promise<CaseFailure[]> {
  const out: CaseFailure[] = [];
  const [lines = []] = await combineFamilies({ plan, packs }, [item.family], [parameters]);
  for (const { programme, person, chosen, combined, source } of item.expect) {
    const line = lines.find((l) => l.decision.programme === programme && l.decision.person === person);
    const amount = line?.chosen ? formatScaled(line.decision.amountFen ?? 0n, 2) : '不在组合中';
    if (chosen !== undefined && chosen !== (line?.chosen ?? false))
      out.push(failure(item, source.at, 'js', `${programme} chosen ${chosen}`, String(line?.chosen ?? false)));
    if (combined !== undefined && !sameText(combined, amount))
      out.push(failure(item, source.at, 'js', `${programme} combined ${combined}`, amount));
  }
  return out;
}

function sameText(a: string, b: string): boolean {
  if (a === b) return true;
  const [x, y] = [parseDecimal(a), parseDecimal(b)];
  if (!x || !y) return false;
  return x.value * 10n ** BigInt(y.digits) === y.value * 10n ** BigInt(x.digits);
}

function variableText(plan: Plan, evaluation: Evaluation, written: string, person: string | null): string | undefined {
  const name = plan.rules.symbols.titles.get(written) ?? written;
  const type = typeOfName(plan, name);
  if (!type) return undefined;
  const row =
    person === null ? evaluation.household : (evaluation.persons.find((p) => p.id === person)?.values ?? new Map());
  const value = row.get(name) ?? evaluation.household.get(name);
  return value === undefined ? undefined : valueText(value, type);
}

export function typeOfName(plan: Plan, name: string): ValueType | undefined {
  return plan.rules.variables.find((v) => v.name === name)?.type ?? plan.rules.symbols.inputs.get(name)?.type;
}

function compareBackends(item: PolicyCase, js: readonly Decision[], sql: readonly Decision[]): CaseFailure[] {
  const key = (d: Decision): string => `${d.programme}/${d.person ?? ''}`;
  const text = (d: Decision | undefined): string =>
    d
      ? `${d.outcome} ${d.amountFen ?? ''} 缺:${d.missing.join(',')} 因:${d.reasons.join(',')} ${d.branch ?? ''}`
      : '没有结果';
  const bySql = new Map(sql.map((d) => [key(d), d]));
  const out: CaseFailure[] = [];
  for (const decision of js) {
    const other = bySql.get(key(decision));
    if (text(other) !== text(decision)) {
      out.push(failure(item, item.source.at, 'sql', `${key(decision)} ${text(decision)}`, text(other)));
    }
  }
  if (sql.length !== js.length)
    out.push(failure(item, item.source.at, 'sql', `${js.length} 个结果`, `${sql.length} 个结果`));
  return out;
}
