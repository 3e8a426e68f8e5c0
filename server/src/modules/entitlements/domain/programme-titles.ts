import { parse } from 'yaml';
import type { Bundle } from '../../../platform/packs/index.ts';

/**
 * Chinese titles of programmes by id: the policy's own title, else how the civil-affairs department writes it in the
 * assistance feed. National packs speak first, a division's own wording after.
 */
export function programmeTitles(bundle: Bundle): Map<string, string> {
  const titles = new Map<string, string>();
  for (const file of bundle.under('feeds')) {
    if (!file.path.endsWith('.yaml')) continue;
    const feed = parse(file.text) as { id?: string; columns?: { name: string; codes?: Record<string, string> }[] };
    if (feed.id !== 'assistance') continue;
    const codes = feed.columns?.find((column) => column.name === 'programme')?.codes ?? {};
    for (const [spelling, programme] of Object.entries(codes)) titles.set(programme, spelling);
  }
  for (const file of bundle.under('programmes')) {
    if (!file.path.endsWith('/policy.yaml')) continue;
    const policy = parse(file.text) as { id?: string; title?: string };
    if (policy.id && policy.title) titles.set(policy.id, policy.title);
  }
  return titles;
}
