import { parse } from 'yaml';
import { type Bundle, oncePerBundle } from '../../../platform/packs/index.ts';
import type { ValueForm } from './sentence.ts';

/** What sentences need to know of a feed: how it is called and how its values are written. */
export interface FeedWords {
  feed: string;
  title: string;
  department: string;
  kind: 'snapshot' | 'events';
  /** Columns of the accepted file (identity columns stay apart). */
  columns: { name: string; type: string }[];
  forms: ReadonlyMap<string, ValueForm>;
}

interface ContractText {
  id: string;
  title: string;
  department: string;
  kind: 'snapshot' | 'events';
  columns: { name: string; type: string; identity?: boolean; codes?: Record<string, string> }[];
}

function readWords(bundle: Bundle): Map<string, FeedWords> {
  const feeds = new Map<string, FeedWords>();
  for (const file of bundle.under('feeds')) {
    if (!file.path.endsWith('.yaml')) continue;
    const contract = parse(file.text) as ContractText;
    const columns = contract.columns.filter((c) => !c.identity);
    feeds.set(contract.id, {
      feed: contract.id,
      title: contract.title,
      department: contract.department,
      kind: contract.kind,
      columns: columns.map(({ name, type }) => ({ name, type })),
      forms: new Map(
        columns.map((c) => [c.name, c.codes ? { type: c.type, words: shortestWords(c.codes) } : { type: c.type }]),
      ),
    });
  }
  return feeds;
}

/** Reads the words of all feed contracts; a child pack's contract replaces its parent's. */
export const feedWords = oncePerBundle(readWords);

/** Of the words a contract knows for a code, the shortest that is a word and not a digit. */
function shortestWords(codes: Record<string, string>): Map<string, string> {
  const words = new Map<string, string>();
  for (const [word, id] of Object.entries(codes)) {
    const known = words.get(String(id));
    if (/^[\dA-Za-z]+$/.test(word)) continue;
    if (known === undefined || word.length < known.length) words.set(String(id), word);
  }
  return words;
}
