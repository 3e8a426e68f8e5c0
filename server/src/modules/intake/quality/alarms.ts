import type { Bundle } from '../../../platform/packs/index.ts';
import type { FeedContract } from '../domain/contract.ts';
import { addMonths, dueDate } from '../domain/periods.ts';
import { exchangeRule } from '../sharing/rules.ts';
import type { ColumnProfile } from './column-profile.ts';
import { grownOf, suspicionOf, unexpectedOf, type Weighed } from './suspicion.ts';

export const ALARM_KINDS = [
  'late',
  'empty',
  'shrunken',
  'grown',
  'unknown-header',
  'missing-column',
  'unknown-code',
  'new-code',
  'nulls',
] as const;
export type AlarmKind = (typeof ALARM_KINDS)[number];

/** Something about a delivery, or its want, that somebody should ask the department about. It never keeps back a good row. */
export interface Alarm {
  kind: AlarmKind;
  /** Title of the column it is about. */
  column: string | null;
  message: string;
  cure: string;
  /** While true, absence in the feed is "unknown", not "none": until the delivery is accepted or another comes. */
  holds: boolean;
}

/** What alarms are worked out from, for one feed. */
export interface AlarmInput {
  period: string;
  today: string;
  /** Current deliveries of the feed up to the period, oldest first. */
  own: readonly (Weighed & { period: string; received: number })[];
  accepted: ReadonlySet<string>;
  /** Of the period's delivery. */
  unknownHeaders: readonly string[];
  absentColumns: readonly string[];
  /** Quarantined rows of the period's delivery whose code is in no list, by column. */
  unknownCodes: ReadonlyMap<string, number>;
  profile: readonly ColumnProfile[];
  /** Of the delivery before it. */
  before: readonly ColumnProfile[];
  /** Usable rows of the population register; 0 when it is not there. */
  population: number;
}

/** The alarms of one feed for a period: late, empty, shrunken, grown, shifted. Thresholds are the contract's and the packs'. */
export function alarmsOf(bundle: Bundle, contract: FeedContract, input: AlarmInput): Alarm[] {
  const last = input.own.at(-1);
  const delivered = last?.period === input.period;
  const alarms: Alarm[] = [];
  const due = dueDate(input.period, contract.freshness.due_day);
  if (!delivered && input.today > due && isOverdue(contract, input))
    alarms.push(alarm('late', null, `应于 ${due} 前报送，至今没有收到`, '请催报；仍不报送的，提出共享申请'));
  if (!delivered) return alarms;
  alarms.push(...volumeAlarms(contract, input), ...headerAlarms(contract, input));
  return [...alarms, ...codeAlarms(bundle, contract, input), ...nullAlarms(bundle, contract, input)];
}

const alarm = (kind: AlarmKind, column: string | null, message: string, cure: string, holds = false): Alarm => ({
  ...{ kind, column, message, cure, holds },
});

/** A term's or an event's file is missed only when nothing is in force; what comes on request never is. */
function isOverdue(contract: FeedContract, { own, period }: AlarmInput): boolean {
  if (contract.frequency === 'request') return false;
  if (contract.frequency !== 'term' && contract.frequency !== 'event') return true;
  const last = own.at(-1);
  return !last || addMonths(last.period, contract.freshness.valid_months - 1) < period;
}

