import { readFile } from 'node:fs/promises';
import { assess, readFamily } from '@doudi/policy';
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

/** `doudi assess`: families decided without a database, by either backend. */
export async function command(options: Options, out: Output): Promise<number> {
  const { packs, errors, bundle } = policyPacks(options.packs);
  orThrow(errors);
  const text = await readFile(options.input, 'utf8').catch(() => {
    throw invalid('input-missing', `读不到文件：${options.input}`, '请检查 --input 的路径');
  });
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw invalid(
      'input-json',
      `${options.input} 不是 JSON`,
      '写成一个家庭或家庭的数组；结构见 doudi schema household',
    );
  }
  const families = (Array.isArray(given) ? given : [given]).map((json, i) => {
    const { family, faults } = readFamily(json, packs);
    if (!family || faults.length > 0) {
      throw invalid(
        'family-faults',
        faults.map((f) => `第 ${i + 1} 个家庭 ${f.path}：${f.message}`).join('\n'),
        '请按提示修改；结构见 doudi schema household',
      );
    }
    return family.id === '' ? { ...family, id: String(i + 1) } : family;
  });
  const answer = await assess(packs, families, {
    at: options.at,
    set: settings(options.set),
    bundleHash: bundle.hash,
    ...(options.engine === 'sql'
      ? { decide: (plan, all, parameters) => decideInSql(packs, plan, all, parameters) }
      : {}),
  });
  orThrow(answer.errors);
  out.result(
    answer.assessments,
    answer.assessments
      .map(
        (a) =>
          `${a.household}${a.person ? `/${a.person}` : ''} ${a.title} ${a.outcome}${a.amount ? ` ${a.amount} 元/${a.period === 'month' ? '月' : '次'}` : ''}${a.chosen ? ' ✓' : ''}\n${a.reasons.map((r) => `    ${r.text}（${r.cite}）`).join('\n')}${a.missing.length > 0 ? `\n    还缺：${a.missing.join('、')}` : ''}`,
      )
      .join('\n'),
  );
  return 0;
}
