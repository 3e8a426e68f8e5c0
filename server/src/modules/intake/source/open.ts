import { invalid } from '../../../platform/errors.ts';
import type { FeedContract } from '../domain/contract.ts';
import { fileForm } from '../domain/encoding.ts';
import { type CsvHead, firstBytes, readCsvHead } from './head.ts';

/** A delivered file as CSV bytes: itself, or the transcript of a workbook's cells in the work folder. */
export interface Source {
  form: 'csv' | 'xlsx';
  file: string;
  head: CsvHead;
}

/**
 * Opens a delivered file by what its first bytes show, whatever its name or contract says.
 * @throws file-empty, file-xls, encoding-utf16, header-missing, header-twice
 */
export async function openSource(contract: FeedContract, file: string, _workDir: string): Promise<Source> {
  const bytes = await firstBytes(file);
  const form = fileForm(bytes);
  if (form === 'xlsx') throw invalid('xlsx', 'xlsx', 'xlsx');
  return { form, file, head: readCsvHead(contract, bytes) };
}
