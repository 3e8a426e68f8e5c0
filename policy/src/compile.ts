import { citeInForce } from './model/read-policy.ts';
import type { Clause, ConditionSource, Formula, Pack, PolicySource } from './model/shapes.ts';
import { Faults, type LocatedError } from './source/located.ts';
import { packFlag, referenceTo, VariableCompiler } from './typed/compile-variables.ts';
import { monthBounds } from './typed/exact.ts';
import type { Node, Variable } from './typed/ir.ts';
import { constantBoolean, constantNumber, hull, isNumber, truth } from './typed/nodes.ts';
import { gatherSymbols, inForce, type Symbols } from './typed/symbols.ts';
import { leaf, typeBoolean, typeNumber } from './typed/type-formula.ts';
import { isMoney } from './typed/units.ts';

/** One condition of a programme; `variable` holds its truth. */
export interface ProgrammeCondition {
  code: string;
  title: string;
  en: string;
  cite: string;
  yes: string | undefined;
  no: string | undefined;
  variable: string;
  /** How divisions word the condition that they changed, by pack. */
  local: { pack: string; title: string; cite: string; yes: string | undefined; no: string | undefined }[];
}

/** A programme ready to run: eligible when every condition is true; `amount` then says how much. */
export interface Programme {
  id: string;
  title: string;
  short: string;
  en: string;
  scope: 'person' | 'household';
  period: 'month' | 'once';
  pack: string;
  conditions: ProgrammeCondition[];
  /** Variable that says whom the programme is about; without it everyone. */
  applies: string | undefined;
  /** Variable with the amount in fen; without it recognition alone, paid 0. */
  amount: string | undefined;
  /** The named variable that the amount is, when the amount is just that; its rule gives the decision's branch. */
  branchOf: string | undefined;
}

/** Typed and ordered rules of one month, from which both backends are made. */
export interface CompiledPolicies {
  month: string;
  period: { start: number; end: number };
  packs: readonly Pack[];
  symbols: Symbols;
  /** In the order of dependencies. */
  variables: Variable[];
  programmes: Programme[];
  errors: LocatedError[];
}

/**
 * Compiles the policies of packs for one month.
 * @param options.month YYYY-MM: versions, exceptions and programmes in force on its first day
 * @param options.programmes only these (default: all); other variables are then left out
 * @param options.everything also compile variables that no programme needs, to check them
 */
export function compileRules(
  packs: readonly Pack[],
  options: { month: string; programmes?: readonly string[]; everything?: boolean },
): CompiledPolicies {
  const faults = new Faults();
  const period = monthBounds(options.month) ?? { start: 0, end: 0 };
  if (!monthBounds(options.month)) {
    faults.add({ file: '', line: 1, column: 1 }, 'bad-month', `“${options.month}”不是月份`, '请写成 YYYY-MM');
  }
  const before = new Map(packs.map((p) => [p.source.faults, p.source.faults.errors.length]));
  const symbols = gatherSymbols(packs, period);
  const compiler = new VariableCompiler(symbols, new Map(packs.map((p) => [p.id, p.parent])), period, faults);
  const programmes: Programme[] = [];
  for (const policy of symbols.policies) {
    if (policy.extends || !policy.decision) continue;
    if (options.programmes && !options.programmes.includes(policy.id)) continue;
    const changes = symbols.policies.filter((p) => p.extends && p.id === policy.id);
    programmes.push(compileProgramme(policy, changes, compiler));
  }
  // What a combination needs: shares of which only the difference is paid.
  const decides = (id: string): boolean => programmes.some((p) => p.id === id);
  for (const { programme, by, value } of packs.flatMap((p) => p.reductions)) {
    if (decides(programme) && decides(by)) compiler.compile(value);
  }
  if (options.everything) for (const name of symbols.variables.keys()) compiler.compile(name);
  for (const [collected, count] of before) faults.errors.push(...collected.errors.splice(count));
  const errors = unique(faults.errors);
  return { month: options.month, period, packs, symbols, variables: compiler.variables, programmes, errors };
}

function unique(errors: readonly LocatedError[]): LocatedError[] {
  const seen = new Set<string>();
  return errors.filter((e) => {
    const key = `${e.file}:${e.line}:${e.column}:${e.code}:${e.message}`;
    return !seen.has(key) && seen.add(key);
  });
}

function compileProgramme(
  policy: PolicySource,
  changes: readonly PolicySource[],
  compiler: VariableCompiler,
): Programme {
  const decision = policy.decision;
  const scope = decision?.scope ?? 'household';
  const conditions: ProgrammeCondition[] = [];
  const codes = new Map<string, { pack: string; clauses: readonly Clause[]; condition: ConditionSource }[]>();
  for (const source of [policy, ...changes]) {
    for (const condition of source.decision?.conditions ?? []) {
      if (!inForce(condition, compiler.period)) continue;
      const list = codes.get(condition.code) ?? [];
      if (list.some((c) => c.pack === source.pack))
        condition.source.fault('duplicate', `条件“${condition.code}”重复`, '请改名');
      list.push({ pack: source.pack, clauses: source.clauses, condition });
      codes.set(condition.code, list);
    }
  }
  for (const [code, list] of codes) {
    const head = list[0]?.condition;
    if (!head) continue;
    const own = list.map((c) => ({ pack: c.pack, formula: c.condition.when }));
    const name = `${policy.id}:${code}`;
    const ground = own[0]?.pack === policy.pack ? undefined : constantBoolean(true);
    const made = overlay(compiler, name, scope, own, ground, (f, s) => typeBoolean(f.ast, s));
    if (made) {
      const { title, en, yes, no } = head;
      const start = compiler.period.start;
      const cite = citeInForce(list[0]?.clauses ?? [], head.cite, start);
      const local = list.slice(1).map(({ pack, clauses, condition: own }) => ({
        pack,
        title: own.title === code ? title : own.title,
        cite: own.cite === '' ? cite : citeInForce(clauses, own.cite, start),
        // The general sentence may not be true of a changed rule: without one of its own, the title is said.
        yes: own.yes,
        no: own.no,
      }));
      conditions.push({ code, title, en, cite, yes, no, variable: name, local });
    }
  }
  const local = compiler.symbols.policies.includes(policy) && policy.pack !== 'national';
  return {
    id: policy.id,
    title: policy.title,
    short: policy.short,
    en: policy.en,
    scope,
    period: decision?.period ?? 'month',
    pack: policy.pack,
    conditions,
    applies: compileApplies(policy, changes, scope, local, compiler),
    ...compileAmount(policy, changes, scope, compiler),
  };
}

