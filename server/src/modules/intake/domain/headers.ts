import { invalid } from '../../../platform/errors.ts';
import { type FeedContract, plainHeader } from './contract.ts';
import { printable } from './printable.ts';

/** Which field of the file feeds which column of the contract. */
export interface HeaderMap {
  /** Field positions from 0 by column name; a column that the file lacks is absent. */
  positions: Map<string, number>;
  /** Headers that no column claims (a sign that the department changed its file). */
  unknown: string[];
  /** Optional columns of the contract that the file lacks. */
  absent: string[];
  /** Required columns of the contract that the file lacks. */
  missing: string[];
  /** Headers of which two fields claim the same column. */
  twice: string[];
  fields: number;
}

/** Maps the cells of a header row to the columns of a contract; several spellings of a header are known. */
export function mapHeaders(contract: FeedContract, cells: readonly string[]): HeaderMap {
  const byHeader = new Map<string, string>();
  for (const column of contract.columns)
    for (const header of column.headers) byHeader.set(plainHeader(header), column.name);
  const positions = new Map<string, number>();
  const unknown: string[] = [];
  const twice: string[] = [];
  for (const [i, cell] of cells.entries()) {
    const name = byHeader.get(plainHeader(cell));
    if (name === undefined) {
      if (plainHeader(cell) !== '') unknown.push(cell);
    } else if (positions.has(name)) twice.push(cell);
    else positions.set(name, i);
  }
  const lacking = contract.columns.filter((c) => !positions.has(c.name));
  return {
    positions,
    unknown,
    absent: lacking.filter((c) => !c.required).map((c) => c.name),
    missing: lacking.filter((c) => c.required).map((c) => c.name),
    twice,
    fields: cells.length,
  };
}

/** True when a row can be the header: every required column and none twice. */
export const isHeader = (map: HeaderMap): boolean => map.missing.length === 0 && map.twice.length === 0;

/** The error for a file none of whose first rows is the header. */
export function headerError(contract: FeedContract, best: HeaderMap | undefined) {
  const first = (name: string) => contract.columns.find((c) => c.name === name)?.headers[0] ?? name;
  const lack = best ? best.missing : contract.columns.filter((c) => c.required).map((c) => c.name);
  if (best && best.twice.length > 0)
    return invalid(
      'header-twice',
      `${contract.title}：表头重复：${best.twice.map(printable).join('、')}`,
      '请让提供部门删去重复的列后重新报送',
    );
  return invalid(
    'header-missing',
    `${contract.title}：前几行中没有找到表头，缺少：${lack.map(first).join('、')}`,
    '请核对是否选错了数据或文件；若部门改了表头写法，请在契约的 headers 中补上新写法',
  );
}
