import type { RoundingMode } from '../typed/exact.ts';
import { formatDate } from '../typed/exact.ts';
import type { Node, Scalar, ValueType } from '../typed/ir.ts';

/** What differs between SQL engines. Everything else is BIGINT, BOOLEAN, DATE, STRING, CASE and integer division. */
export interface SqlDialect {
  quote(name: string): string;
  /** A working table with the rows of a query, written out: an engine that only notes the query would work it out again. */
  tableAs(name: string, query: string): string;
  /** An empty working table. */
  table(name: string, columns: readonly string[]): string;
  /** An expression that stops the run. */
  stop(message: string): string;
  integerDivide(a: string, b: string): string;
  daysBetween(later: string, earlier: string): string;
  part(part: 'year' | 'month' | 'day', date: string): string;
  /** A list of the texts whose condition holds, in order. */
  textList(items: readonly { when: string | undefined; text: string }[]): string;
  emptyList: string;
  /** Every column but these. */
  allBut(columns: readonly string[]): string;
}

export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Up to this many conditions every combination of texts is written out: twice as fast as filtering a list. */
const mostCombinations = 4;

function combinationsSql(items: readonly { when: string | undefined; text: string }[]): string {
  const bits = items.map((item, i) => `CASE WHEN ${item.when} THEN ${2 ** i} ELSE 0 END`).join(' + ');
  const branches: string[] = [];
  for (let mask = 1; mask < 2 ** items.length; mask++) {
    const texts = items.filter((_, i) => Math.floor(mask / 2 ** i) % 2 === 1).map((item) => sqlText(item.text));
    branches.push(`WHEN ${mask} THEN [${texts.join(', ')}]`);
  }
  return `CASE (${bits}) ${branches.join(' ')} ELSE CAST([] AS VARCHAR[]) END`;
}

export const duckdb: SqlDialect = {
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  tableAs: (name, query) => `CREATE TEMP TABLE ${name} AS ${query}`,
  table: (name, columns) => `CREATE TEMP TABLE ${name} (${columns.join(', ')})`,
  stop: (message) => `error(${sqlText(message)})`,
  integerDivide: (a, b) => `(${a} // ${b})`,
  daysBetween: (later, earlier) => `CAST(${later} - ${earlier} AS BIGINT)`,
  part: (part, date) => `CAST(${part}(${date}) AS BIGINT)`,
  textList: (items) => {
    if (items.every((i) => i.when === undefined)) return `[${items.map((i) => sqlText(i.text)).join(', ')}]::VARCHAR[]`;
    if (items.length <= mostCombinations && items.every((i) => i.when !== undefined)) return combinationsSql(items);
    const cells = items.map((i) =>
      i.when === undefined ? sqlText(i.text) : `CASE WHEN ${i.when} THEN ${sqlText(i.text)} END`,
    );
    return `list_filter([${cells.join(', ')}], lambda x: x IS NOT NULL)`;
  },
  emptyList: 'CAST([] AS VARCHAR[])',
  allBut: (columns) => `* EXCLUDE (${columns.join(', ')})`,
};

export const spark: SqlDialect = {
  quote: (name) => `\`${name.replaceAll('`', '``')}\``,
  // Spark has no temporary tables; a cached view would be worked out again when an executor is lost.
  tableAs: (name, query) => `CREATE TABLE ${name} USING parquet AS ${query}`,
  table: (name, columns) => `CREATE TABLE ${name} (${columns.join(', ')}) USING parquet`,
  stop: (message) => `raise_error(${sqlText(message)})`,
  integerDivide: (a, b) => `(${a} div ${b})`,
  daysBetween: (later, earlier) => `CAST(datediff(${later}, ${earlier}) AS BIGINT)`,
  part: (part, date) => `CAST(${part}(${date}) AS BIGINT)`,
  textList: (items) => {
    const cells = items.map((i) =>
      i.when === undefined ? sqlText(i.text) : `CASE WHEN ${i.when} THEN ${sqlText(i.text)} END`,
    );
    return `filter(array(${cells.join(', ')}), x -> x IS NOT NULL)`;
  },
  emptyList: 'CAST(array() AS ARRAY<STRING>)',
  allBut: (columns) => `* EXCEPT (${columns.join(', ')})`,
};

export function sqlConstant(value: Scalar | null, type: ValueType): string {
  if (value === null) return `CAST(NULL AS ${sqlType(type)})`;
  switch (type.kind) {
    case 'boolean':
      return value === true ? 'TRUE' : 'FALSE';
    case 'date':
      return `DATE '${formatDate(Number(value))}'`;
    case 'enum':
      return sqlText(String(value));
    case 'number':
      return `CAST(${value} AS BIGINT)`;
  }
}

