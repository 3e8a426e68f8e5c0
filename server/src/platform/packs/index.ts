import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { parse } from 'yaml';
import { sql, type Tx } from '../database/index.ts';
import { failed, invalid } from '../errors.ts';

/** One file of a pack; `path` begins with the pack's id, e.g. 'national/feeds/civil/assistance.yaml'. */
export interface PackFile {
  path: string;
  text: string;
}

export interface PackHead {
  id: string;
  title: string;
  /** Division code the pack speaks for ('' for the national one). */
  division: string;
  parent: string | null;
  /** True when values are borrowed to show the product; never for a bureau at work. */
  demo: boolean;
}

/** All packs in force together, content-addressed: decisions cite the hash. */
export interface Bundle {
  hash: string;
  files: readonly PackFile[];
  packs: readonly PackHead[];
  /** Files of all packs whose path below the pack begins with `folder/`, parents before children, in path order. */
  under(folder: string): PackFile[];
}

/**
 * Reads packs from disk. Each folder in `roots` either is a pack (has pack.yaml) or holds packs; a pack of a later root
 * replaces one with the same id of an earlier root, so that a county can keep its own.
 * @throws pack-missing when a folder holds none, pack-duplicate when one root holds an id twice
 */
export function readBundle(roots: readonly string[]): Bundle {
  const packs = new Map<string, PackFile[]>();
  for (const root of roots) {
    const seen = new Set<string>();
    const folders = listNames(root).includes('pack.yaml')
      ? [root]
      : listNames(root)
          .map((name) => join(root, name))
          .filter((dir) => listNames(dir).includes('pack.yaml'));
    if (folders.length === 0) throw invalid('pack-missing', `目录里没有规则包：${root}`, '规则包目录须含 pack.yaml');
    for (const folder of folders) {
      const head = parse(readFileSync(join(folder, 'pack.yaml'), 'utf8')) as { id?: string } | null;
      const id = head?.id ?? basename(folder);
      if (seen.has(id)) throw invalid('pack-duplicate', `两个规则包同名：${id}`, '请为其中一个改 id，或只给出一个目录');
      seen.add(id);
      packs.set(
        id,
        walk(folder).map((path) => ({ path: `${id}/${relative(folder, path)}`, text: readFileSync(path, 'utf8') })),
      );
    }
  }
  return bundleOf([...packs.values()].flat());
}

/** A bundle of given files (from disk or from the database). */
export function bundleOf(files: readonly PackFile[]): Bundle {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const hash = createHash('sha256');
  for (const file of sorted) hash.update(`${file.path}\0${sha256(file.text)}\n`);
  const packs = sorted
    .filter((f) => /^[^/]+\/pack\.yaml$/.test(f.path))
    .map((f) => {
      const head = parse(f.text) as Partial<PackHead> & { division?: string | number };
      return {
        id: head.id ?? (f.path.split('/')[0] as string),
        title: head.title ?? '',
        division: String(head.division ?? ''),
        parent: head.parent ?? null,
        demo: head.demo ?? false,
      };
    });
  const depth = new Map<string, number>();
  const depthOf = (id: string): number => {
    const known = depth.get(id);
    if (known !== undefined) return known;
    depth.set(id, 0);
    const parent = packs.find((p) => p.id === id)?.parent;
    const value = parent ? depthOf(parent) + 1 : 0;
    depth.set(id, value);
    return value;
  };
  return {
    hash: hash.digest('hex'),
    files: sorted,
    packs,
    under(folder) {
      const pattern = `/${folder}/`;
      return sorted
        .filter((f) => f.path.slice(f.path.indexOf('/')).startsWith(pattern))
        .sort(
          (a, b) =>
            depthOf(a.path.split('/')[0] as string) - depthOf(b.path.split('/')[0] as string) ||
            (a.path < b.path ? -1 : 1),
        );
    },
  };
}

/** What is read from a bundle, read once: a bundle never changes, and the desk asks for it with every request. */
export function oncePerBundle<T>(read: (bundle: Bundle) => T): (bundle: Bundle) => T {
  const known = new WeakMap<Bundle, { value: T }>();
  return (bundle) => {
    let found = known.get(bundle);
    if (!found) {
      found = { value: read(bundle) };
      known.set(bundle, found);
    }
    return found.value;
  };
}

/** Publishes a bundle: blobs by hash, once; publishing the same again changes nothing. */
export async function publishBundle(tx: Tx, bundle: Bundle): Promise<void> {
  const fresh = await sql<{ hash: string }>`insert into packs.bundle (hash, published_at, published_by)
    values (${bundle.hash}, ${tx.clock.now()}, ${tx.actor.id}) on conflict do nothing returning hash`.execute(tx.db);
  if (fresh.rows.length === 0) return;
  for (const file of bundle.files) {
    const hash = sha256(file.text);
    await sql`insert into packs.blob (sha256, content) values (${hash}, ${file.text}) on conflict do nothing`.execute(
      tx.db,
    );
    await sql`insert into packs.bundle_file (bundle_hash, path, sha256) values (${bundle.hash}, ${file.path}, ${hash})`.execute(
      tx.db,
    );
  }
  tx.audit({ action: 'packs.publish', object: `bundle/${bundle.hash}` });
}

/** A published bundle by its hash, checked against it. */
export async function publishedBundle(tx: Tx, hash: string): Promise<Bundle> {
  const { rows } =
    await sql<PackFile>`select f.path, b.content as text from packs.bundle_file f join packs.blob b using (sha256) where f.bundle_hash = ${hash}`.execute(
      tx.db,
    );
  const bundle = bundleOf(rows);
  if (bundle.hash !== hash)
    throw failed(
      'bundle-damaged',
      `规则包 ${hash.slice(0, 12)} 的内容与其摘要不符`,
      '请从备份恢复 packs 表；在此之前引用它的决定不能复算',
    );
  return bundle;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function listNames(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

function walk(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return walk(path);
    return /\.(yaml|md|csv|docx)$/.test(entry.name) ? [path] : [];
  });
}
