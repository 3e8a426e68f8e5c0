import { formatLocatedError, type LocatedError, type Pack, readPacks } from '@doudi/policy';
import { invalid } from '../../platform/errors.ts';
import { BUILTIN_PACKS } from '../../platform/installation.ts';
import { type Bundle, bundleOf, readBundle } from '../../platform/packs/index.ts';

export interface PolicyPacks {
  bundle: Bundle;
  packs: Pack[];
  errors: LocatedError[];
}

/**
 * The packs of the policy commands: those that come with the product and those of `--packs`. Values borrowed for the
 * demonstration count only `withDemo` (the cases beside the policies are also about them), or when their pack is named.
 */
export function policyPacks(more: readonly string[] = [], withDemo = false): PolicyPacks {
  const builtin = readBundle([BUILTIN_PACKS]);
  const demo = new Set(builtin.packs.filter((p) => p.demo && !withDemo).map((p) => p.id));
  const added = more.length > 0 ? readBundle(more) : undefined;
  const replaced = new Set(added?.packs.map((p) => p.id));
  const idOf = (path: string) => path.slice(0, path.indexOf('/'));
  const bundle = bundleOf([
    ...builtin.files.filter((f) => !demo.has(idOf(f.path)) && !replaced.has(idOf(f.path))),
    ...(added?.files ?? []),
  ]);
  const { packs, errors } = readPacks([...bundle.files]);
  return { bundle, packs, errors };
}

/** Throws when packs cannot be used, with each fault as file:line:column. */
export function orThrow(errors: readonly LocatedError[]): void {
  if (errors.length === 0) return;
  throw invalid(
    'policy-faults',
    `规则包有 ${errors.length} 处问题：\n${errors.slice(0, 20).map(formatLocatedError).join('\n')}`,
    '请按行列修改；doudi policy check 列出全部',
  );
}
