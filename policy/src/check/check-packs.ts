import { readCases } from '../cases/read-cases.ts';
import { compileRules } from '../compile.ts';
import { resolveParameters } from '../model/resolve-parameters.ts';
import type { Pack, PolicySource } from '../model/shapes.ts';
import { Faults, type LocatedError, nearestName } from '../source/located.ts';
import type { Source } from '../source/yaml.ts';
import { formatDate } from '../typed/exact.ts';
import { nodesOf, walk } from '../typed/ir.ts';
import { checkTableOverlaps } from './table-overlap.ts';

/**
 * Everything that can be seen before running, in every month in which a rule or value begins or has just ended: names,
 * types, units, circles, overflow, ties, floors and ceilings, sentences with unknown names, clauses no rule cites,
 * exclusions of unknown programmes, exceptions that can never fire, cases that cannot be read.
 * @param options.months only these months (YYYY-MM)
 */
export function checkPacks(packs: readonly Pack[], options: { months?: readonly string[] } = {}): LocatedError[] {
  const faults = new Faults();
  for (const month of options.months ?? monthsOfChange(packs)) {
    const rules = compileRules(packs, { month, everything: true });
    faults.errors.push(...rules.errors);
    for (const division of new Set(packs.map((p) => p.division))) {
      const resolved = resolveParameters(packs, { division, month });
      faults.errors.push(...resolved.errors);
      checkTableOverlaps(rules, resolved, faults);
    }
  }
  const last = options.months?.at(-1) ?? monthsOfChange(packs).at(-1) ?? '2026-11';
  checkSentences(packs, last, faults);
  for (const policy of packs.flatMap((p) => p.policies)) checkClauses(policy, faults);
  checkExclusions(packs, faults);
  checkDeadExceptions(packs, last, faults);
  const read = packs[0]?.source.faults;
  const before = read?.errors.length ?? 0;
  readCases(packs, faults);
  faults.errors.push(...(read?.errors.splice(before) ?? []));
  return uniqueErrors(faults.errors);
}

