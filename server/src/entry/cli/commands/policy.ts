import {
  checkPacks,
  compilePolicies,
  explain,
  formatLocatedError,
  nearestName,
  resolveParameters,
  testPolicies,
  treeText,
} from '@doudi/policy';
import { usage } from '../../../platform/errors.ts';
import { decideInSql } from '../../policy/families-sql.ts';
import { orThrow, policyPacks } from '../../policy/packs.ts';
import type { Output } from '../output.ts';
import { readFamilies, settings } from './assess.ts';

interface Options {
  packs?: string[];
  division?: string;
  at?: string;
  input?: string;
  programme?: string;
  set?: string[];
}

type Command = (options: Options, out: Output) => Promise<number>;

/** `doudi policy check`: every fault that can be seen before running, failing cases too, as file:line:column: message. */
const check: Command = async (options, out) => {
  const { packs, errors } = policyPacks(options.packs, true);
  const found = [...errors, ...(errors.length === 0 ? checkPacks(packs) : [])];
  // A file cut off between two lines is whole in form; the cases beside the rules tell.
  if (found.length === 0) {
    const { failed } = await testPolicies(packs);
    found.push(
      ...failed.map(({ file, line, column, case: name, expected, actual }) => ({
        ...{ file, line, column, code: 'case-fails' },
        message: `案例“${name}”应为 ${expected}，得到 ${actual}`,
        cure: '请核对规则、参数与案例',
      })),
    );
  }
  out.result(
    { ok: found.length === 0, errors: found },
    found.length === 0 ? '没有发现问题' : found.map(formatLocatedError).join('\n'),
  );
  return found.length === 0 ? 0 : 1;
};

/** `doudi policy test`: the cases beside the policies, on both backends. */
const test: Command = async (options, out) => {
  const { packs, errors } = policyPacks(options.packs, true);
  orThrow(errors);
  const report = await testPolicies(packs, {
    runSql: (plan, cases) =>
      decideInSql(
        packs,
        plan,
        cases.map((c) => c.family),
        cases.map((c) => c.parameters),
      ),
  });
  const broken = report.failed.length + report.errors.length;
  const lines = [
    ...report.errors.map(formatLocatedError),
    ...report.failed.map(
      (f) => `${f.file}:${f.line}:${f.column}: ${f.case}［${f.backend}］应为 ${f.expected}，得到 ${f.actual}`,
    ),
  ];
  out.result(report, `${lines.join('\n')}${lines.length > 0 ? '\n' : ''}${report.passed} / ${report.cases} 个案例通过`);
  return broken === 0 ? 0 : 1;
};

/** `doudi policy programmes`: the fixed ids, whatever the date. */
const programmes: Command = async (options, out) => {
  const { packs, errors } = policyPacks(options.packs);
  orThrow(errors);
  const policies = packs.flatMap((p) => p.policies).filter((p) => !p.extends);
  const list = policies.flatMap(({ id, title, en, decision }) =>
    decision ? [{ id, title, en, scope: decision.scope, period: decision.period }] : [],
  );
  out.result(list, list.map((p) => `${p.id.padEnd(22)} ${p.title}`).join('\n'));
  return 0;
};

/** `doudi policy parameters --division CODE --at DATE`: each value with its source. */
const parameters: Command = async (options, out) => {
  const { packs, errors } = policyPacks(options.packs);
  orThrow(errors);
  const { division, at } = required(options);
  const resolved = resolveParameters(packs, { division, month: at.slice(0, 7), set: settings(options.set) });
  orThrow(resolved.errors);
  const rows = resolved.parameters.map(({ value: _inner, ...shown }) => shown);
  out.result(
    JSON.parse(JSON.stringify(rows, (_key, value) => (typeof value === 'bigint' ? String(value) : value))),
    rows
      .map(
        (p) =>
          `${p.id.padEnd(40)} ${(p.text ?? '（未公布）').padStart(12)}  ${p.cite}${p.borrowedFrom ? `  借自 ${p.borrowedFrom}` : ''}`,
      )
      .join('\n'),
  );
  return 0;
};

/** `doudi policy explain --input FAMILY --at DATE [--programme ID]`: why, as a tree and as sentences. */
const explanation: Command = async (options, out) => {
  const { packs, errors } = policyPacks(options.packs);
  orThrow(errors);
  if (!options.input || !options.at)
    throw usage('explain-usage', '缺 --input 或 --at', '例如 doudi policy explain --input family.json --at 2026-11-01');
  const families = await readFamilies(options.input, packs);
  const plan = compilePolicies(packs, { month: options.at.slice(0, 7) });
  orThrow(plan.errors);
  const known = plan.programmes.map((p) => p.id);
  if (options.programme && !known.includes(options.programme)) {
    const near = nearestName(options.programme, known);
    throw usage(
      'programme-unknown',
      `没有项目“${options.programme}”`,
      near ? `是否应为“${near}”` : `可写的是 ${known.join('、')}`,
    );
  }
  const told = families.flatMap((family) => {
    const resolved = plan.resolve(family.division, settings(options.set));
    orThrow(resolved.errors);
    const evaluation = plan.evaluate(family, { parameters: resolved });
    return evaluation.decisions
      .filter((d) => !options.programme || d.programme === options.programme)
      .map((d) => ({ decision: d, explanation: explain(plan, family, evaluation, d, resolved) }));
  });
  out.result(
    JSON.parse(JSON.stringify(told, (_key, value) => (typeof value === 'bigint' ? String(value) : value))),
    told.map(({ explanation: e }) => `${e.zh.join('\n')}\n${treeText(e.tree)}`).join('\n\n'),
  );
  return 0;
};

function required(options: Options): { division: string; at: string } {
  if (options.division && options.at) return { division: options.division, at: options.at };
  throw usage(
    'parameters-usage',
    '缺 --division 或 --at',
    '例如 doudi policy parameters --division 321324 --at 2026-11-01',
  );
}

const COMMANDS: Record<string, Command> = { check, test, programmes, parameters, explain: explanation };

/** `doudi policy …`: what a policy author needs; no database. */
export async function command(options: Options, out: Output, args: string[]): Promise<number> {
  const chosen = COMMANDS[args[0] ?? ''];
  if (!chosen)
    throw usage('policy-unknown', `没有 doudi policy ${args[0] ?? ''}`, `可写的是 ${Object.keys(COMMANDS).join('、')}`);
  return chosen(options, out);
}
