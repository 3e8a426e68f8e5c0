import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { PackFile } from '../src/index.ts';

const root = join(import.meta.dirname, '../../packs');

/** The repository's packs as the library takes them: paths relative to packs/ and texts. */
export function repositoryPacks(only?: (path: string) => boolean): PackFile[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: relative(root, path), full: path }))
    .filter(
      ({ path }) => /(^|\/)(pack\.yaml|vocabulary\/|parameters\/|programmes\/)/.test(path) && (!only || only(path)),
    )
    .map(({ path, full }) => ({ path, text: readFileSync(full, 'utf8') }));
}
