import { z } from 'zod';

/** What a column is compared with: a number, or one that a parameter, threshold, column or the period gives. */
export const Operand = z.union([
  z.number().int(),
  z.strictObject({
    /** A parameter of the policies, by its name (money in fen). */
    parameter: z.string().optional(),
    /** A threshold of the signals, by its name (money in fen). */
    threshold: z.string().optional(),
    column: z.string().optional(),
    period: z.enum(['first', 'last']).optional(),
    /** Civil date, or civil date moved by months when `period` is given. */
    date: z.iso.date().optional(),
    months: z.number().int().optional(),
    number: z.number().int().optional(),
    /** Exact factor [numerator, denominator]; compared by cross-multiplication. */
    times: z.tuple([z.number().int().positive(), z.number().int().positive()]).optional(),
    /** A column by which the operand is multiplied, e.g. the number of members. */
    per: z.string().optional(),
  }),
]);
export type Operand = z.infer<typeof Operand>;

const Test = z.strictObject({
  column: z.string(),
  equals: z.union([z.string(), z.number().int(), z.boolean()]).optional(),
  in: z
    .array(z.union([z.string(), z.number().int()]))
    .min(1)
    .optional(),
  empty: z.boolean().optional(),
  above: Operand.optional(),
  at_least: Operand.optional(),
  below: Operand.optional(),
  at_most: Operand.optional(),
  before: Operand.optional(),
  on_or_before: Operand.optional(),
  after: Operand.optional(),
  on_or_after: Operand.optional(),
});
export type Test = z.infer<typeof Test>;

export type Condition = { all: Condition[] } | { any: Condition[] } | { not: Condition } | Test;

/** The small expression form of the signals: tests on columns, joined by all, any and not. An unknown value never fulfils a test. */
export const Condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(Condition).min(1) }),
    z.strictObject({ any: z.array(Condition).min(1) }),
    z.strictObject({ not: Condition }),
    Test,
  ]),
) as z.ZodType<Condition>;

/** Where names of a condition lead: SQL text of a column, parameter or threshold, or undefined when there is none. */
export interface Names {
  column(name: string): string | undefined;
  limit(kind: 'parameter' | 'threshold', name: string): string | undefined;
  period: { first: string; last: string };
}

/** Raised for a condition that names what is not there; the reader adds the file. */
export class ConditionError extends Error {}

const orders: { [name: string]: string } = {
  above: '>',
  at_least: '>=',
  below: '<',
  at_most: '<=',
  before: '<',
  on_or_before: '<=',
  after: '>',
  on_or_after: '>=',
};

/**
 * The condition as portable SQL text that is TRUE or FALSE, never NULL: integers only, no division.
 * @throws ConditionError when a column, parameter or threshold does not exist
 */
export function conditionSql(condition: Condition, names: Names): string {
  if ('all' in condition) return `(${condition.all.map((c) => conditionSql(c, names)).join(' and ')})`;
  if ('any' in condition) return `(${condition.any.map((c) => conditionSql(c, names)).join(' or ')})`;
  if ('not' in condition) return `(not ${conditionSql(condition.not, names)})`;
  const left = found(names.column(condition.column), `没有这一列：${condition.column}`);
  const parts: string[] = [];
  if (condition.equals !== undefined) parts.push(`${left} = ${literalSql(condition.equals)}`);
  if (condition.in) parts.push(`${left} in (${condition.in.map(literalSql).join(', ')})`);
  if (condition.empty !== undefined) parts.push(`${left} is ${condition.empty ? '' : 'not '}null`);
  for (const [name, sign] of Object.entries(orders)) {
    const operand = condition[name as 'above'];
    if (operand === undefined) continue;
    const { sql, denominator } = operandSql(operand, names);
    parts.push(`${denominator === 1 ? left : `${left} * ${denominator}`} ${sign} ${sql}`);
  }
  if (parts.length === 0) throw new ConditionError(`条件没有比较：${condition.column}`);
  return `coalesce(${parts.join(' and ')}, false)`;
}

/** An operand as SQL, with the denominator by which the other side is multiplied. */
export function operandSql(operand: Operand, names: Names): { sql: string; denominator: number } {
  if (typeof operand === 'number') return { sql: String(operand), denominator: 1 };
  let sql: string | undefined;
  if (operand.parameter) sql = found(names.limit('parameter', operand.parameter), `没有这个参数：${operand.parameter}`);
  else if (operand.threshold)
    sql = found(names.limit('threshold', operand.threshold), `没有这个阈值：${operand.threshold}`);
  else if (operand.column) sql = found(names.column(operand.column), `没有这一列：${operand.column}`);
  else if (operand.date) sql = `date '${operand.date}'`;
  else if (operand.period) sql = `date '${movedDate(names.period[operand.period], operand.months ?? 0)}'`;
  else if (operand.number !== undefined) sql = String(operand.number);
  if (sql === undefined) throw new ConditionError('比较的另一边是空的');
  if (operand.per) sql = `${sql} * ${found(names.column(operand.per), `没有这一列：${operand.per}`)}`;
  const [numerator, denominator] = operand.times ?? [1, 1];
  return { sql: numerator === 1 ? sql : `${sql} * ${numerator}`, denominator };
}

function found(sql: string | undefined, message: string): string {
  if (sql === undefined) throw new ConditionError(message);
  return sql;
}

/** A value of a pack as an SQL literal. */
export const literalSql = (value: string | number | boolean): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);

/** The same day some months later; a day that the month does not have becomes its last. */
export function movedDate(date: string, months: number): string {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  const index = year * 12 + month - 1 + months;
  const last = new Date(Date.UTC(Math.floor(index / 12), (index % 12) + 1, 0)).getUTCDate();
  const text = (n: number, width: number) => String(n).padStart(width, '0');
  return `${text(Math.floor(index / 12), 4)}-${text((index % 12) + 1, 2)}-${text(Math.min(day, last), 2)}`;
}