function volumeAlarms(contract: FeedContract, { own, accepted, population }: AlarmInput): Alarm[] {
  const suspicion = suspicionOf(contract, own, accepted);
  const cure = '请向部门核实；属实的，由县级经办人写明理由确认，在此之前“名单上没有”不作“没有”';
  if (suspicion?.kind === 'empty') return [alarm('empty', null, '文件中没有一行可用', cure, true)];
  if (suspicion) {
    const message = `可用 ${suspicion.usable} 行，上次认可的为 ${suspicion.before} 行，少于容许的程度`;
    return [alarm('shrunken', null, message, cure, true)];
  }
  const unexpected = unexpectedOf(contract, own, population);
  if (unexpected) {
    const message = `首次报送可用 ${unexpected.usable} 行，按本县人口预计约 ${unexpected.expected} 行`;
    return [alarm(unexpected.kind, null, message, '请向部门核实范围是否完整；本县情况如此的，在契约 volume 中改定')];
  }
  const grown = grownOf(contract, own);
  if (!grown) return [];
  const message = `可用 ${grown.usable} 行，上次 ${grown.before} 行，多于容许的程度`;
  return [alarm('grown', null, message, '请向部门核实是否扩大了范围或重复导出')];
}

function headerAlarms(contract: FeedContract, input: AlarmInput): Alarm[] {
  const title = (name: string) => contract.columns.find((c) => c.name === name)?.headers[0] ?? name;
  return [
    ...input.unknownHeaders.map((header) =>
      alarm(
        'unknown-header',
        header,
        `有契约中没有的列“${header}”`,
        '请核对部门是否改了表头；是同一列的，在契约 headers 中补上写法',
      ),
    ),
    ...input.absentColumns.map((name) =>
      alarm('missing-column', title(name), `没有“${title(name)}”一列`, '请部门补上该列；不再提供的，须在契约中写明'),
    ),
  ];
}

function codeAlarms(bundle: Bundle, contract: FeedContract, input: AlarmInput): Alarm[] {
  const limit = exchangeRule(bundle, 'code-jump', input.today).value;
  const received = input.own.at(-1)?.received ?? 0;
  const before = new Map(input.before.map((p) => [p.column, p.codes]));
  return contract.columns.flatMap((column) => {
    const title = column.headers[0] ?? column.name;
    const unknown = input.unknownCodes.get(column.name) ?? 0;
    const found: Alarm[] = [];
    if (unknown > 0 && unknown * 100 >= received * limit)
      found.push(
        alarm(
          'unknown-code',
          title,
          `“${title}”有 ${unknown} 行的写法不在代码表中`,
          '请部门说明新代码的含义，在契约 codes 中补上',
        ),
      );
    const known = before.get(column.name);
    const now = input.profile.find((p) => p.column === column.name)?.codes;
    if (known && now && Object.keys(known).length > 0)
      for (const [code, n] of Object.entries(now))
        if (known[code] === undefined)
          found.push(
            alarm(
              'new-code',
              title,
              `“${title}”首次出现“${wordOf(column.codes, code)}”，${n} 行`,
              '请核对是新增业务还是填报有误',
            ),
          );
    return found;
  });
}

const wordOf = (codes: Readonly<Record<string, string>> | undefined, code: string) =>
  Object.entries(codes ?? {}).find(([word, value]) => value === code && !/^\d+$/.test(word))?.[0] ?? code;

function nullAlarms(bundle: Bundle, contract: FeedContract, input: AlarmInput): Alarm[] {
  const limit = exchangeRule(bundle, 'null-jump', input.today).value;
  return input.profile.flatMap((p) => {
    const column = contract.columns.find((c) => c.name === p.column);
    // Of a handful of rows no share means anything; a column that is absent has its own alarm.
    if (!column || p.rows < FEW || input.absentColumns.includes(p.column)) return [];
    const past = input.before.find((b) => b.column === p.column && b.rows >= FEW);
    const expected = past
      ? (past.rows - past.filled) / past.rows
      : column.nulls === undefined
        ? null
        : column.nulls / 100;
    if (expected === null) return [];
    const share = (p.rows - p.filled) / p.rows;
    if (share * 100 < expected * 100 + limit) return [];
    const title = column.headers[0] ?? column.name;
    const message = `“${title}”空了 ${Math.round(share * 100)}%，${past ? '上次' : '契约预期'} ${Math.round(expected * 100)}%`;
    return [alarm('nulls', title, message, '请部门核对导出是否漏了该列的内容')];
  });
}

const FEW = 20;
