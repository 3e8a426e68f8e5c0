import type { FeedContract } from '../domain/contract.ts';
import { fileForm } from '../domain/encoding.ts';
import { type CsvHead, firstBytes, readCsvHead } from './head.ts';
import { transcribe } from './xlsx/transcript.ts';

/** A delivered file as CSV bytes: itself, or the transcript of a workbook's cells in the work folder. */
export interface Source {
  form: 'csv' | 'xlsx';
  file: string;
  head: CsvHead;
  /** Sheets with rows that were not read. */
  otherSheets: string[];
}

/**
 * Opens a delivered file by what its first bytes show, whatever its name or contract says.
 * @throws file-empty, file-xls, encoding-utf16, header-missing, header-twice, xlsx-damaged, xlsx-several-sheets
 */
export async function openSource(contract: FeedContract, file: string, workDir: string): Promise<Source> {
  const bytes = await firstBytes(file);
  const form = fileForm(bytes);
  if (form === 'csv') return { form, file, head: readCsvHead(contract, bytes), otherSheets: [] };
  const transcript = await transcribe(contract, file, workDir);
  return {
    form,
    file: transcript.file,
    head: readCsvHead(contract, await firstBytes(transcript.file)),
    otherSheets: transcript.otherSheets,
  };
}
