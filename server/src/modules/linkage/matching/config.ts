import { parseDocument } from 'yaml';
import { z } from 'zod';
import { invalid } from '../../../platform/errors.ts';
import { type Field, KINDS, type PreparedAs } from './fields/field.ts';

const Columns = z.union([z.string(), z.array(z.string()).min(1)]);
const Sided = z.union([z.string(), z.strictObject({ left: z.string(), right: z.string() })]);

const Configuration = z.strictObject({
  /** The column copied to the output and never compared; absent: the number of the row, from 1. */
  id: Sided.optional(),
  assignment: z.enum(['one-to-one', 'many']).default('one-to-one'),
  seed: z.int().min(0).default(1),
  fields: z
    .array(
      z.strictObject({
        kind: z.enum(KINDS),
        /** The column, when both files call it the same; several columns hold several values of one field. */
        column: Columns.optional(),
        left: Columns.optional(),
        right: Columns.optional(),
        /** Characters between the values of one cell. */
        separators: z.string().default(''),
        order: z.enum(['ymd', 'dmy', 'mdy']).default('ymd'),
      }),
    )
    .min(1),
});

/** What is linked with what, as the configuration says. */
export interface LinkPlan {
  id: { left: string | null; right: string | null };
  assignment: 'one-to-one' | 'many';
  seed: number;
  fields: readonly Field[];
}

/**
 * Reads a configuration.
 * @param text YAML @param file its name, for messages
 * @throws link-config naming the place in the file
 */
export function readPlan(text: string, file: string): LinkPlan {
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error)
    throw invalid(
      'link-config',
      `${file} 不是有效的 YAML：${error.message.split('\n')[0]}`,
      '按提示的行列修改，或用 doudi link init 重新生成',
    );
  const read = Configuration.safeParse(document.toJS());
  if (!read.success) {
    const issue = read.error.issues[0];
    throw invalid(
      'link-config',
      `${file} 的 ${issue?.path.join('.') || '开头'}：${issue?.message ?? '格式不对'}`,
      `字段的 kind 只能是 ${KINDS.join('、')}；写法见 docs/linkage`,
    );
  }
  const { id, assignment, seed } = read.data;
  const fields: Field[] = [];
  const used = new Map<string, number>();
  for (const [i, given] of read.data.fields.entries()) {
    const left = listOf(given.left ?? given.column);
    const right = listOf(given.right ?? given.column);
    if (left.length === 0)
      throw invalid(
        'link-config',
        `${file} 的 fields.${i}：没有写是哪一列`,
        '写 column: 列名，两边不同名时写 left 与 right',
      );
    for (const preparedAs of waysOf(given.kind)) {
      const base = preparedAs.replaceAll('-', '_');
      const n = (used.get(base) ?? 0) + 1;
      used.set(base, n);
      const { kind, separators, order: dateOrder } = given;
      fields.push({ name: n === 1 ? base : `${base}${n}`, kind, preparedAs, left, right, separators, dateOrder });
    }
  }
  const sided = typeof id === 'string' ? { left: id, right: id } : (id ?? { left: null, right: null });
  for (const side of ['left', 'right'] as const) {
    const compared = fields.some((f) => sided[side] !== null && f[side].includes(sided[side]));
    if (compared)
      throw invalid(
        'link-config',
        `${file}：id 列 ${sided[side]} 也写在 fields 里`,
        'id 只抄到结果，不参加比对；请从 fields 中删去',
      );
  }
  return { id: sided, assignment, seed, fields };
}

const listOf = (columns: string | string[] | undefined): string[] =>
  columns === undefined ? [] : typeof columns === 'string' ? [columns] : columns;

const waysOf = (kind: (typeof KINDS)[number]): PreparedAs[] =>
  kind === 'full-name' ? ['full-given', 'full-surname'] : [kind];
