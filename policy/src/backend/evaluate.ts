import type { CompiledPolicies, Programme } from '../compile.ts';
import type { ResolvedParameters } from '../model/resolve-parameters.ts';
import { packFlag } from '../typed/compile-variables.ts';
import { type Entity, isSafe, type Scalar, type ValueType, type Variable } from '../typed/ir.ts';
import { fit, fitted, nodeStep, type Row, type Step, slotOf, type Value } from './javascript.ts';
import { type MaskContext, maskStep, rulesMask } from './missing.ts';
import { assignSlots, type Slots } from './slots.ts';

/** Facts in inner form: money in fen, quantities scaled, dates as days since 1970-01-01; absent or null is unknown. */
export type Facts = Readonly<Record<string, Scalar | null | undefined>>;

/** A family as the engine takes it; `id`s come back in the decisions. */
export interface Family {
  id: string;
  division: string;
  household: Facts;
  persons: readonly { id: string; facts: Facts }[];
  obligors?: readonly { id: string; facts: Facts }[];
}

export type Outcome = 'eligible' | 'ineligible' | 'undetermined';

export interface Decision {
  household: string;
  /** Null for household scope. */
  person: string | null;
  programme: string;
  outcome: Outcome;
  /** Fen for the programme's period; null unless eligible; 0 for recognition alone. */
  amountFen: bigint | null;
  /** Names of inputs and parameters that would be needed, sorted; empty unless undetermined. */
  missing: string[];
  /** Codes of the conditions: all when eligible, the failed ones when ineligible, none when undetermined. */
  reasons: string[];
  /** Label of the exception that gave the amount, `base`, or null when not eligible or unknown. */
  branch: string | null;
}

/** One value of an evaluation, for explanations and cases. */
export interface Evaluation {
  decisions: Decision[];
  /** Values by variable name; numbers are n of n/den, see the variable's type. */
  household: ReadonlyMap<string, Scalar | null>;
  persons: { id: string; values: ReadonlyMap<string, Scalar | null> }[];
  obligors: { id: string; values: ReadonlyMap<string, Scalar | null> }[];
  /** Label of the rule that gave each variable with exceptions, by entity row. */
  branches: { entity: Entity; id: string; variable: string; branch: string | null }[];
  /** Variables in which two unranked exceptions fired with different results: an error of the policy. */
  conflicts: string[];
  /** Facts outside their bounds or code list; they counted as unknown. */
  faults: { entity: Entity; id: string; input: string }[];
}

interface Table {
  id: string;
  row: Row;
  masks: bigint[];
}

interface Run {
  parameters: Row;
  household: Table;
  person: Table[];
  obligor: Table[];
  branches: Evaluation['branches'];
  conflicts: Set<string>;
  faults: Evaluation['faults'];
}

type VariableRunner = { variable: Variable; values: (run: Run) => void; masks: (run: Run) => void };

/** The JavaScript backend of compiled rules: made once, then run for one family at a time. */
export class Evaluator {
  readonly rules: CompiledPolicies;
  readonly slots: Slots;
  readonly #runners: VariableRunner[];
  readonly #shown: Record<Entity, { name: string; slot: number; number: boolean }[]>;

  constructor(rules: CompiledPolicies) {
    this.rules = rules;
    this.slots = assignSlots(rules);
    const numbers = new Set(rules.variables.filter((v) => v.type.kind === 'number').map((v) => v.name));
    for (const input of rules.symbols.inputs.values()) if (input.type.kind === 'number') numbers.add(input.name);
    const shown = (entity: Entity) =>
      [...this.slots.rows[entity]].map(([name, slot]) => ({ name, slot, number: numbers.has(name) }));
    this.#shown = { household: shown('household'), person: shown('person'), obligor: shown('obligor') };
    this.#runners = rules.variables.map((variable) => makeRunner(variable, rules, this.slots));
  }

  /** Parameters of one division and month as a row; also the flags of the packs that apply. */
  parameterRow(resolved: ResolvedParameters): Row {
    const row: Row = [];
    const byId = new Map(resolved.parameters.map((p) => [p.id, p]));
    for (const [id, slot] of this.slots.parameters) {
      const parameter = byId.get(id);
      row[slot] = id.startsWith('@')
        ? resolved.chain.some((pack) => packFlag(pack) === id)
        : (parameter?.value ?? null);
      const type = parameter?.type;
      if (type?.kind === 'number') row[slot] = fit(row[slot] ?? null, !isSafe(type));
    }
    return row;
  }

