import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Faults, Location } from './located.ts';

/**
 * A value of a YAML file that remembers where it stands. Scalars keep their source text, so that numbers are read from
 * what the author wrote ("610.00"), never from a binary float.
 */
export class Source {
  readonly file: string;
  readonly faults: Faults;
  readonly #node: Node | null;
  readonly #lines: LineCounter;
  readonly #text: string;
  readonly #offset: number;

  constructor(file: string, faults: Faults, lines: LineCounter, text: string, node: Node | null, offset: number) {
    this.file = file;
    this.faults = faults;
    this.#lines = lines;
    this.#text = text;
    this.#node = node;
    this.#offset = node?.range?.[0] ?? offset;
  }

  get at(): Location {
    return this.locate(this.#offset);
  }

  /** Location of a character offset of the file. */
  locate(offset: number): Location {
    const { line, col } = this.#lines.linePos(Math.max(0, offset));
    return { file: this.file, line: Math.max(1, line), column: Math.max(1, col) };
  }

  fault(code: string, message: string, cure: string): void {
    this.faults.add(this.at, code, message, cure);
  }

  get isNull(): boolean {
    return this.#node === null || (isScalar(this.#node) && this.#node.value === null);
  }

  get isMap(): boolean {
    return isMap(this.#node);
  }

  get isList(): boolean {
    return isSeq(this.#node);
  }

  get isScalar(): boolean {
    return isScalar(this.#node) && this.#node.value !== null;
  }

  /** The scalar as the author wrote it (quotes and folding undone); undefined for maps, lists and null. */
  get text(): string | undefined {
    if (!isScalar(this.#node) || this.#node.value === null) return undefined;
    const node = this.#node;
    if (typeof node.value === 'string') return node.value;
    return node.source ?? String(node.value);
  }

  /** A quoted scalar is a text even if it looks like a number. */
  get isQuoted(): boolean {
    return isScalar(this.#node) && (this.#node.type === 'QUOTE_SINGLE' || this.#node.type === 'QUOTE_DOUBLE');
  }

  #child(node: unknown): Source {
    const inner = node === null || node === undefined ? null : (node as Node);
    return new Source(this.file, this.faults, this.#lines, this.#text, inner, this.#offset);
  }

  /** Entries of a map in source order; keys are sources too, for their location. */
  entries(): { key: string; keyAt: Source; value: Source }[] {
    if (!isMap(this.#node)) return [];
    const out: { key: string; keyAt: Source; value: Source }[] = [];
    for (const pair of this.#node.items) {
      if (!isPair(pair)) continue;
      const keyAt = this.#child(pair.key);
      const value = new Source(
        this.file,
        this.faults,
        this.#lines,
        this.#text,
        (pair.value ?? null) as Node | null,
        keyAt.#offset,
      );
      out.push({ key: keyAt.text ?? '', keyAt, value });
    }
    return out;
  }

  get(key: string): Source | undefined {
    const value = this.getWithNull(key);
    return value?.isNull ? undefined : value;
  }

  /** As `get`, but an explicit `key: null` is returned too. */
  getWithNull(key: string): Source | undefined {
    if (!isMap(this.#node)) return undefined;
    for (const pair of this.#node.items) {
      if (!isScalar(pair.key) || String(pair.key.source ?? pair.key.value) !== key) continue;
      const keyAt = this.#child(pair.key);
      const value = (pair.value ?? null) as Node | null;
      return new Source(this.file, this.faults, this.#lines, this.#text, value, keyAt.#offset);
    }
    return undefined;
  }

  /** The value as plain maps, lists and texts, without places. */
  toPlain(): unknown {
    if (this.isMap) return Object.fromEntries(this.entries().map((e) => [e.key, e.value.toPlain()]));
    return this.isList ? this.items().map((i) => i.toPlain()) : (this.text ?? null);
  }

  items(): Source[] {
    if (!isSeq(this.#node)) return [];
    return this.#node.items.map((item) => this.#child(item));
  }

  /**
   * Location of a character of the scalar's text in the file. Exact for plain and quoted one-line scalars and for
   * block scalars; for a folded plain scalar of several lines the line is found by counting its breaks.
   */
  locateIn(position: number): Location {
    if (!isScalar(this.#node) || !this.#node.range) return this.at;
    const node = this.#node;
    const [start, end] = node.range as [number, number, number];
    const raw = this.#text.slice(start, end);
    if (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED') {
      const header = raw.indexOf('\n') + 1;
      const body = raw.slice(header);
      const indent = /^[ ]*/.exec(body.replace(/^\s*\n/, ''))?.[0].length ?? 0;
      return this.locate(start + header + mapBlock(body, indent, position));
    }
    const quote = node.type === 'QUOTE_SINGLE' || node.type === 'QUOTE_DOUBLE' ? 1 : 0;
    return this.locate(start + quote + mapPlain(raw.slice(quote), position));
  }
}

function mapBlock(body: string, indent: number, position: number): number {
  let text = 0;
  let file = 0;
  for (const line of body.split('\n')) {
    const width = Math.max(0, line.length - indent);
    if (position <= text + width) return file + Math.min(line.length, indent + position - text);
    text += width + 1;
    file += line.length + 1;
  }
  return Math.min(body.length, file);
}

function mapPlain(raw: string, position: number): number {
  if (!raw.includes('\n')) return Math.min(position, raw.length);
  let text = 0;
  for (let i = 0; i < raw.length; i++) {
    if (text === position) return i;
    const folded = /^[ \t]*\n[ \t\n]*/.exec(raw.slice(i))?.[0];
    if (folded) {
      i += folded.length - 1;
    }
    text++;
  }
  return raw.length;
}

/**
 * Parses one YAML file. Syntax errors, duplicate keys and aliases (which would let a small file explode) are collected
 * as located faults; what could be read is returned all the same.
 */
export function readYaml(file: string, text: string, faults: Faults): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    keepSourceTokens: true,
    version: '1.2',
    uniqueKeys: true,
  });
  const source = new Source(file, faults, lines, text, (document.contents ?? null) as Node | null, 0);
  // One syntax error makes the parser stumble over everything behind it: only the first is worth reading.
  for (const error of document.errors.slice(0, 1)) {
    faults.add(
      source.locate(error.pos[0]),
      `yaml-${error.code.toLowerCase().replaceAll('_', '-')}`,
      `YAML 语法错误：${error.message.split('\n')[0]?.replace(/ at line.*$/, '') ?? ''}`,
      '请按 YAML 语法检查此处的缩进、冒号和引号',
    );
  }
  if (hasAlias(document.contents)) source.fault('yaml-alias', '政策文件不使用 YAML 锚点与别名', '请把内容写全');
  return source;
}

function hasAlias(node: unknown): boolean {
  if (isAlias(node)) return true;
  if (isMap(node)) return node.items.some((pair) => hasAlias(pair.key) || hasAlias(pair.value));
  if (isSeq(node)) return node.items.some(hasAlias);
  return false;
}
