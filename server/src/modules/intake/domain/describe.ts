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
    })),
  }));
}