function uniqueErrors(errors: readonly LocatedError[]): LocatedError[] {
  const seen = new Set<string>();
  return errors.filter((e) => {
    const key = `${e.file}:${e.line}:${e.column}:${e.code}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Months in which the law changes: where something starts, and the month after something ends. */
export function monthsOfChange(packs: readonly Pack[]): string[] {
  const days = new Set<number>();
  const add = (dated: { from?: number | undefined; until?: number | undefined }): void => {
    if (dated.from !== undefined) days.add(dated.from);
    if (dated.until !== undefined) days.add(dated.until + 1);
  };
  for (const pack of packs) {
    pack.values.forEach(add);
    for (const policy of pack.policies) {
      add(policy);
      policy.decision?.conditions.forEach(add);
      for (const variable of policy.variables) {
        variable.versions.forEach(add);
        variable.exceptions.forEach(add);
      }
    }
  }
  const months = [...days].map((day) => {
    const text = formatDate(day);
    return text.endsWith('-01') ? text.slice(0, 7) : nextMonth(text.slice(0, 7));
  });
  return [...new Set(months)].sort();
}

function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

function checkSentences(packs: readonly Pack[], month: string, faults: Faults): void {
  const { symbols } = compileRules(packs, { month });
  const known = (name: string): boolean =>
    symbols.titles.has(name) || symbols.inputs.has(name) || symbols.variables.has(name) || symbols.parameters.has(name);
  for (const policy of symbols.policies) {
    for (const condition of policy.decision?.conditions ?? []) {
      for (const key of ['yes', 'no'] as const) {
        for (const [, name = ''] of condition[key]?.matchAll(/\{([^}]+)\}/g) ?? []) {
          if (known(name)) continue;
          const near = nearestName(name, [
            ...symbols.variables.keys(),
            ...symbols.inputs.keys(),
            ...symbols.titles.keys(),
          ]);
          const at = (condition.source.get(key) ?? condition.source).at;
          faults.add(at, 'unknown-name', `句子里没有“${name}”`, near ? `是否应为“${near}”` : '请核对名称');
        }
      }
    }
  }
}

function checkClauses(policy: PolicySource, faults: Faults): void {
  const text = JSON.stringify(policy.source.toPlain());
  for (const clause of policy.clauses) {
    if (text.includes(`"cite":"${clause.id}"`) || text.includes(`"before":"${clause.id}"`)) continue;
    faults.add(
      clause.source.at,
      'clause-without-rule',
      `条文“${clause.id}”没有规则引用`,
      '请在规则的 cite 中引用，或删去条文',
    );
  }
}

function checkExclusions(packs: readonly Pack[], faults: Faults): void {
  const policies = packs.flatMap((p) => p.policies);
  const programmes = new Map(policies.flatMap((p) => (p.decision && !p.extends ? [[p.id, p.decision.scope]] : [])));
  const known = (names: Iterable<string>, id: string, what: string, at: Source): void => {
    const all = [...names];
    if (all.includes(id)) return;
    const near = nearestName(id, all);
    faults.add(at.at, 'unknown-name', `没有${what}“${id}”`, near ? `是否应为“${near}”` : '请核对名称');
  };
  for (const { between, apart, source } of packs.flatMap((p) => p.exclusions)) {
    for (const id of between) known(programmes.keys(), id, '项目', source);
    const other = between.find((id) => id !== apart) ?? '';
    if (apart !== undefined && (programmes.get(apart) !== 'person' || programmes.get(other) !== 'household'))
      faults.add(source.at, 'bad-exclusion', 'apart 应是按人的项目，另一个应按户', '请核对两个项目的 scope');
  }
  const inputs = packs.flatMap((p) => p.inputs).filter((i) => i.entity === 'person');
  const variables = policies.flatMap((p) => p.variables);
  for (const reduction of packs.flatMap((p) => p.reductions)) {
    known(programmes.keys(), reduction.programme, '项目', reduction.source);
    known(programmes.keys(), reduction.by, '项目', reduction.source);
    const names = (list: readonly { name: string }[]) => list.map((v) => v.name);
    known(names(inputs), reduction.fact, '个人输入', reduction.source);
    known(names(variables), reduction.value, '变量', reduction.source);
  }
}

/** Exceptions whose condition is a constant false, by the bounds of what it compares. */
function checkDeadExceptions(packs: readonly Pack[], month: string, faults: Faults): void {
  const { variables, symbols } = compileRules(packs, { month, everything: true });
  for (const variable of variables) {
    if (variable.definition.kind !== 'rules') continue;
    for (const exception of variable.definition.exceptions) {
      let dead = exception.when.op === 'constant' && exception.when.value === false;
      const held = variables.find(
        (v) => exception.when.op === 'reference' && v.name === exception.when.name && v.hidden,
      );
      for (const root of held ? nodesOf(held.definition) : [exception.when]) {
        walk(root, (node) => {
          if (node === root && node.op === 'compare' && impossible(node)) dead = true;
        });
      }
      const source = symbols.variables
        .get(variable.name)
        ?.flatMap((i) => i.source.exceptions)
        .find((e) => e.label === exception.label);
      if (dead && source)
        faults.add(source.source.at, 'never-fires', `例外“${exception.label}”不可能成立`, '请核对条件，或删去');
    }
  }
}

function impossible(node: { comparison: string; left: { type: unknown }; right: { type: unknown } }): boolean {
  const left = node.left.type as { kind: string; low: bigint; high: bigint };
  const right = node.right.type as { kind: string; low: bigint; high: bigint };
  if (left.kind !== 'number' || right.kind !== 'number') return false;
  switch (node.comparison) {
    case '<':
      return left.low >= right.high;
    case '<=':
      return left.low > right.high;
    case '>':
      return left.high <= right.low;
    case '>=':
      return left.high < right.low;
    case '=':
      return left.high < right.low || left.low > right.high;
    default:
      return false;
  }
}
