import { createReadStream } from 'node:fs';

/** Lines of a small-celled work file, split at commas; the file is read in pieces. */
export async function* textRows(file: string): AsyncGenerator<string[]> {
  let rest = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield line.split(',');
  }
}
