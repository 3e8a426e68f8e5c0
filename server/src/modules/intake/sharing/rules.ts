import { parse } from 'yaml';
import { z } from 'zod';
import { invalid } from '../../../platform/errors.ts';
import { type Bundle, oncePerBundle } from '../../../platform/packs/index.ts';

const RuleId = z.enum([
  'reply-unconditional',
  'reply-conditional',
  'reply-extension',
  'provide',
  'correction',
  'use-log',
  'guardian-age',
  'raw-retention',
  'list-retention',
  'null-jump',
  'code-jump',
  'escalate-bureau',
  'escalate-authority',
  'escalate-government',
]);
export type ExchangeRuleId = z.infer<typeof RuleId>;

const Rule = z.strictObject({
  id: RuleId,
  title: z.string().min(1),
  unit: z.enum(['working_day', 'day', 'month', 'year', 'age', 'percent']),
  /** False where the law asks for "the shortest time needed" and the pack says how long that is. */
  law: z.boolean(),
  values: z.array(z.strictObject({ from: z.iso.date(), value: z.int().min(0) })).min(1),
  cite: z.string().min(1),
  checked: z.iso.date(),
});
const RulesFile = z.strictObject({ rules: z.array(Rule).min(1) });

/** One clock or keeping time as it is on a day. */
export interface ExchangeRule {
  id: ExchangeRuleId;
  title: string;
  unit: z.infer<typeof Rule>['unit'];
  law: boolean;
  value: number;
  cite: string;
}

function readAll(bundle: Bundle): Map<ExchangeRuleId, z.infer<typeof Rule>> {
  const found = new Map<ExchangeRuleId, z.infer<typeof Rule>>();
  for (const file of bundle.under('exchange')) {
    if (!file.path.endsWith('/rules.yaml')) continue;
    const read = RulesFile.safeParse(parse(file.text));
    if (!read.success) {
      const issue = read.error.issues[0];
      throw invalid(
        'exchange-rules-invalid',
        `${file.path}：${issue?.path.map(String).join('.') ?? ''} ${issue?.message ?? ''}`,
        '请按 packs/national/exchange/rules.yaml 的写法改正',
      );
    }
    for (const rule of read.data.rules) found.set(rule.id, rule);
  }
  return found;
}

const rulesOf = oncePerBundle(readAll);

/**
 * The rule in force on a civil date; a later pack's rule replaces its parent's of the same id. Before its first date the
 * first value holds, since what was agreed earlier is measured by nothing else.
 * @throws exchange-rule-missing, exchange-rules-invalid
 */
export function exchangeRule(bundle: Bundle, id: ExchangeRuleId, date: string): ExchangeRule {
  const rule = rulesOf(bundle).get(id);
  const values = rule?.values.toSorted((a, b) => (a.from < b.from ? -1 : 1)) ?? [];
  const value = values.findLast((v) => v.from <= date) ?? values[0];
  if (!rule || !value)
    throw invalid(
      'exchange-rule-missing',
      `规则包没有数据交换规则“${id}”`,
      '请在 packs 的 exchange/rules.yaml 中补上，写明日期与依据',
    );
  const { title, unit, law, cite } = rule;
  return { id, title, unit, law, value: value.value, cite };
}
