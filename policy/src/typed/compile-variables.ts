import { reformPack } from '../model/reform-pack.ts';
import type { ExceptionSource, Formula, RuleVersion, VariableSource } from '../model/shapes.ts';
import type { Faults, Location } from '../source/located.ts';
import { lcm } from './exact.ts';
import type { Definition, Entity, Node, RuleException, ValueType, Variable } from './ir.ts';
import { largestBigint, nodesOf, walk } from './ir.ts';
import { constantNumber, hull, isNumber, truth, withDenominator } from './nodes.ts';
import { type Implementation, inForce, type Symbols } from './symbols.ts';
import {
  kindName,
  leaf,
  type Meaning,
  type Scope,
  sameType,
  TypeFault,
  typeBoolean,
  typeValue,
} from './type-formula.ts';
import { formatUnit, sameUnit } from './units.ts';

/** Largest number of persons (or obligors) of one household for which bounds are computed. */
export const largestHousehold = 100n;

/** Parameter, never unknown, that says whether a pack applies to a household's division. */
export function packFlag(pack: string): string {
  return `@in.${pack}`;
}

/** A variable that could not be compiled: already reported, so whoever needs it stays silent. */
class Broken extends Error {}

/**
 * Compiles variables on demand in the order of their dependencies; circles, unknown names, wrong units and overflow
 * are reported at their place.
 */
export class VariableCompiler {
  readonly variables: Variable[] = [];
  readonly symbols: Symbols;
  readonly faults: Faults;
  readonly period: { start: number; end: number };
  readonly #parentOf: ReadonlyMap<string, string | undefined>;
  readonly #done = new Map<string, Variable | null>();
  readonly #aggregates = new Map<string, Variable>();
  readonly #trail: string[] = [];
  #fresh = 0;

  constructor(
    symbols: Symbols,
    parentOf: ReadonlyMap<string, string | undefined>,
    period: { start: number; end: number },
    faults: Faults,
  ) {
    this.symbols = symbols;
    this.#parentOf = parentOf;
    this.period = period;
    this.faults = faults;
  }

  /** Whether `pack` is below `ancestor` (or is it) by parents. */
  isBelow(pack: string, ancestor: string): boolean {
    if (pack === reformPack) return true;
    let current: string | undefined = pack;
    for (let steps = 0; current !== undefined && steps < 30; steps++) {
      if (current === ancestor) return true;
      current = this.#parentOf.get(current);
    }
    return false;
  }

  find(name: string): Variable | undefined {
    return this.#done.get(name) ?? undefined;
  }

  /** Compiles a named variable and all it needs; undefined when it could not be (reported). */
  compile(name: string): Variable | undefined {
    const done = this.#done.get(name);
    if (done !== undefined) return done ?? undefined;
    const implementations = this.symbols.variables.get(name);
    const first = implementations?.[0]?.source;
    if (!implementations || !first) return undefined;
    if (this.#trail.includes(name)) {
      const circle = [...this.#trail.slice(this.#trail.indexOf(name)), name].join(' → ');
      first.source.fault('cycle', `变量互相依赖成环：${circle}`, '请拆开其中一个定义');
      throw new Broken();
    }
    this.#trail.push(name);
    try {
      const entity = first.of ?? 'household';
      const definition = this.#dispatch(name, entity, implementations);
      return this.#finish(name, entity, definition, false, first);
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      this.#done.set(name, null);
      return undefined;
    } finally {
      this.#trail.pop();
    }
  }

  /** The definition of a variable over all packs that define it: the national rule, then divisions as exceptions. */
  #dispatch(name: string, entity: Entity, implementations: readonly Implementation[]): Definition {
    const [base, ...changes] = implementations;
    if (!base) throw new Broken();
    if (changes.length === 0) return this.#rules(base.source, entity, undefined);
    const reform = changes.at(-1);
    if (reform?.pack === reformPack && changes.length > 1) {
      // A reform builds on what each division has: first everything else, then the reform over it.
      const before = this.#dispatch(name, entity, implementations.slice(0, -1));
      const inner = this.add({
        name: `${name}@before`,
        entity,
        type: typeOf(before),
        definition: before,
        hidden: true,
      });
      const after = this.#rules({ ...reform.source, declared: base.source.declared }, entity, inner);
      const changed = this.add({
        name: `${name}@${reformPack}`,
        entity,
        type: typeOf(after),
        definition: after,
        hidden: true,
      });
      return this.#choose(inner, [{ pack: reformPack, variable: changed }]);
    }
    const compiled: { pack: string; variable: Variable }[] = [];
    const make = (implementation: Implementation): void => {
      const { pack, source } = implementation;
      const inherited = compiled.filter((c) => this.isBelow(pack, c.pack)).at(-1)?.variable;
      const definition = this.#rules({ ...source, declared: base.source.declared }, entity, inherited);
      const variable = this.#finish(`${name}@${pack}`, entity, definition, true, source);
      if (!variable) throw new Broken();
      compiled.push({ pack, variable });
    };
    for (const implementation of implementations) make(implementation);
    const [own, ...rest] = compiled;
    if (!own) throw new Broken();
    return this.#choose(own.variable, rest);
  }

