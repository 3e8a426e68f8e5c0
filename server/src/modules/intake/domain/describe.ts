import type { Bundle } from '../../../platform/packs/index.ts';
import { type ColumnType, type FeedContract, feedContracts } from './contract.ts';

/** A feed in words, for people who ask a department for its file and for programs that write one. */
export interface FeedDescription {
  id: string;
  title: string;
  department: string;
  scope: FeedContract['scope'];
  lawfulBasis: string;
  kind: FeedContract['kind'];
  key: string[];
  absence: FeedContract['absence'];
  frequency: FeedContract['frequency'];
  /** False while nothing is expected of the department. */
  agreed: boolean;
  /** What becomes unknown without it, in words. */
  facts: string[];
  substitutes: { declaration: string | null; visit: string | null };
  dueDay: number;
  validMonths: number;
  format: string;
  encoding: string | null;
  source: string;
  columns: {
    name: string;
    headers: string[];
    type: ColumnType;
    required: boolean;
    identity: boolean;
    codes: string[];
    /** The fact the column feeds and for how many months it holds; null for columns that feed none. */
    fact: string | null;
    validMonths: number | null;
  }[];
}

/** What `doudi feeds describe` prints: every feed of the bundle with its columns, headers and code spellings. */
export function describeFeeds(bundle: Bundle): FeedDescription[] {
  return feedContracts(bundle).map((c) => ({
    id: c.id,
    title: c.title,
    department: c.department,
    scope: c.scope,
    lawfulBasis: c.lawful_basis,
    kind: c.kind,
    key: c.key,
    absence: c.absence,
    frequency: c.frequency,
    agreed: c.agreed,
    facts: c.facts ?? [c.title],
    substitutes: { declaration: c.substitutes?.declaration ?? null, visit: c.substitutes?.visit ?? null },
    dueDay: c.freshness.due_day,
    validMonths: c.freshness.valid_months,
    format: c.file.format,
    encoding: c.file.format === 'csv' ? (c.file.encoding ?? 'utf-8') : null,
    source: c.path,
    columns: c.columns.map((column) => ({
      name: column.name,
      headers: column.headers,
      type: column.type,
      required: column.required,
      identity: column.identity,
      codes: Object.keys(column.codes ?? {}),
      fact: column.fact ?? null,
      validMonths: column.fact ? (column.valid_months ?? c.freshness.valid_months) : null,
    })),
  }));
}