function compileApplies(
  policy: PolicySource,
  changes: readonly PolicySource[],
  scope: 'person' | 'household',
  local: boolean,
  compiler: VariableCompiler,
): string | undefined {
  const formulas = [policy, ...changes].flatMap((p) =>
    p.decision?.applies ? [{ pack: p.pack, formula: p.decision.applies }] : [],
  );
  const name = `${policy.id}:applies`;
  const made =
    formulas.length > 0 && overlay(compiler, name, scope, formulas, undefined, (f, s) => typeBoolean(f.ast, s));
  if (!local) return made ? name : undefined;
  const flag: Node = { op: 'parameter', id: packFlag(policy.pack), type: truth };
  const inner = made ? referenceTo(made) : undefined;
  const node: Node = inner ? { op: 'and', left: flag, right: inner, type: truth } : flag;
  compiler.add({
    name: `${policy.id}:offered`,
    entity: scope,
    type: truth,
    definition: { kind: 'formula', node },
    hidden: true,
  });
  return `${policy.id}:offered`;
}

function compileAmount(
  policy: PolicySource,
  changes: readonly PolicySource[],
  scope: 'person' | 'household',
  compiler: VariableCompiler,
): { amount: string | undefined; branchOf: string | undefined } {
  const formulas = [policy, ...changes].flatMap((p) =>
    p.decision?.amount ? [{ pack: p.pack, formula: p.decision.amount }] : [],
  );
  if (formulas.length === 0) return { amount: undefined, branchOf: undefined };
  const name = `${policy.id}:amount`;
  const ground =
    formulas[0]?.pack === policy.pack ? undefined : constantNumber(0n, { unit: { yuan: 1, month: -1 }, den: 1n });
  const unit = policy.decision?.period === 'once' ? '元' : '元/月';
  const made = overlay(compiler, name, scope, formulas, ground, (f, s) => typeNumber(f.ast, s));
  if (!made) return { amount: undefined, branchOf: undefined };
  const at = formulas[0]?.formula.source;
  if (made.type.kind === 'number') {
    const { unit: dimension, den } = made.type;
    const monthly = policy.decision?.period === 'once' ? (dimension.month ?? 0) === 0 : dimension.month === -1;
    const shape =
      isMoney(dimension) && monthly && Object.keys(dimension).length === (policy.decision?.period === 'once' ? 1 : 2);
    if (!shape) at?.fault('unit', `金额的单位应为 ${unit}`, '请在公式中换算（乘以人数、按月）');
    if (den !== 1n) at?.fault('inexact', '金额不足一分的部分会丢失', '请写 round(…, 2, 方式)');
  }
  const first = formulas[0]?.formula.ast;
  const branchOf = first?.kind === 'name' ? (compiler.symbols.titles.get(first.name) ?? first.name) : undefined;
  return { amount: name, branchOf };
}

/** A programme's formula with the changes that divisions made to it, as one variable. */
function overlay(
  compiler: VariableCompiler,
  name: string,
  scope: 'person' | 'household',
  formulas: readonly { pack: string; formula: Formula }[],
  ground: Node | undefined,
  type: (formula: Formula, scope: ReturnType<VariableCompiler['scope']>) => Node,
): Variable | undefined {
  const surroundings = compiler.scope(scope, undefined);
  const single = formulas.length === 1 && ground === undefined;
  const typed = formulas.map(({ pack, formula }) => {
    const node = compiler.attempt(formula, () =>
      single ? type(formula, surroundings) : leaf(type(formula, surroundings), surroundings),
    );
    return node && { pack, node };
  });
  if (typed.some((t) => t === undefined)) return undefined;
  const whole = typed.flatMap((t) => (t ? [t] : []));
  const base = ground ?? whole[0]?.node;
  if (!base) return undefined;
  const rest = ground ? whole : whole.slice(1);
  const at = formulas[0]?.formula.source.at;
  if (rest.length === 0) {
    const definition = { kind: 'formula' as const, node: base };
    if (at) compiler.checkOverflow(definition, at);
    return compiler.add({ name, entity: scope, type: base.type, definition, hidden: true });
  }
  const exceptions = rest.map((change, index) => ({
    label: change.pack,
    when: { op: 'parameter', id: packFlag(change.pack), type: truth } as Node,
    value: change.node,
    outrankedBy: rest.flatMap((o, i) => (i !== index && compiler.isBelow(o.pack, change.pack) ? [i] : [])),
  }));
  const bounds = hull([base, ...rest.map((r) => r.node)].filter(isNumber).map((n) => n.type));
  const joined = isNumber(base) ? { ...base.type, ...bounds } : base.type;
  return compiler.add({
    name,
    entity: scope,
    type: joined,
    definition: { kind: 'rules', base, exceptions },
    hidden: true,
  });
}