  /**
   * The base value, or that of the pack which applies to the household's division. Exceptions of the base rule stay
   * exceptions, so that a county's change takes no other county's branch away.
   */
  #choose(base: Variable, rest: readonly { pack: string; variable: Variable }[]): Definition {
    const own = base.definition.kind === 'rules' ? base.definition : { base: referenceTo(base), exceptions: [] };
    const before = own.exceptions.length;
    const nodes = [own.base, ...own.exceptions.map((e) => e.value), ...rest.map((r) => referenceTo(r.variable))];
    const den = nodes.filter(isNumber).reduce((d, v) => lcm(d, v.type.den), 1n);
    const [first = own.base, ...values] = nodes.map((v) => (isNumber(v) ? withDenominator(v, den) : v));
    const changes = rest.map((_, i) => before + i);
    const kept = own.exceptions.map((e, i) => ({
      ...e,
      value: values[i] ?? e.value,
      outrankedBy: [...e.outrankedBy, ...changes],
    }));
    const changed = rest.map((change, index): RuleException => {
      const below = rest.flatMap((o, i) => (i !== index && this.isBelow(o.pack, change.pack) ? [before + i] : []));
      const when: Node = { op: 'parameter', id: packFlag(change.pack), type: truth };
      return { label: change.pack, when, value: values[before + index] ?? first, outrankedBy: below };
    });
    return { kind: 'rules', base: first, exceptions: [...kept, ...changed] };
  }

  #rules(source: VariableSource, entity: Entity, inherited: Variable | undefined): Definition {
    const scope = this.scope(entity, inherited);
    const version = this.#version(source, inherited);
    const exceptions = source.exceptions.filter((e) => inForce(e, this.period));
    const base = version
      ? this.typed(version.formula, () => typeValue(version.formula.ast, scope, source.declared))
      : inherited && referenceTo(inherited);
    if (!base) {
      source.source.fault('no-version', `“${source.title}”在本期没有生效的公式`, '请补 versions 的日期');
      throw new Broken();
    }
    const fitted = fitZero(base, source.declared);
    if (exceptions.length === 0) return { kind: 'formula', node: fitted };
    return this.#withExceptions(source, exceptions, fitted, scope);
  }

  #version(source: VariableSource, inherited: Variable | undefined): RuleVersion | undefined {
    const active = source.versions.filter((v) => inForce(v, this.period));
    const latest = active.sort((a, b) => (b.from ?? -1e9) - (a.from ?? -1e9));
    const [first, second] = latest;
    if (first && second && first.from === second.from) {
      source.source.fault('tie', `“${source.title}”有两个版本同日生效`, '请错开日期');
    }
    return first ?? (inherited ? undefined : first);
  }

  #withExceptions(source: VariableSource, list: readonly ExceptionSource[], base: Node, scope: Scope): Definition {
    const labels = list.map((e) => e.label);
    const typed = list.map((e) => ({
      when: this.typed(e.when, () => leaf(typeBoolean(e.when.ast, scope), scope)),
      value: this.typed(e.formula, () => typeValue(e.formula.ast, scope, source.declared ?? base.type)),
    }));
    for (const exception of list) {
      for (const over of exception.over) {
        if (!labels.includes(over) && !source.exceptions.some((e) => e.label === over)) {
          exception.source.fault('unknown-label', `没有例外“${over}”`, `可用：${labels.join('、')}`);
        }
      }
    }
    const nodes = [base, ...typed.map((t) => t.value)];
    let joined = nodes[0] ?? base;
    for (const [index, node] of nodes.entries()) {
      const at = list[Math.max(0, index - 1)]?.formula;
      if (at && index > 0) joined = this.typed(at, () => sameType(at.ast, joined, node)[0]);
    }
    const unified = nodes.map((n, index) => {
      const at = list[Math.max(0, index - 1)]?.formula;
      return at ? this.typed(at, () => leaf(sameType(at.ast, n, joined)[0], scope)) : n;
    });
    const den = unified.filter(isNumber).reduce((d, v) => lcm(d, v.type.den), 1n);
    const equal = unified.map((n) => (isNumber(n) ? leaf(withDenominator(n, den), scope) : n));
    const exceptions = list.map((e, index): RuleException => {
      const part = typed[index];
      const value = equal[index + 1];
      if (!part || !value) throw new Broken();
      const outrankedBy = list.flatMap((other, i) => (other.over.includes(e.label) ? [i] : []));
      return { label: e.label, when: part.when, value, outrankedBy };
    });
    return { kind: 'rules', base: equal[0] ?? base, exceptions };
  }

  /** Runs a typing step; a fault is reported at its place in the formula's file. */
  typed<T>(formula: Formula, step: () => T): T {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof TypeFault)) throw error;
      const whole = formula.source.text === formula.text;
      const at = formula.place
        ? formula.place(error.position)
        : whole
          ? formula.source.locateIn(error.position)
          : formula.source.at;
      this.faults.add(at, error.code, error.message, error.cure);
      throw new Broken();
    }
  }

  /** As `typed`, for callers outside: undefined instead of an exception. */
  attempt(formula: Formula, step: () => Node): Node | undefined {
    try {
      return this.typed(formula, step);
    } catch (error) {
      if (error instanceof Broken) return undefined;
      throw error;
    }
  }

  #finish(
    name: string,
    entity: Entity,
    definition: Definition,
    hidden: boolean,
    source: VariableSource,
  ): Variable | undefined {
    const type = typeOf(definition);
    checkDeclared(source, type);
    this.checkOverflow(definition, source.source.at);
    return this.add({ name, entity, type, definition, hidden });
  }

  add(variable: Variable): Variable {
    this.variables.push(variable);
    this.#done.set(variable.name, variable);
    return variable;
  }

  checkOverflow(definition: Definition, at: Location): void {
    for (const root of nodesOf(definition)) {
      let reported = false;
      walk(root, (node) => {
        if (reported || !isNumber(node)) return;
        if (node.type.low < -largestBigint || node.type.high > largestBigint) {
          reported = true;
          this.faults.add(at, 'overflow', '可能超出 63 位整数', '请为输入设较小的 max，或先 round 再相乘');
        }
      });
    }
  }

  scope(entity: Entity, inherited: Variable | undefined): Scope {
    return {
      entity,
      period: this.period,
      lookup: (name) => this.#lookup(name, inherited),
      names: () => [
        ...this.symbols.titles.keys(),
        ...this.symbols.inputs.keys(),
        ...this.symbols.variables.keys(),
        ...this.symbols.parameters.keys(),
      ],
      hold: (node, owner) => referenceTo(this.#hold(node, owner)),
      aggregate: (how, over, contribution) => referenceTo(this.#aggregate(how, over, contribution)),
      within: (inner) => this.scope(inner, undefined),
    };
  }

  #lookup(written: string, inherited: Variable | undefined): Meaning | undefined {
    if ((written === 'inherited' || written === '上级规则') && inherited) {
      return { kind: 'reference', entity: inherited.entity, name: inherited.name, type: inherited.type };
    }
    const name = this.symbols.titles.get(written) ?? written;
    const input = this.symbols.inputs.get(name);
    if (input) return { kind: 'reference', entity: input.entity, name, type: input.type };
    const parameter = this.symbols.parameters.get(name);
    if (parameter) return { kind: 'parameter', id: name, type: parameter.type };
    if (!this.symbols.variables.has(name)) return undefined;
    const variable = this.compile(name);
    if (!variable) throw new Broken();
    return { kind: 'reference', entity: variable.entity, name, type: variable.type };
  }

  #hold(node: Node, entity: Entity): Variable {
    const name = `${this.#trail.at(-1) ?? 'x'}#${++this.#fresh}`;
    return this.add({ name, entity, type: node.type, definition: { kind: 'formula', node }, hidden: true });
  }

  #aggregate(how: 'sum' | 'count' | 'any' | 'all' | 'max', over: Entity, contribution: Node): Variable {
    const key = `${how} ${over} ${JSON.stringify(contribution, (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v))}`;
    const known = this.#aggregates.get(key);
    if (known) return known;
    const isLeaf = contribution.op === 'reference' && contribution.entity === over;
    const held = isLeaf ? contribution.name : this.#hold(contribution, over).name;
    const type = aggregateType(how, contribution.type);
    const variable = this.add({
      name: `${this.#trail.at(-1) ?? 'x'}#${++this.#fresh}`,
      entity: 'household',
      type,
      definition: { kind: 'aggregate', how, over, contribution: held },
      hidden: true,
    });
    this.#aggregates.set(key, variable);
    return variable;
  }
}

