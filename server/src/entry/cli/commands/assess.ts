import { readFile } from 'node:fs/promises';
import { type Assessment, assess, type Family, type Pack, readFamily } from '@doudi/policy';
import { invalid, usage } from '../../../platform/errors.ts';
import { decideInSql } from '../../policy/families-sql.ts';
import { orThrow, policyPacks } from '../../policy/packs.ts';
import type { Output } from '../output.ts';

interface Options {
  input: string;
  at: string;
  packs?: string[];
  set?: string[];
  engine: 'sql' | 'js';
}

/** `programme.parameter=value` as given to `--set`. */
export function settings(set: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    set.map((text) => {
      const at = text.indexOf('=');
      if (at < 1)
        throw usage(
          'set-form',
          `--set 要写成 参数=值；收到的是 ${text}`,
          '例如 --set subsistence.standard=680.00；参数名见 doudi policy parameters',
        );
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

/**
 * Families from a JSON file: one family, or an array of them. A family without id is named by its place.
 * @throws input-missing, input-json, family-faults (each fault with its place and its cure)
 */
export async function readFamilies(path: string, packs: readonly Pack[]): Promise<Family[]> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw invalid('input-missing', `读不到文件：${path}`, '请检查 --input 的路径');
  });
  let given: unknown;
  try {
    given = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    // The parser's message may quote the file, and with it a person: only the place is told.
    const place = error instanceof Error ? /line \d+ column \d+/.exec(error.message)?.[0] : undefined;
    const why = place ? `（${place}）` : '';
    throw invalid('input-json', `${path} 不是 JSON${why}`, '写成一个家庭或家庭的数组；结构见 doudi schema household');
  }
  const list = Array.isArray(given) ? given : [given];
  const faults: string[] = [];
  const families = list.flatMap((json, i) => {
    const read = readFamily(json, packs);
    const where = list.length > 1 ? `第 ${i + 1} 个家庭 ` : '';
    faults.push(...read.faults.map((f) => `${where}${f.path}：${f.message}（${f.cure}）`));
    if (!read.family) return [];
    return [list.length > 1 && !hasId(json) ? { ...read.family, id: String(i + 1) } : read.family];
  });
  if (faults.length > 0) {
    const shown = faults.slice(0, 20);
    if (faults.length > shown.length) shown.push(`……共 ${faults.length} 处`);
    throw invalid('family-faults', shown.join('\n'), '请按提示修改；结构见 doudi schema household');
  }
  return families;
}

function hasId(json: unknown): boolean {
  return typeof json === 'object' && json !== null && ('id' in json || 'household_id' in json);
}

/** `doudi assess`: families decided without a database, by either backend. */
export async function command(options: Options, out: Output): Promise<number> {
  const { packs, errors, bundle } = policyPacks(options.packs);
  orThrow(errors);
  const families = await readFamilies(options.input, packs);
  const answer = await assess(packs, families, {
    at: options.at,
    set: settings(options.set),
    bundleHash: bundle.hash,
    ...(options.engine === 'sql'
      ? { decide: (plan, all, parameters) => decideInSql(packs, plan, all, parameters) }
      : {}),
  });
  orThrow(answer.errors);
  out.result(answer.assessments, answer.assessments.map((a) => told(a, titles(packs))).join('\n'));
  return 0;
}

const outcomes = { eligible: '符合', ineligible: '不符合', undetermined: '待定' } as const;

function titles(packs: readonly Pack[]): ReadonlyMap<string, string> {
  const policies = packs.flatMap((p) => p.policies).filter((p) => !p.extends && p.decision);
  return new Map(policies.map((p) => [p.id, p.title]));
}

/** One answer as a person reads it in the terminal. */
function told(a: Assessment, title: ReadonlyMap<string, string>): string {
  const paid = a.amount !== null && Number(a.amount) > 0 ? ` ${a.amount} 元/${a.period === 'month' ? '月' : '次'}` : '';
  const head = `${a.household}${a.person ? `/${a.person}` : ''} ${title.get(a.programme) ?? a.programme}：${outcomes[a.outcome]}${paid}`;
  const lines = a.reasons.map((r) => `    ${r.text}${r.cite ? `（${r.cite}）` : ''}`);
  if (a.missing.length > 0) lines.push(`    还缺：${a.missing.join('、')}`);
  for (const other of a.alternatives)
    lines.push(
      `    ${a.chosen ? '优于' : '不能同时享受'}：${title.get(other.programme) ?? other.programme} ${other.amount} 元（${other.cite}）`,
    );
  return [`${head}${a.chosen ? ' ✓' : ''}`, ...lines].join('\n');
}
