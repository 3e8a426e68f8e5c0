import { join } from 'node:path';
import { DoudiError, invalid } from '../../../platform/errors.ts';
import type { FeedContract } from '../domain/contract.ts';
import { fileForm } from '../domain/encoding.ts';
import { unpack } from './archive.ts';
import { type CsvHead, firstBytes, readCsvHead } from './head.ts';
import { transcribe } from './xlsx/transcript.ts';

/** One table of a delivered file as CSV bytes: the file itself, or what was unpacked or transcribed into the work folder. */
export interface Section {
  /** Which sheet, or which file of a zip; null where the delivered file is one table. */
  name: string | null;
  file: string;
  head: CsvHead;
}

/** A delivered file as the tables that are read, in order, and the names of what is not read. */
export interface Source {
  form: 'csv' | 'xlsx' | 'zip';
  sections: Section[];
  others: string[];
}

/**
 * Opens a delivered file by what its first bytes show, whatever its name or contract says.
 * @throws file-empty, file-xls, encoding-utf16, header-missing, header-twice, xlsx-damaged, xlsx-too-large,
 *   xlsx-sheet-missing, zip-damaged, zip-bomb, zip-encrypted, zip-nested, zip-method, zip-empty
 */
export async function openSource(contract: FeedContract, file: string, workDir: string): Promise<Source> {
  const bytes = await firstBytes(file);
  switch (fileForm(bytes)) {
    case 'csv':
      return { form: 'csv', sections: [{ name: null, file, head: readCsvHead(contract, bytes) }], others: [] };
    case 'xlsx':
      return { form: 'xlsx', ...(await openWorkbook(contract, file, workDir, 'sheet', null)) };
    case 'zip':
      return { form: 'zip', ...(await openArchive(contract, file, workDir)) };
  }
}

async function openWorkbook(
  contract: FeedContract,
  file: string,
  workDir: string,
  prefix: string,
  within: string | null,
): Promise<Pick<Source, 'sections' | 'others'>> {
  const { transcripts, otherSheets } = await transcribe(contract, file, workDir, prefix);
  const label = (sheet: string) => (within === null ? sheet : `${within} › ${sheet}`);
  const sections: Section[] = [];
  for (const t of transcripts)
    sections.push({ name: label(t.sheet), file: t.file, head: readCsvHead(contract, await firstBytes(t.file)) });
  return { sections, others: otherSheets.map((sheet) => `工作表：${label(sheet)}`) };
}

async function openArchive(
  contract: FeedContract,
  file: string,
  workDir: string,
): Promise<Pick<Source, 'sections' | 'others'>> {
  const { tables, others } = await unpack(contract, file, workDir);
  const source: Pick<Source, 'sections' | 'others'> = { sections: [], others: others.map((n) => `压缩包内：${n}`) };
  for (const [i, table] of tables.entries()) {
    try {
      const opened = await openEntry(contract, table.file, join(workDir), `entry-${i}-sheet`, table.name);
      source.sections.push(...opened.sections);
      source.others.push(...opened.others);
    } catch (error) {
      if (!(error instanceof DoudiError)) throw error;
      // A note beside the tables is no table; a table that cannot be read must not be passed over.
      if (table.table || error.code !== 'header-missing') throw within(error, table.name);
      source.others.push(`压缩包内：${table.name}`);
    }
  }
  if (source.sections.length === 0)
    throw invalid('zip-empty', `${contract.title}：压缩包里没有含表头的表`, '请核对是否选错了文件');
  return source;
}

async function openEntry(contract: FeedContract, file: string, workDir: string, prefix: string, name: string) {
  const bytes = await firstBytes(file);
  const form = fileForm(bytes);
  if (form === 'zip') throw invalid('zip-nested', '压缩包里还有压缩包', '请只压缩一层，把 CSV 或 .xlsx 直接放进压缩包');
  if (form === 'xlsx') return openWorkbook(contract, file, workDir, prefix, name);
  return { sections: [{ name, file, head: readCsvHead(contract, bytes) }], others: [] };
}

const within = (error: DoudiError, name: string) =>
  new DoudiError(error.kind, error.code, `压缩包内 ${name}：${error.message}`, error.cure);