function aggregateType(how: 'sum' | 'count' | 'any' | 'all' | 'max', type: ValueType): ValueType {
  if (how === 'count') return { kind: 'number', unit: { person: 1 }, den: 1n, low: 0n, high: largestHousehold };
  if (how === 'sum' && type.kind === 'number') {
    const times = (n: bigint) => n * largestHousehold;
    return { ...type, low: type.low < 0n ? times(type.low) : 0n, high: type.high > 0n ? times(type.high) : 0n };
  }
  if (how === 'max' && type.kind === 'number') return { ...type, low: 0n };
  return type;
}

export function referenceTo(variable: Variable): Node {
  return { op: 'reference', entity: variable.entity, name: variable.name, type: variable.type };
}

function typeOf(definition: Definition): ValueType {
  if (definition.kind === 'formula') return definition.node.type;
  if (definition.kind === 'aggregate') return truth;
  const nodes = [definition.base, ...definition.exceptions.map((e) => e.value)];
  const { type } = definition.base;
  return type.kind === 'number' ? { ...type, ...hull(nodes.filter(isNumber).map((n) => n.type)) } : type;
}

/** A bare 0 takes the declared unit. */
function fitZero(node: Node, declared: ValueType | undefined): Node {
  const zero =
    node.op === 'constant' && node.value === 0n && isNumber(node) && Object.keys(node.type.unit).length === 0;
  return zero && declared?.kind === 'number' ? constantNumber(0n, { unit: declared.unit, den: 1n }) : node;
}

/** What the author declared must be what the formula gives. */
function checkDeclared(source: VariableSource, type: ValueType): void {
  const declared = source.declared;
  if (!declared) return;
  if (declared.kind !== type.kind) {
    source.source.fault(
      'type',
      `“${source.title}”声明为${kindName(declared)}，公式为${kindName(type)}`,
      '请改声明或公式',
    );
    return;
  }
  if (declared.kind !== 'number' || type.kind !== 'number') return;
  const zero = type.low === 0n && type.high === 0n;
  if (!sameUnit(declared.unit, type.unit) && !zero) {
    const [a, b] = [formatUnit(declared.unit, 'zh'), formatUnit(type.unit, 'zh')];
    source.source.fault('unit', `“${source.title}”声明单位 ${a}，公式得 ${b}`, '请改单位，或在公式中换算');
  }
}