export function sqlType(type: ValueType): string {
  return { boolean: 'BOOLEAN', date: 'DATE', enum: 'STRING', number: 'BIGINT' }[type.kind];
}

const comparisons = { '=': '=', '!=': '<>', '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const;

/** As comparisons joined by OR: DuckDB turns a longer IN list into a hash join, which costs more than all the rest. */
export function oneOfSql(operand: string, values: readonly string[]): string {
  return `(${values.map((v) => `${operand} = ${sqlText(v)}`).join(' OR ')})`;
}

/**
 * The SQL text of a node. Branches of `if` and both sides of `max` and `min` are columns or constants (the compiler
 * holds them), so the text stays linear in the formula.
 * @param column is called for every reference and parameter, and returns its SQL
 */
export function nodeSql(node: Node, dialect: SqlDialect, column: (name: string) => string): string {
  const make = (n: Node): string => nodeSql(n, dialect, column);
  switch (node.op) {
    case 'constant':
      return sqlConstant(node.value, node.type);
    case 'parameter':
      return column(node.id);
    case 'reference':
      return column(node.name);
    case 'add':
      return `(${make(node.left)} + ${make(node.right)})`;
    case 'subtract':
      return `(${make(node.left)} - ${make(node.right)})`;
    case 'multiply':
      return `(${make(node.left)} * ${make(node.right)})`;
    case 'max':
    case 'min': {
      const [a, b, sign] = [make(node.left), make(node.right), node.op === 'max' ? '>' : '<'];
      return `CASE WHEN ${a} ${sign}= ${b} THEN ${a} WHEN ${b} ${sign} ${a} THEN ${b} END`;
    }
    case 'compare':
      return `(${make(node.left)} ${comparisons[node.comparison]} ${make(node.right)})`;
    case 'and':
    case 'or':
      return `(${make(node.left)} ${node.op.toUpperCase()} ${make(node.right)})`;
    case 'not':
      return `(NOT ${make(node.operand)})`;
    case 'oneOf':
      return oneOfSql(make(node.operand), node.values);
    case 'if': {
      const [c, a, b] = [make(node.condition), make(node.chosen), make(node.otherwise)];
      return `CASE WHEN ${c} THEN ${a} WHEN NOT ${c} THEN ${b} WHEN ${a} = ${b} THEN ${a} END`;
    }
    case 'divide':
      return divideSql(make(node.numerator), make(node.denominator), node.mode, dialect);
    case 'years': {
      const part = (p: 'year' | 'month' | 'day', n: Node) => dialect.part(p, make(n));
      const order = (n: Node) => `${part('month', n)} * 100 + ${part('day', n)}`;
      const { left, right } = node;
      return `(${part('year', right)} - ${part('year', left)} - CASE WHEN ${order(right)} < ${order(left)} THEN 1 ELSE 0 END)`;
    }
    case 'months': {
      const part = (p: 'year' | 'month', n: Node) => dialect.part(p, make(n));
      const count = (n: Node) => `${part('year', n)} * 12 + ${part('month', n)}`;
      return `(${count(node.right)} - (${count(node.left)}))`;
    }
    case 'days':
      return dialect.daysBetween(make(node.left), make(node.right));
  }
}

function divideSql(n: string, d: string, mode: RoundingMode, dialect: SqlDialect): string {
  const quotient = dialect.integerDivide(n, d);
  const rest = `(${n} % ${d})`;
  const size = `ABS(${n} % ${d})`;
  const away = `CASE WHEN ${n} < 0 THEN -1 ELSE 1 END`;
  switch (mode) {
    case 'down':
      return quotient;
    case 'up':
      return `(${quotient} + CASE WHEN ${rest} <> 0 THEN ${away} ELSE 0 END)`;
    case 'floor':
      return `(${quotient} - CASE WHEN ${rest} < 0 THEN 1 ELSE 0 END)`;
    case 'ceiling':
      return `(${quotient} + CASE WHEN ${rest} > 0 THEN 1 ELSE 0 END)`;
    case 'half_up':
      return `(${quotient} + CASE WHEN ${size} >= ${d} - ${size} THEN ${away} ELSE 0 END)`;
    case 'half_even':
      return `(${quotient} + CASE WHEN ${size} > ${d} - ${size} OR (${size} = ${d} - ${size} AND ${quotient} % 2 <> 0) THEN ${away} ELSE 0 END)`;
  }
}
