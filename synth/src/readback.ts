import { readFileSync } from 'node:fs';
import ExcelJS from 'exceljs';
import iconv from 'iconv-lite';
import type { Contract } from './contract.ts';

/** Rows of a CSV, read without the code that wrote it. */
function csvRows(bytes: Buffer, encoding: string): string[][] {
  const text = (encoding === 'gb18030' ? iconv.decode(bytes, 'gb18030') : bytes.toString('utf8')).replace(
    /^\ufeff/,
    '',
  );
  const rows: string[][] = [[]];
  let cell = '';
  let inside = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (inside) {
      if (c !== '"') cell += c;
      else if (text.charAt(i + 1) === '"') {
        cell += c;
        i++;
      } else inside = false;
    } else if (c === '"') inside = true;
    else if (c === ',' || c === '\n') {
      rows.at(-1)?.push(cell.replace(/\r$/, ''));
      cell = '';
      if (c === '\n') rows.push([]);
    } else cell += c;
  }
  if (cell !== '' || inside) rows.at(-1)?.push(cell);
  return rows.filter((r) => r.length > 0);
}

function text(value: unknown): string {
  return value instanceof Date ? value.toISOString().slice(0, 10) : String(value ?? '');
}

/** Header and rows of a delivery as text, read by other code than wrote it (for tests). */
export async function rowsOf(path: string, contract: Contract): Promise<string[][]> {
  if (contract.format === 'csv') return csvRows(readFileSync(path), contract.encoding);
  const book = new ExcelJS.Workbook();
  await book.xlsx.readFile(path);
  const rows: string[][] = [];
  book.worksheets[0]?.eachRow((row) => {
    const values = row.values as unknown[];
    // Trailing empty cells are not in the file: a row is short only if the contract's last filled column is missing.
    rows.push(
      Array.from({ length: Math.max(contract.columns.length, values.length - 1) }, (_, i) => text(values[i + 1])),
    );
  });
  return rows;
}
