import { parse } from 'yaml';
import { z } from 'zod';
import { invalid } from '../../../platform/errors.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import type { FeedContract } from '../../intake/index.ts';

const FactSpec = z.strictObject({
  feed: z.string(),
  kind: z.string().regex(/^[a-z][a-z0-9_]*$/),
  title: z.string().optional(),
  value: z.string(),
  as_of: z.string().optional(),
  sum: z.string().optional(),
  by: z.string().optional(),
  outside: z.string().optional(),
  when: z.record(z.string(), z.array(z.string())).optional(),
});

/** A fact of the portrait as a pack declares it, with its title settled and its columns checked against the contract. */
export interface FactPlan {
  feed: string;
  kind: string;
  title: string;
  /** SQL of the value's text over the columns of one accepted row (or of one person's sum). */
  valueSql: string;
  asOf: string | null;
  /** SQL of the reason why the fact takes its person out of the assessed family, or NULL. */
  outsideSql: string;
  /** Σ of a money column over twelve months by a date column. */
  sum: { column: string; by: string } | null;
}

const Vocabulary = z.object({ inputs: z.array(z.object({ name: z.string(), title: z.string() })) });

/**
 * The facts that packs/<pack>/portraits declare for feeds that have a contract.
 * @throws portrait-fact with the file and what in it is wrong
 */
export function factPlans(bundle: Bundle, contracts: readonly FeedContract[]): FactPlan[] {
  const titles = new Map<string, string>();
  for (const file of bundle.under('vocabulary'))
    for (const input of Vocabulary.parse(parse(file.text)).inputs) titles.set(input.name, input.title);
  const plans: FactPlan[] = [];
  for (const file of bundle.under('portraits')) {
    const read = z.strictObject({ facts: z.array(FactSpec) }).safeParse(parse(file.text));
    if (!read.success)
      throw invalid(
        'portrait-fact',
        `画像文件 ${file.path}：${read.error.issues[0]?.path.join('.')} ${read.error.issues[0]?.message}`,
        '请按 packs/national/portraits/facts.yaml 的写法修改',
      );
    for (const spec of read.data.facts) {
      const contract = contracts.find((c) => c.id === spec.feed);
      if (!contract) continue;
      const title = spec.title ?? titles.get(spec.kind);
      if (!title)
        throw invalid(
          'portrait-fact',
          `画像文件 ${file.path}：${spec.kind} 没有名称`,
          '请写 title，或改用词汇表中的名称',
        );
      for (const column of [spec.as_of, spec.sum, spec.by]) if (column) columnOf(contract, column, file.path);
      if ((spec.sum === undefined) !== (spec.by === undefined))
        throw invalid('portrait-fact', `画像文件 ${file.path}：${spec.kind} 的 sum 与 by 须同时给出`, '请补上缺的一项');
      plans.push({
        feed: spec.feed,
        kind: spec.kind,
        title,
        valueSql: templateSql(spec.value, contract, file.path),
        asOf: spec.as_of ?? null,
        outsideSql: outsideSql(spec, contract, file.path),
        sum: spec.sum && spec.by ? { column: spec.sum, by: spec.by } : null,
      });
    }
  }
  return plans;
}

/** Columns of the accepted file that a plan reads. */
export function columnsRead(plan: FactPlan): string[] {
  const named = [...`${plan.valueSql} ${plan.outsideSql}`.matchAll(/"([a-z][a-z0-9_]*)"/g)].map((m) => m[1] as string);
  return [...new Set([...named, plan.asOf, plan.sum?.column, plan.sum?.by])].filter(
    (name): name is string => typeof name === 'string' && name !== 'fact_rows',
  );
}

/** SQL that writes a template: parts outside brackets always, a part in brackets only when all its columns are there. */
function templateSql(template: string, contract: FeedContract, path: string): string {
  const parts = template.split(/(\[[^\]]*\])/).filter((part) => part !== '');
  return parts
    .map((part) => {
      const optional = part.startsWith('[');
      const pieces = (optional ? part.slice(1, -1) : part).split(/(\{[^}]*\})/).filter((piece) => piece !== '');
      const cells = pieces.map((piece) => {
        if (!piece.startsWith('{')) return literal(piece);
        const cell = cellSql(piece.slice(1, -1), contract, path);
        return optional ? cell : `coalesce(${cell}, '—')`;
      });
      return optional ? `coalesce(${cells.join(' || ')}, '')` : cells.join(' || ');
    })
    .join(' || ');
}

function outsideSql(spec: z.infer<typeof FactSpec>, contract: FeedContract, path: string): string {
  if (!spec.outside) return 'NULL';
  const held = Object.entries(spec.when ?? {}).map(([name, codes]) => {
    const column = columnOf(contract, name, path);
    const unknown = codes.find((code) => column.codes && !Object.values(column.codes).includes(code));
    if (unknown)
      throw invalid(
        'portrait-fact',
        `画像文件 ${path}：${contract.id} 的 ${name} 没有代码 ${unknown}`,
        '请改用该列 codes 中的代码',
      );
    return codes.length === 0 ? `"${name}" IS NULL` : `"${name}" IN (${codes.map(literal).join(', ')})`;
  });
  return `CASE WHEN ${['true', ...held].join(' AND ')} THEN ${literal(spec.outside)} END`;
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

function columnOf(contract: FeedContract, name: string, path: string) {
  const column = contract.columns.find((c) => c.name === name);
  if (!column || column.identity)
    throw invalid(
      'portrait-fact',
      `画像文件 ${path}：${contract.id} 没有可用的列 ${name}`,
      '请改用该数据契约中不属于身份信息的列',
    );
  return column;
}

function cellSql(name: string, contract: FeedContract, path: string): string {
  if (name === 'rows') return '"fact_rows"::VARCHAR';
  const column = columnOf(contract, name, path);
  const cell = `"${name}"`;
  switch (column.type) {
    case 'money':
      return hundredths(cell, true);
    case 'area':
    case 'rate':
      return hundredths(cell, false);
    case 'code': {
      // The first spelling of each code in the contract is the word that is shown.
      const words = new Map<string, string>();
      for (const [word, code] of Object.entries(column.codes ?? {})) if (!words.has(code)) words.set(code, word);
      const arms = [...words].map(([code, word]) => `WHEN ${literal(code)} THEN ${literal(word)}`);
      return `CASE ${cell} ${arms.join(' ')} ELSE ${cell} END`;
    }
    default:
      return `${cell}::VARCHAR`;
  }
}

/** SQL that writes a BIGINT of hundredths as a decimal, exactly: money always with two places, measures as short as they are. */
function hundredths(cell: string, money: boolean): string {
  const sign = `CASE WHEN ${cell} < 0 THEN '-' ELSE '' END`;
  const whole = `(abs(${cell}) // 100)::VARCHAR`;
  const rest = `lpad((abs(${cell}) % 100)::VARCHAR, 2, '0')`;
  if (money) return `(${sign} || ${whole} || '.' || ${rest})`;
  return `(${sign} || ${whole} || CASE WHEN ${cell} % 100 = 0 THEN '' ELSE '.' || rtrim(${rest}, '0') END)`;
}
