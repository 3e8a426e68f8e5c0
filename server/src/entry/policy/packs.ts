import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { formatLocatedError, type LocatedError, type Pack, readPacks } from '@doudi/policy';
import { DoudiError, invalid } from '../../platform/errors.ts';
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
  const added = more.length > 0 ? readAdded(more) : undefined;
  const replaced = new Set(added?.packs.map((p) => p.id));
  const idOf = (path: string) => path.slice(0, path.indexOf('/'));
  const bundle = bundleOf([
    ...builtin.files.filter((f) => !demo.has(idOf(f.path)) && !replaced.has(idOf(f.path))),
    ...(added?.files ?? []),
  ]);
  // Faults name the file as it lies on disk, so that an editor can open it.
  const folders = new Map([...foldersIn([BUILTIN_PACKS]), ...foldersIn(more)]);
  const files = bundle.files.map(({ path, text }) => {
    const folder = folders.get(idOf(path));
    return { path: folder === undefined ? path : join(folder, path.slice(idOf(path).length + 1)), text };
  });
  const { packs, errors } = readPacks(files);
  return { bundle, packs, errors };
}

/** Packs of `--packs`; a head that is no YAML, or a folder that is not there, is the author's to mend. */
function readAdded(more: readonly string[]): Bundle {
  try {
    return readBundle(more);
  } catch (error) {
    if (error instanceof DoudiError) throw error;
    const why = error instanceof Error ? error.message.split('\n')[0] : '';
    throw invalid(
      'packs-unreadable',
      `读不了 --packs ${more.join(' ')}：${why}`,
      '目录须存在，且是一个包（含可读的 pack.yaml）或若干包',
    );
  }
}

/** Where each pack lies, from where we stand: id → folder. A root is a pack or holds packs. */
function foldersIn(roots: readonly string[]): Map<string, string> {
  const out = new Map<string, string>();
  for (const root of roots) {
    const names = readdirSync(root);
    const inside = names.includes('pack.yaml') ? [root] : names.map((name) => join(root, name));
    for (const folder of inside) {
      const id = idIn(folder);
      if (id !== undefined) out.set(id, fromHere(folder));
    }
  }
  return out;
}

function fromHere(folder: string): string {
  const path = relative(process.cwd(), folder) || '.';
  return path.startsWith('..') ? resolve(folder) : path;
}

function idIn(folder: string): string | undefined {
  try {
    return /^id:\s*['"]?([a-z0-9-]+)/m.exec(readFileSync(join(folder, 'pack.yaml'), 'utf8'))?.[1] ?? basename(folder);
  } catch {
    return undefined;
  }
}

/** Throws when packs cannot be used, with each fault as file:line:column; a wrong `--set` is told apart. */
export function orThrow(errors: readonly LocatedError[]): void {
  if (errors.length === 0) return;
  const set = errors.filter((e) => e.file === '--set');
  if (set.length === errors.length) {
    const lines = set.map((e) => `--set：${e.message}（${e.cure}）`);
    throw invalid('bad-setting', lines.join('\n'), '参数名、类型与单位见 doudi policy parameters');
  }
  throw invalid(
    'policy-faults',
    `规则包有 ${errors.length} 处问题：\n${errors.slice(0, 20).map(formatLocatedError).join('\n')}`,
    '请按行列修改；doudi policy check 列出全部',
  );
}