  /** Decides every programme for one family. */
  evaluate(family: Family, parameters: Row): Evaluation {
    const run: Run = {
      parameters,
      household: { id: family.id, row: [], masks: [] },
      person: [],
      obligor: [],
      branches: [],
      conflicts: new Set(),
      faults: [],
    };
    run.household.row = this.#facts('household', family.id, family.household, run);
    run.person = family.persons.map((p) => ({ id: p.id, row: this.#facts('person', p.id, p.facts, run), masks: [] }));
    run.obligor = (family.obligors ?? []).map((o) => ({
      id: o.id,
      row: this.#facts('obligor', o.id, o.facts, run),
      masks: [],
    }));
    for (const runner of this.#runners) runner.values(run);
    const decisions = this.rules.programmes.flatMap((p) => this.#decide(p, run));
    if (decisions.some((d) => d.outcome === 'undetermined')) {
      for (const runner of this.#runners) runner.masks(run);
      for (const decision of decisions) this.#explainMissing(decision, run);
    }
    return {
      decisions,
      household: this.#values('household', run.household),
      persons: run.person.map((t) => ({ id: t.id, values: this.#values('person', t) })),
      obligors: run.obligor.map((t) => ({ id: t.id, values: this.#values('obligor', t) })),
      branches: run.branches,
      conflicts: [...run.conflicts].sort(),
      faults: run.faults,
    };
  }

  #facts(entity: Entity, id: string, facts: Facts, run: Run): Row {
    const row: Row = [];
    for (const [name, slot] of this.slots.rows[entity]) {
      const input = this.rules.symbols.inputs.get(name);
      if (!input) {
        row[slot] = null;
        continue;
      }
      const given = facts[name] ?? null;
      const value = given === null ? null : accept(given, input.type);
      if (given !== null && value === null) run.faults.push({ entity, id, input: name });
      row[slot] = value;
    }
    return row;
  }

  #decide(programme: Programme, run: Run): Decision[] {
    const tables = programme.scope === 'household' ? [run.household] : run.person;
    const read = (name: string, table: Table): Value =>
      table.row[slotOf(this.slots.rows[programme.scope], name)] ?? null;
    return tables.flatMap((table) => {
      if (programme.applies && read(programme.applies, table) === false) return [];
      const values = programme.conditions.map((c) => read(c.variable, table));
      const amount = programme.amount ? read(programme.amount, table) : 0;
      const applies = programme.applies ? read(programme.applies, table) : true;
      const failed = programme.conditions.filter((_, i) => values[i] === false).map((c) => c.code);
      const whole = applies === true && values.every((v) => v === true) && amount !== null;
      const outcome: Outcome = failed.length > 0 ? 'ineligible' : whole ? 'eligible' : 'undetermined';
      return {
        household: run.household.id,
        person: programme.scope === 'person' ? table.id : null,
        programme: programme.id,
        outcome,
        amountFen: outcome === 'eligible' && typeof amount !== 'string' ? BigInt(amount ?? 0) : null,
        missing: [],
        reasons:
          outcome === 'eligible' ? programme.conditions.map((c) => c.code) : outcome === 'ineligible' ? failed : [],
        branch: outcome === 'eligible' && programme.branchOf ? branchOf(run, programme, table) : null,
      };
    });
  }

  #explainMissing(decision: Decision, run: Run): void {
    if (decision.outcome !== 'undetermined') return;
    const programme = this.rules.programmes.find((p) => p.id === decision.programme);
    const table = decision.person === null ? run.household : run.person.find((t) => t.id === decision.person);
    if (!programme || !table) return;
    const names = [...programme.conditions.map((c) => c.variable), ...(programme.amount ? [programme.amount] : [])];
    if (programme.applies) names.push(programme.applies);
    let mask = 0n;
    for (const name of names) mask |= table.masks[slotOf(this.slots.rows[programme.scope], name)] ?? 0n;
    decision.missing = this.slots.missing.filter((_, bit) => (mask >> BigInt(bit)) & 1n).sort();
  }

  #values(entity: Entity, table: Table): Map<string, Scalar | null> {
    const out = new Map<string, Scalar | null>();
    for (const { name, slot, number } of this.#shown[entity]) {
      const value = table.row[slot] ?? null;
      out.set(name, number && typeof value === 'number' ? BigInt(value) : value);
    }
    return out;
  }
}

function branchOf(run: Run, programme: Programme, table: Table): string | null {
  const found = run.branches.find(
    (b) =>
      b.variable === programme.branchOf &&
      (b.entity === 'household' || (b.entity === programme.scope && b.id === table.id)),
  );
  return found ? found.branch : 'base';
}

/** The fact in the form of its type, or null when it is outside the bounds or the code list. */
function accept(given: Scalar, type: ValueType): Value {
  switch (type.kind) {
    case 'boolean':
      return typeof given === 'boolean' ? given : null;
    case 'enum':
      return typeof given === 'string' && Object.hasOwn(type.values, given) ? given : null;
    case 'date':
      return typeof given === 'number' && Number.isInteger(given) ? given : null;
    case 'number': {
      if (typeof given === 'number' ? !Number.isSafeInteger(given) : typeof given !== 'bigint') return null;
      const whole = BigInt(given as number | bigint);
      return whole < type.low || whole > type.high ? null : fit(whole, !isSafe(type));
    }
  }
}

function makeRunner(variable: Variable, rules: CompiledPolicies, slots: Slots): VariableRunner {
  const { definition, entity } = variable;
  if (definition.kind === 'aggregate') return aggregateRunner(variable, slots, rules);
  const slot = slotOf(slots.rows[entity], variable.name);
  const each = (run: Run, visit: (table: Table) => void): void => {
    if (entity === 'household') visit(run.household);
    else for (const table of run[entity]) visit(table);
  };
  const context = (run: Run, table: Table): MaskContext => ({
    household: run.household.row,
    own: table.row,
    parameters: run.parameters,
    householdMasks: run.household.masks,
    ownMasks: table.masks,
  });
  if (definition.kind === 'formula') {
    const step = fitted(definition.node, variable.type, (n) => nodeStep(n, rules, slots));
    const mask = maskStep(definition.node, rules, slots);
    return {
      variable,
      values: (run) =>
        each(run, (t) => {
          t.row[slot] = step(run.household.row, t.row, run.parameters);
        }),
      masks: (run) =>
        each(run, (t) => {
          t.masks[slot] = t.row[slot] === null ? mask(context(run, t)) : 0n;
        }),
    };
  }
  const make = (n: Parameters<typeof nodeStep>[0]): Step => nodeStep(n, rules, slots);
  const whens = definition.exceptions.map((e) => make(e.when));
  const values = definition.exceptions.map((e) => fitted(e.value, variable.type, make));
  const base = fitted(definition.base, variable.type, make);
  const mask = rulesMask(definition, rules, slots);
  const liveness = (run: Run, table: Table): { fired: Value[]; live: boolean[]; baseLive: boolean } => {
    const fired = whens.map((w) => w(run.household.row, table.row, run.parameters));
    const live = definition.exceptions.map(
      (e, i) => fired[i] !== false && !e.outrankedBy.some((j) => fired[j] === true),
    );
    return { fired, live, baseLive: !fired.includes(true) };
  };
  const compute = (run: Run, table: Table): void => {
    const { fired, live, baseLive } = liveness(run, table);
    const at = (step: Step | undefined): Value => step?.(run.household.row, table.row, run.parameters) ?? null;
    let value: Value | undefined = baseLive ? at(base) : undefined;
    let agreed = value !== null;
    let certain: Value | undefined;
    let label: string | null = fired.every((f) => f === false) ? 'base' : null;
    for (const [i, exception] of definition.exceptions.entries()) {
      if (!live[i]) continue;
      const candidate = at(values[i]);
      if (candidate === null || (value !== undefined && candidate !== value)) agreed = false;
      value ??= candidate;
      if (fired[i] !== true) continue;
      if (certain !== undefined && certain !== null && candidate !== null && certain !== candidate)
        run.conflicts.add(variable.name);
      certain ??= candidate;
      label ??= exception.label;
    }
    table.row[slot] = agreed ? (value ?? null) : null;
    run.branches.push({ entity, id: table.id, variable: variable.name, branch: label });
  };
  return {
    variable,
    values: (run) => each(run, (t) => compute(run, t)),
    masks: (run) =>
      each(run, (t) => {
        const { live, baseLive } = liveness(run, t);
        t.masks[slot] = t.row[slot] === null ? mask(context(run, t), live, baseLive) : 0n;
      }),
  };
}

function aggregateRunner(variable: Variable, slots: Slots, rules: CompiledPolicies): VariableRunner {
  const definition = variable.definition;
  if (definition.kind !== 'aggregate') throw new RangeError('not an aggregate');
  const { how, over, contribution } = definition;
  const slot = slotOf(slots.rows.household, variable.name);
  const source = slotOf(slots.rows[over], contribution);
  const tables = (run: Run): Table[] =>
    over === 'person' ? run.person : over === 'obligor' ? run.obligor : [run.household];
  const bit = rules.symbols.inputs.has(contribution) ? slots.bits.get(contribution) : undefined;
  const big = !isSafe(variable.type);
  const compute = (values: Value[]): Value => {
    if (how === 'any' || how === 'all') {
      const decisive = how === 'any';
      if (values.includes(decisive)) return decisive;
      return values.includes(null) ? null : !decisive;
    }
    if (values.includes(null)) return null;
    if (how === 'count') return values.filter((v) => v === true).length;
    if (how === 'max') return values.reduce<Value>((a, b) => ((a as number) >= (b as number) ? a : b), big ? 0n : 0);
    if (big) return values.reduce<bigint>((a, b) => a + BigInt(b as number | bigint), 0n);
    return values.reduce<number>((a, b) => a + Number(b), 0);
  };
  return {
    variable,
    values: (run) => {
      run.household.row[slot] = compute(tables(run).map((t) => t.row[source] ?? null));
    },
    masks: (run) => {
      let mask = 0n;
      if (run.household.row[slot] === null) {
        for (const t of tables(run)) {
          mask |= bit === undefined ? (t.masks[source] ?? 0n) : t.row[source] === null ? 1n << BigInt(bit) : 0n;
        }
      }
      run.household.masks[slot] = mask;
    },
  };
}
