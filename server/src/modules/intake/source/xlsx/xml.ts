/** What a scan of XML tells, in document order. */
export interface XmlSink {
  /** An element begins; `name` without its prefix, `attributes` as written. A self-closing one is followed by `close`. */
  open(name: string, attributes: string): void;
  close(name: string): void;
  /** Text between tags, decoded; may come in pieces. */
  text(text: string): void;
}

/** A tag longer than this is no workbook's. */
const MAX_TAG = 1 << 20;

/**
 * A scanner of the XML that workbooks are made of: elements, attributes, text, CDATA, character references. It expands no
 * entity that a document declares and reads no DTD. It takes the document in pieces; its memory does not grow with it.
 */
export class XmlScanner {
  readonly #sink: XmlSink;
  #rest = '';

  constructor(sink: XmlSink) {
    this.#sink = sink;
  }

  /** @throws SyntaxError when the text is no such XML */
  push(piece: string): void {
    const text = this.#rest + piece;
    let at = 0;
    for (;;) {
      const open = text.indexOf('<', at);
      if (open < 0) {
        // A reference may be cut in two; it is short.
        const cut = text.lastIndexOf('&');
        const keep = cut >= at && cut > text.length - 12 && !text.includes(';', cut) ? cut : text.length;
        if (keep > at) this.#sink.text(decodeReferences(text.slice(at, keep)));
        this.#rest = text.slice(keep);
        return;
      }
      if (open > at) this.#sink.text(decodeReferences(text.slice(at, open)));
      const next = this.#tag(text, open);
      if (next < 0) {
        if (text.length - open > MAX_TAG) throw new SyntaxError('tag without end');
        this.#rest = text.slice(open);
        return;
      }
      at = next;
    }
  }

  /** @throws SyntaxError when the document stops inside a tag */
  end(): void {
    if (this.#rest.startsWith('<')) throw new SyntaxError('document ends inside a tag');
  }

  /** Handles the tag at `open`; gives the place after it, or -1 when it is not whole yet. */
  #tag(text: string, open: number): number {
    const second = text.charCodeAt(open + 1);
    if (second === 33) return this.#declaration(text, open);
    if (second === 63) {
      const end = text.indexOf('?>', open);
      return end < 0 ? -1 : end + 2;
    }
    let close = text.indexOf('>', open);
    while (close >= 0 && insideQuotes(text, open, close)) close = text.indexOf('>', close + 1);
    if (close < 0) return -1;
    if (second === 47) {
      this.#sink.close(localName(text.slice(open + 2, close).trimEnd()));
      return close + 1;
    }
    const alone = text.charCodeAt(close - 1) === 47;
    const end = alone ? close - 1 : close;
    let i = open + 1;
    while (i < end && text.charCodeAt(i) > 32) i++;
    const name = localName(text.slice(open + 1, i));
    this.#sink.open(name, text.slice(i, end));
    if (alone) this.#sink.close(name);
    return close + 1;
  }

  #declaration(text: string, open: number): number {
    if (text.startsWith('<!--', open)) {
      const end = text.indexOf('-->', open + 4);
      return end < 0 ? -1 : end + 3;
    }
    if (text.startsWith('<![CDATA[', open)) {
      const end = text.indexOf(']]>', open + 9);
      if (end < 0) return -1;
      this.#sink.text(text.slice(open + 9, end));
      return end + 3;
    }
    // Too little of it is there to tell.
    if (text.length - open < 9) return -1;
    throw new SyntaxError('document type declaration');
  }
}

function insideQuotes(text: string, from: number, to: number): boolean {
  let quote = 0;
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i);
    if (quote === 0 ? c === 34 || c === 39 : c === quote) quote = quote === 0 ? c : 0;
  }
  return quote !== 0;
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decodeReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(\w{2,4}));/g, (whole, hex, decimal, name) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const code = hex === undefined ? Number.parseInt(decimal, 10) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** The value of an attribute in a tag's attribute text (prefix ignored); undefined when it has none. */
export function attribute(attributes: string, name: string): string | undefined {
  for (let at = attributes.indexOf(name); at >= 0; at = attributes.indexOf(name, at + 1)) {
    const before = attributes.charCodeAt(at - 1);
    if (before > 32 && before !== 58) continue;
    let i = at + name.length;
    while (attributes.charCodeAt(i) <= 32) i++;
    if (attributes.charCodeAt(i) !== 61) continue;
    i++;
    while (attributes.charCodeAt(i) <= 32) i++;
    const quote = attributes[i];
    if (quote !== '"' && quote !== "'") continue;
    const end = attributes.indexOf(quote, i + 1);
    if (end >= 0) return decodeReferences(attributes.slice(i + 1, end));
  }
  return undefined;
}
