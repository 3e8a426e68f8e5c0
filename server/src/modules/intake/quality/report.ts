import { parse } from 'yaml';
import { z } from 'zod';
import { civilDate } from '../../../platform/clock.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { invalid, notFound } from '../../../platform/errors.ts';
import { type Bundle, oncePerBundle } from '../../../platform/packs/index.ts';
import { dueDate } from '../domain/periods.ts';
import { reasonText } from '../domain/reasons.ts';
import { exchangeRule } from '../sharing/rules.ts';
import type { AlarmKind } from './alarms.ts';
import { type FeedQuality, feedQuality } from './index.ts';
import { countRowReasons, findRowReasons } from './store.ts';

const Template = z.strictObject({
  id: z.literal('quality-report'),
  cite: z.string().min(1),
  checked: z.iso.date(),
  bureau: z.string().min(1),
  title: z.string().min(1),
  addressee: z.string().min(1),
  opening: z.string().min(1),
  account_title: z.string().min(1),
  account_columns: z.array(z.string().min(1)).length(8),
  alarms_title: z.string().min(1),
  alarms_none: z.string().min(1),
  alarm_columns: z.array(z.string().min(1)).length(3),
  rows_title: z.string().min(1),
  rows_none: z.string().min(1),
  row_columns: z.array(z.string().min(1)).length(4),
  refused_note: z.string().min(1),
  closing: z.string().min(1),
  signature: z.string().min(1),
  rows_shown: z.int().min(1).max(1000),
});
/** The wording of the report, from packs/<pack>/documents/quality-report.yaml. */
export type ReportTemplate = z.infer<typeof Template>;

function readTemplate(bundle: Bundle): ReportTemplate {
  const file = bundle.under('documents').findLast((f) => f.path.endsWith('/quality-report.yaml'));
  const read = Template.safeParse(file && parse(file.text));
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw invalid(
    'document-template',
    `${file?.path ?? 'documents/quality-report.yaml'}：${issue?.path.map(String).join('.') ?? ''} ${issue?.message ?? ''}`,
    '请按 packs/national/documents/quality-report.yaml 的写法改正',
  );
}
/**
 * The wording in force; a later pack's replaces its parent's.
 * @throws document-template
 */
export const reportTemplate = oncePerBundle(readTemplate);

/** Rows of a delivery with one reason: how many, where in the department's file, and how to mend them. */
export interface ReasonRows {
  reason: string;
  refused: boolean;
  message: string;
  cure: string;
  count: number;
  /** Lines of the delivered file (rows below the header where no line is known), ascending; at most `rows_shown`. */
  lines: number[];
}

export interface FeedReport {
  feed: string;
  title: string;
  state: 'delivered' | 'late' | 'missing' | 'not-expected';
  due: string;
  received: number;
  accepted: number;
  unchanged: number;
  quarantined: number;
  refused: number;
  alarms: { kind: AlarmKind; message: string; cure: string }[];
  rows: ReasonRows[];
}

/** A month's quality report of a department. No word of it says who anybody is. */
export interface QualityReport {
  department: string;
  period: string;
  date: string;
  bureau: string;
  correctionDays: number;
  feeds: FeedReport[];
}

/** Departments of the bundle's feeds, in the order of their names. */
export const departmentsOf = (quality: readonly FeedQuality[]): string[] =>
  [...new Set(quality.map((q) => q.contract.department))].sort((a, b) => a.localeCompare(b, 'zh'));

/**
 * The quality report of a department for a month: what came, what should be asked about, which rows to mend and how.
 * @throws department-unknown, document-template
 */
export async function qualityReport(
  tx: Tx,
  bundle: Bundle,
  department: string,
  period: string,
): Promise<QualityReport> {
  const all = await feedQuality(tx, bundle, period);
  const own = all.filter((q) => q.contract.department === department);
  if (own.length === 0)
    throw notFound(
      'department-unknown',
      '没有这个部门的数据契约',
      `部门写法须与契约相同：${departmentsOf(all).join('、')}`,
    );
  const template = reportTemplate(bundle);
  const feeds: FeedReport[] = [];
  for (const q of own) {
    if (!q.expected && !q.delivery) continue;
    feeds.push(await feedReport(tx, q, period, template.rows_shown));
  }
  tx.audit({ action: 'quality.report', object: `quality/${period}`, details: { feeds: feeds.length } });
  return {
    ...{ department, period, feeds, bureau: template.bureau, date: tx.clock.today() },
    correctionDays: exchangeRule(bundle, 'correction', tx.clock.today()).value,
  };
}

async function feedReport(tx: Tx, q: FeedQuality, period: string, shown: number): Promise<FeedReport> {
  const { contract, delivery } = q;
  const due = dueDate(period, contract.freshness.due_day);
  const late = delivery ? civilDate(delivery.receivedAt) > due : false;
  const state = delivery ? (late ? 'late' : 'delivered') : q.expected ? 'missing' : 'not-expected';
  return {
    ...{ feed: contract.id, title: contract.title, state, due },
    received: delivery?.received ?? 0,
    accepted: delivery?.accepted ?? 0,
    unchanged: delivery?.unchanged ?? 0,
    quarantined: delivery?.quarantined ?? 0,
    refused: delivery?.refused ?? 0,
    alarms: q.alarms.map(({ kind, message, cure }) => ({ kind, message, cure })),
    rows: delivery ? await reasonRows(tx, q, delivery.id, shown) : [],
  };
}

async function reasonRows(tx: Tx, q: FeedQuality, deliveryId: string, shown: number): Promise<ReasonRows[]> {
  const title = (column: string | null) => q.contract.columns.find((c) => c.name === column)?.headers[0] ?? column;
  const groups: ReasonRows[] = [];
  for (const { reason, column, refused, count } of await countRowReasons(tx, deliveryId)) {
    const lines = await findRowReasons(tx, deliveryId, { reason, column, refused }, shown);
    groups.push({ reason, refused, count, lines, ...reasonText(reason, title(column)) });
  }
  return groups;
}

/** Line numbers as a person writes them: runs are joined ('5、8–12'). */
export function linesText(lines: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const line of lines) {
    const run = runs.at(-1);
    if (run && run[1] + 1 === line) run[1] = line;
    else runs.push([line, line]);
  }
  return runs
    .map(([from, to]) => (from === to ? `${from}` : to === from + 1 ? `${from}、${to}` : `${from}–${to}`))
    .join('、');
}
