import { printable } from '../../domain/printable.ts';
import { type Container, damaged } from './container.ts';
import { attribute, XmlScanner, type XmlSink } from './xml.ts';

const SMALL_PART = 64 << 20;
/** Texts that cells share are held in memory; more than this is refused. */
const STRINGS_PART = 512 << 20;

export interface Sheet {
  name: string;
  part: string;
}

/** What is needed of a workbook before its sheets: their names, shared texts, and which styles are dates. */
export interface Workbook {
  sheets: Sheet[];
  strings: string[];
  isDate: boolean[];
  /** Days are counted from 1904 instead of 1900. */
  from1904: boolean;
}

/** Feeds a part to a scanner. @throws xlsx-damaged */
export async function scanPart(container: Container, name: string, limit: number, sink: XmlSink): Promise<void> {
  const scanner = new XmlScanner(sink);
  const decoder = new TextDecoder('utf-8');
  try {
    for await (const chunk of container.bytes(name, limit)) scanner.push(decoder.decode(chunk, { stream: true }));
    scanner.push(decoder.decode());
    scanner.end();
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged(`${name} 不是合法的 XML`);
    throw error;
  }
}

/** Reads the parts of a workbook that its sheets refer to. */
export async function readWorkbook(container: Container): Promise<Workbook> {
  const relations = new Map<string, { type: string; target: string }>();
  await scanPart(container, 'xl/_rels/workbook.xml.rels', SMALL_PART, {
    ...NOTHING,
    open(name, attributes) {
      if (name !== 'Relationship') return;
      relations.set(attribute(attributes, 'Id') ?? '', {
        type: attribute(attributes, 'Type') ?? '',
        target: partName(attribute(attributes, 'Target') ?? ''),
      });
    },
  });
  const sheets: Sheet[] = [];
  let from1904 = false;
  await scanPart(container, 'xl/workbook.xml', SMALL_PART, {
    ...NOTHING,
    open(name, attributes) {
      if (name === 'workbookPr') from1904 = /^(1|true)$/.test(attribute(attributes, 'date1904') ?? '');
      if (name !== 'sheet') return;
      const target = relations.get(attribute(attributes, 'id') ?? '');
      // A chart sheet has no rows.
      if (target?.type.endsWith('/worksheet'))
        sheets.push({ name: printable(attribute(attributes, 'name') ?? ''), part: target.target });
    },
  });
  const part = (kind: string) => [...relations.values()].find((r) => r.type.endsWith(kind))?.target;
  const strings = part('/sharedStrings');
  const styles = part('/styles');
  return {
    sheets,
    from1904,
    strings: strings ? await readStrings(container, strings) : [],
    isDate: styles ? await readStyles(container, styles) : [],
  };
}

const NOTHING: XmlSink = { open() {}, close() {}, text() {} };

const partName = (target: string) =>
  target.startsWith('/') ? target.slice(1) : `xl/${target.replace(/^\.\//, '')}`.replace(/^xl\/\.\.\//, '');

async function readStrings(container: Container, part: string): Promise<string[]> {
  const strings: string[] = [];
  let current = '';
  let inText = false;
  let phonetic = false;
  await scanPart(container, part, STRINGS_PART, {
    open(name) {
      if (name === 'si') current = '';
      else if (name === 't') inText = !phonetic;
      else if (name === 'rPh') phonetic = true;
    },
    close(name) {
      if (name === 't') inText = false;
      else if (name === 'rPh') phonetic = false;
      else if (name === 'si') strings.push(unescaped(current));
    },
    text(text) {
      if (inText) current += text;
    },
  });
  return strings;
}

/** Control characters that the format writes as _x000D_. */
export const unescaped = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;

/** Built-in number formats that are dates (ECMA-376 part 1, 18.8.30, with the East Asian ones). */
const DATE_FORMATS = new Set([
  14, 15, 16, 17, 18, 19, 20, 21, 22, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 45, 46, 47, 50, 51, 52, 53, 54, 55, 56,
  57, 58,
]);

async function readStyles(container: Container, part: string): Promise<boolean[]> {
  const custom = new Map<number, boolean>();
  const isDate: boolean[] = [];
  let inCells = false;
  await scanPart(container, part, SMALL_PART, {
    open(name, attributes) {
      if (name === 'cellXfs') inCells = true;
      else if (name === 'numFmt') {
        const code = (attribute(attributes, 'formatCode') ?? '').replace(/"[^"]*"|\\.|\[[^\]]*\]/g, '');
        custom.set(
          Number(attribute(attributes, 'numFmtId')),
          /[ydh]|m.*[yd]|[yd].*m/i.test(code) && !/general/i.test(code),
        );
      } else if (name === 'xf' && inCells) {
        const id = Number(attribute(attributes, 'numFmtId') ?? 0);
        isDate.push(custom.get(id) ?? DATE_FORMATS.has(id));
      }
    },
    close(name) {
      if (name === 'cellXfs') inCells = false;
    },
    text() {},
  });
  return isDate;
}
