import {
  AlignmentType,
  Document,
  Footer,
  Packer,
  PageNumber,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';
import type { FeedReport, QualityReport, ReasonRows, ReportTemplate } from './report.ts';
import { linesText } from './report.ts';

/** Twentieths of a point, as Word measures. */
const MARGIN = { top: 1440, bottom: 1440, left: 1300, right: 1300 };
/** Text width of an A4 page within those margins. */
const WIDTH = 11906 - MARGIN.left - MARGIN.right;
const FONT = { ascii: 'Times New Roman', eastAsia: '仿宋', hAnsi: 'Times New Roman' };
const HEADING = { ascii: 'Times New Roman', eastAsia: '黑体', hAnsi: 'Times New Roman' };
const STATES: Readonly<Record<FeedReport['state'], string>> = {
  delivered: '按期',
  late: '逾期收到',
  missing: '未收到',
  'not-expected': '按需',
};

/**
 * Writes the report as a Word document (A4, the wording of the pack).
 * @returns the bytes of a .docx
 */
export async function qualityDocument(report: QualityReport, template: ReportTemplate): Promise<Buffer> {
  const fill = (text: string) =>
    text.replace(/\{(\w+)\}/g, (whole, key: string) => {
      const values: Record<string, string> = {
        ...{ bureau: report.bureau, department: report.department, period: monthText(report.period) },
        ...{ date: dateText(report.date), correction: String(report.correctionDays) },
      };
      return values[key] ?? whole;
    });
  const document = new Document({
    creator: report.bureau,
    title: fill(template.title),
    styles: { default: { document: { run: { font: FONT, size: 28 } } } },
    sections: [
      {
        properties: { page: { margin: MARGIN, size: { width: 11906, height: 16838 } } },
        footers: { default: footer() },
        children: [
          paragraph(fill(template.title), { size: 40, bold: true, center: true }),
          paragraph(fill(template.addressee), { space: 360 }),
          paragraph(fill(template.opening), { indent: true }),
          heading(template.account_title),
          table(template.account_columns, report.feeds.map(accountRow), [20, 12, 16, 10, 11, 11, 10, 10]),
          heading(template.alarms_title),
          ...alarms(report, template),
          heading(template.rows_title),
          ...rows(report, template),
          paragraph(fill(template.closing), { indent: true, space: 240 }),
          paragraph(fill(template.signature), { right: true, space: 480 }),
          paragraph(dateText(report.date), { right: true }),
        ],
      },
    ],
  });
  return Packer.toBuffer(document);
}

const accountRow = (f: FeedReport): string[] => {
  const none = f.state === 'missing' || f.state === 'not-expected';
  const figures = [f.received, f.accepted, f.unchanged, f.quarantined, f.refused].map((n) => (none ? '—' : String(n)));
  return [f.title, STATES[f.state], f.due, ...figures];
};

function alarms(report: QualityReport, template: ReportTemplate): (Paragraph | Table)[] {
  const lines = report.feeds.flatMap((f) => f.alarms.map((a) => [f.title, a.message, a.cure]));
  if (lines.length === 0) return [paragraph(template.alarms_none, { indent: true })];
  return [table(template.alarm_columns, lines, [20, 42, 38])];
}

function rows(report: QualityReport, template: ReportTemplate): (Paragraph | Table)[] {
  const parts = report.feeds
    .filter((f) => f.rows.length > 0)
    .flatMap((f) => [
      paragraph(`${f.title}（${report.period}）`, { bold: true, space: 120 }),
      table(template.row_columns, f.rows.map(reasonRow), [30, 10, 28, 32]),
      ...(f.rows.some((r) => r.refused) ? [paragraph(template.refused_note, { size: 21 })] : []),
    ]);
  return parts.length > 0 ? parts : [paragraph(template.rows_none, { indent: true })];
}

const reasonRow = (r: ReasonRows): string[] => {
  const more = r.count - r.lines.length;
  // Of a refused row only its place below the header is kept.
  const where = `${r.refused ? '表头下第 ' : ''}${linesText(r.lines)}${more > 0 ? `，另有 ${more} 行` : ''}`;
  return [r.message, String(r.count), where, r.cure];
};

interface Look {
  size?: number;
  bold?: boolean;
  center?: boolean;
  right?: boolean;
  indent?: boolean;
  space?: number;
}

function paragraph(text: string, look: Look = {}): Paragraph {
  return new Paragraph({
    spacing: { before: look.space ?? 0, line: 360 },
    ...(look.center || look.right ? { alignment: look.center ? AlignmentType.CENTER : AlignmentType.RIGHT } : {}),
    // Two characters, as Chinese paragraphs begin.
    ...(look.indent ? { indent: { firstLine: 560 } } : {}),
    children: [new TextRun({ text, bold: look.bold === true, ...(look.size ? { size: look.size } : {}) })],
  });
}

const heading = (text: string): Paragraph =>
  new Paragraph({ spacing: { before: 240, after: 120 }, children: [new TextRun({ text, font: HEADING })] });

function table(head: readonly string[], lines: readonly string[][], percents: readonly number[]): Table {
  const widths = percents.map((p) => Math.floor((WIDTH * p) / 100));
  const row = (cells: readonly string[], first: boolean) =>
    new TableRow({
      tableHeader: first,
      cantSplit: true,
      children: cells.map(
        (text, i) =>
          new TableCell({
            width: { size: widths[i] ?? 0, type: WidthType.DXA },
            margins: { top: 40, bottom: 40, left: 80, right: 80 },
            ...(first ? { shading: { fill: 'EEF2F6' } } : {}),
            children: [new Paragraph({ children: [new TextRun({ text, size: 21, bold: first })] })],
          }),
      ),
    });
  return new Table({
    columnWidths: widths,
    width: { size: WIDTH, type: WidthType.DXA },
    rows: [row(head, true), ...lines.map((cells) => row(cells, false))],
  });
}

const footer = (): Footer =>
  new Footer({
    children: [
      new Paragraph({
        alignment: AlignmentType.CENTER,
        children: [new TextRun({ children: ['— ', PageNumber.CURRENT, ' —'], size: 21 })],
      }),
    ],
  });

const monthText = (period: string) => `${period.slice(0, 4)} 年 ${Number(period.slice(5))} 月`;
const dateText = (date: string) => `${date.slice(0, 4)} 年 ${Number(date.slice(5, 7))} 月 ${Number(date.slice(8))} 日`;
