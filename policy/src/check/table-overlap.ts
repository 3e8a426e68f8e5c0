import type { CompiledPolicies } from '../compile.ts';
import type { ResolvedParameters } from '../model/resolve-parameters.ts';
import type { Faults } from '../source/located.ts';
import type { Node, RuleException, Variable } from '../typed/ir.ts';

/** A bound n/d of a number, open or closed. */
interface Bound {
  n: bigint;
  d: bigint;
  open: boolean;
}

/** What a row asks of one subject: an interval of numbers, or a set of codes. */
interface Box {
  low?: Bound;
  high?: Bound;
  codes?: Set<string>;
}

/**
 * Rows of a decision table that overlap and give different results, seen before any family meets them: each row is a box
 * of intervals and code sets (after arXiv 1603.07466), with the parameters of one division put in.
 */
export function checkTableOverlaps(rules: CompiledPolicies, resolved: ResolvedParameters, faults: Faults): void {
  const values = new Map(resolved.parameters.map((p) => [p.id, p.value]));
  for (const variable of rules.variables) {
    if (variable.definition.kind !== 'rules') continue;
    const rows = variable.definition.exceptions.filter((e) => /^row-\d+$/.test(e.label));
    const boxes = rows.map((row) => boxesOf(held(row.when, rules), values));
    for (const [i, first] of rows.entries()) {
      for (const [j, second] of rows.entries()) {
        const [a, b] = [boxes[i], boxes[j]];
        if (i >= j || !a || !b || !intersect(a, b) || sameResult(first, second, rules)) continue;
        report(variable, second, first, rules, resolved, faults);
      }
    }
  }
}

function report(
  variable: Variable,
  row: RuleException,
  other: RuleException,
  rules: CompiledPolicies,
  resolved: ResolvedParameters,
  faults: Faults,
): void {
  const name = variable.name.replace(/@.*$/, '');
  const pack = /@(.*)$/.exec(variable.name)?.[1];
  const list = rules.symbols.variables.get(name) ?? [];
  const source = list
    .filter((i) => pack === undefined || i.pack === pack)
    .flatMap((i) => i.source.exceptions)
    .find((e) => e.label === row.label);
  if (!source || (pack !== undefined && !resolved.chain.includes(pack))) return;
  const at = `第${row.label.slice(4)}行与第${other.label.slice(4)}行`;
  faults.add(
    source.source.at,
    'table-overlap',
    `决策表${at}重叠而结果不同（按 ${resolved.division} 的参数）`,
    '请改区间使各行不相交',
  );
}

function sameResult(a: RuleException, b: RuleException, rules: CompiledPolicies): boolean {
  const text = (node: Node): string => JSON.stringify(node, (_, v: unknown) => (typeof v === 'bigint' ? `${v}` : v));
  return text(held(a.value, rules)) === text(held(b.value, rules));
}

/** The formula behind a hidden variable. */
function held(node: Node, rules: CompiledPolicies): Node {
  if (node.op !== 'reference') return node;
  const variable = rules.variables.find((v) => v.name === node.name && v.hidden);
  return variable?.definition.kind === 'formula' ? variable.definition.node : node;
}

/** The box of a row, or undefined when it asks something that is no interval or code set. */
function boxesOf(node: Node, values: ReadonlyMap<string, unknown>): Map<string, Box> | undefined {
  const out = new Map<string, Box>();
  const put = (part: Node): boolean => {
    if (part.op === 'and') return put(part.left) && put(part.right);
    if (part.op === 'constant') return part.value === true;
    if (part.op === 'oneOf') return narrow(out, part.operand, { codes: new Set(part.values) });
    if (part.op !== 'compare') return false;
    if (part.left.type.kind === 'enum' && part.comparison === '=' && part.right.op === 'constant') {
      return narrow(out, part.left, { codes: new Set([String(part.right.value)]) });
    }
    const scaled = part.left.op === 'multiply' && part.left.right.op === 'constant' ? part.left : undefined;
    const subject = scaled ? scaled.left : part.left;
    const factor = scaled?.right.op === 'constant' ? BigInt(scaled.right.value as bigint) : 1n;
    const n = numberOf(part.right, values);
    if (n === undefined || subject.type.kind !== 'number') return false;
    const bound = (open: boolean): Bound => ({ n, d: factor, open });
    switch (part.comparison) {
      case '<':
      case '<=':
        return narrow(out, subject, { high: bound(part.comparison === '<') });
      case '>':
      case '>=':
        return narrow(out, subject, { low: bound(part.comparison === '>') });
      case '=':
        return narrow(out, subject, { low: bound(false), high: bound(false) });
      default:
        return false;
    }
  };
  return put(node) ? out : undefined;
}

function numberOf(node: Node, values: ReadonlyMap<string, unknown>): bigint | undefined {
  if (node.op === 'constant') return typeof node.value === 'bigint' ? node.value : undefined;
  if (node.op === 'parameter') {
    const value = values.get(node.id);
    return typeof value === 'bigint' ? value : undefined;
  }
  if (node.op !== 'multiply') return undefined;
  const [a, b] = [numberOf(node.left, values), numberOf(node.right, values)];
  return a === undefined || b === undefined ? undefined : a * b;
}

function narrow(boxes: Map<string, Box>, subject: Node, more: Box): boolean {
  const key = JSON.stringify(subject, (k, v: unknown) =>
    k === 'type' ? undefined : typeof v === 'bigint' ? `${v}` : v,
  );
  const box = boxes.get(key) ?? {};
  if (more.codes) box.codes = box.codes ? new Set([...box.codes].filter((c) => more.codes?.has(c))) : more.codes;
  if (more.low && (!box.low || compare(more.low, box.low) > 0)) box.low = more.low;
  if (more.high && (!box.high || compare(more.high, box.high) < 0)) box.high = more.high;
  boxes.set(key, box);
  return true;
}

function compare(a: Bound, b: Bound): number {
  const [x, y] = [a.n * b.d, b.n * a.d];
  return x < y ? -1 : x > y ? 1 : 0;
}

function intersect(a: ReadonlyMap<string, Box>, b: ReadonlyMap<string, Box>): boolean {
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    const [x, y] = [a.get(key) ?? {}, b.get(key) ?? {}];
    const low = !x.low || (y.low && compare(y.low, x.low) > 0) ? y.low : x.low;
    const high = !x.high || (y.high && compare(y.high, x.high) < 0) ? y.high : x.high;
    if (low && high) {
      const order = compare(low, high);
      const open = [x.low, y.low, x.high, y.high].some((e) => e?.open && compare(e, low) === 0);
      if (order > 0 || (order === 0 && open)) return false;
    }
    if (x.codes && y.codes && ![...x.codes].some((c) => y.codes?.has(c))) return false;
    if (x.codes?.size === 0 || y.codes?.size === 0) return false;
  }
  return true;
}
