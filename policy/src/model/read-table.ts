import { parseFormula } from '../expression/ast.ts';
import type { Location } from '../source/located.ts';
import type { Source } from '../source/yaml.ts';
import { checkKeys, formulaOf } from './fields.ts';
import type { ExceptionSource, Formula, RuleVersion } from './shapes.ts';

/**
 * Reads a decision table:
 * ```yaml
 * table:
 *   on: [income_per_head, residence_kind]
 *   rows:
 *     - [ '0..<300', 'any', tier_a ]     # one cell per `on`, then the result
 *     - [ '>= 300', "= 'urban'", tier_b ]
 *   else: 0[yuan/month]
 * ```
 * Rows become exceptions without rank: two rows that fire with different results are a conflict.
 */
export function readTable(table: Source, cite: string): { base: RuleVersion; rows: ExceptionSource[] } | undefined {
  checkKeys(table, ['on', 'rows', 'else']);
  const on =
    table
      .get('on')
      ?.items()
      .map((item) => item.text ?? '') ?? [];
  const elseAt = table.get('else');
  if (on.length === 0) table.fault('missing-key', '决策表缺少“on”', '请列出判断的量');
  if (!elseAt) table.fault('missing-key', '决策表缺少“else”', '请写各行都不符时的结果');
  const base = elseAt ? formulaOf(elseAt) : undefined;
  if (!base || on.length === 0) return undefined;
  const rows: ExceptionSource[] = [];
  for (const [index, row] of (table.get('rows')?.items() ?? []).entries()) {
    const cells = row.items();
    if (cells.length !== on.length + 1) {
      row.fault('bad-row', `决策表的行应有 ${on.length + 1} 格，现有 ${cells.length} 格`, '请与 on 对齐，末格为结果');
      continue;
    }
    const result = cells[on.length];
    const formula = result ? formulaOf(result) : undefined;
    const conditions = on.map((subject, i) => cellCondition(subject, cells[i]));
    if (!formula || conditions.some((c) => c === undefined)) continue;
    const parts = conditions.flatMap((c, i) => (c === undefined || c === 'true' ? [] : [{ text: c, cell: cells[i] }]));
    const text = parts.map((p) => p.text).join(' and ') || 'true';
    const place = (position: number): Location => {
      let end = 0;
      for (const part of parts) {
        end += part.text.length + ' and '.length;
        if (position < end) return (part.cell ?? row).at;
      }
      return row.at;
    };
    const parsed = parseFormula(text);
    if ('fault' in parsed) {
      row.faults.add(
        place(parsed.fault.position),
        'syntax',
        `决策表的格看不懂：${parsed.fault.message}`,
        '格中可写 any、a..b、a..<b、< x、>= x、= x、值',
      );
      continue;
    }
    const when: Formula = { text, ast: parsed.ast, source: row, place };
    rows.push({
      label: `row-${index + 1}`,
      title: `第${index + 1}行`,
      when,
      formula,
      cite,
      over: [],
      from: undefined,
      until: undefined,
      source: row,
    });
  }
  return { base: { from: undefined, until: undefined, formula: base, cite }, rows };
}

function cellCondition(subject: string, cell: Source | undefined): string | undefined {
  const text = cell?.text?.trim();
  if (text === undefined || text === '') {
    cell?.fault('bad-cell', '决策表的格为空', '不限请写 any');
    return undefined;
  }
  if (text === 'any' || text === '不限') return 'true';
  if (text.includes('..')) return `(${subject}) in ${text}`;
  if (/^(in|not in)\b/.test(text) || /^[<>=≤≥≠!]/.test(text)) return `(${subject}) ${text}`;
  return `(${subject}) = ${text}`;
}
