import { invalid } from '../../../platform/errors.ts';

/** One line of a small table: its number in the file (the header is 1) and its cells by the column's name. */
export interface TableLine {
  line: number;
  cells: Record<string, string>;
}

/**
 * Reads a small CSV that a bureau wrote itself (UTF-8 with or without BOM, or GB18030), header in the first line. Departments'
 * files go through intake; this is for lists of some hundred lines.
 * @param headers the spellings of each column; a column without `optional` must be there
 * @throws table-header with the titles that are missing, table-quote with the line
 */
export function readTable<K extends string>(
  bytes: Buffer,
  headers: Readonly<Record<K, { titles: readonly string[]; optional?: boolean }>>,
): { line: number; cells: Record<K, string> }[] {
  const rows = records(decode(bytes));
  const head = (rows[0]?.cells ?? []).map(plain);
  const names = Object.keys(headers) as K[];
  const at = new Map(names.map((name) => [name, head.findIndex((h) => headers[name].titles.map(plain).includes(h))]));
  const missing = names.filter((name) => at.get(name) === -1 && !headers[name].optional);
  if (missing.length > 0)
    throw invalid(
      'table-header',
      `表头缺少：${missing.map((name) => headers[name].titles[0]).join('、')}`,
      '请把表头放在第一行，按 docs/exchange.md 的写法',
    );
  return rows.slice(1).map(({ line, cells }) => ({
    line,
    cells: Object.fromEntries(names.map((name) => [name, (cells[at.get(name) ?? -1] ?? '').trim()])) as Record<
      K,
      string
    >,
  }));
}

const plain = (text: string) => text.normalize('NFKC').replace(/[\s\ufeff*＊]/g, '');

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

function records(text: string): { line: number; cells: string[] }[] {
  const rows: { line: number; cells: string[] }[] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  let line = 1;
  let began = 1;
  const end = () => {
    cells.push(cell);
    cell = '';
  };
  const endRow = () => {
    end();
    if (cells.some((c) => c.trim() !== '')) rows.push({ line: began, cells });
    cells = [];
    began = line + 1;
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c === '"' && text[i + 1] === '"') {
        cell += '"';
        i++;
      } else if (c === '"') quoted = false;
      else cell += c;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === ',') end();
    else if (c === '\n') endRow();
    else if (c !== '\r') cell += c;
    if (c === '\n') line++;
  }
  if (quoted) throw invalid('table-quote', `第 ${began} 行的引号没有配对`, '请补上缺少的引号后重新导入');
  endRow();
  return rows;
}
