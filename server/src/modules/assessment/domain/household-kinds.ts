import { compilePolicies, formatLocatedError, type Plan, readPacks } from '@doudi/policy';
import { parse } from 'yaml';
import { z } from 'zod';
import { invalid } from '../../../platform/errors.ts';
import type { Bundle } from '../../../platform/packs/index.ts';

/** One kind of household by which results are counted; the first that holds is the household's. */
export interface HouseholdKind {
  id: string;
  title: string;
  en: string;
}

/** Households of which none holds, or nothing is known. */
export const OTHER_KIND: HouseholdKind = { id: 'other', title: '其他', en: 'Other' };

const Kinds = z.strictObject({
  kinds: z.array(z.strictObject({ id: z.string(), title: z.string(), en: z.string(), when: z.string() })).min(1),
});

const PROGRAMME = 'household-kinds';

/**
 * The kinds as assessment/household-kinds.yaml of the most specific pack says, compiled as the conditions of a programme
 * that pays nothing, over the rules given; the column of a kind in the plan's household relation is `columnOf(kind)`.
 */
export function householdKinds(
  bundle: Bundle,
  rules: Plan,
): { kinds: HouseholdKind[]; plan: Plan; columnOf: (kind: HouseholdKind) => string } {
  const file = bundle.under('assessment').findLast((f) => f.path.endsWith('/household-kinds.yaml'));
  const read = Kinds.safeParse(file ? parse(file.text) : undefined);
  if (!file || !read.success)
    throw invalid(
      'household-kinds-invalid',
      '规则包没有写明家庭类型',
      '可参照 packs/national/assessment/household-kinds.yaml',
    );
  const { kinds } = read.data;
  const [root = ''] = file.path.split('/');
  const head = bundle.files.filter((f) => f.path === `${root}/pack.yaml`);
  const conditions = kinds.map(({ id, title, en, when }) => ({ code: id, title, en, when, cite: '' }));
  const policy = {
    id: PROGRAMME,
    title: '家庭类型',
    en: 'Kind of household',
    scope: 'household',
    period: 'month',
    conditions,
  };
  // JSON is YAML: the file that the language reads is written from the kinds.
  const own = readPacks([
    ...head,
    { path: `${root}/programmes/${PROGRAMME}/policy.yaml`, text: JSON.stringify(policy) },
  ]);
  const added = own.packs.flatMap((pack) => pack.policies);
  const packs = rules.rules.packs.map((pack) =>
    pack.id === own.packs[0]?.id ? { ...pack, policies: [...pack.policies, ...added] } : pack,
  );
  const plan = compilePolicies(packs, { month: rules.month, programmes: [PROGRAMME] });
  const [first] = [...own.errors, ...plan.errors];
  if (first)
    throw invalid(
      'household-kinds-invalid',
      `家庭类型的公式有误：${formatLocatedError(first)}`,
      '请改正 household-kinds.yaml',
    );
  return { kinds: [...kinds, OTHER_KIND], plan, columnOf: (kind) => `${PROGRAMME}:${kind.id}` };
}
