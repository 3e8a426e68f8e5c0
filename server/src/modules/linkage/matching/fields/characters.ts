import { normaliseName } from '../../domain/name.ts';

const SAME = 1;
const OTHER = 2;
const LONG_WAY = 3;
/** What is known of each character of the basic plane: nothing yet (0), stays, becomes another, needs its neighbours. */
const known = new Uint8Array(0x10000);
const forms = new Map<number, string>();

/**
 * `normaliseName` for many texts: each character is looked up once, and a text of everyday characters is given back as it is.
 * Texts with combining marks or characters outside the basic plane go the long way.
 */
export function everydayText(text: string): string {
  for (let i = 0; i < text.length; i++) {
    const state = stateOf(text.charCodeAt(i));
    if (state === LONG_WAY) return normaliseName(text);
    if (state === OTHER) return changed(text, i);
  }
  return text;
}

function changed(text: string, from: number): string {
  let plain = text.slice(0, from);
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const state = stateOf(code);
    if (state === LONG_WAY) return normaliseName(text);
    plain += state === SAME ? text[i] : (forms.get(code) ?? '');
  }
  return plain;
}

function stateOf(code: number): number {
  const before = known[code] as number;
  if (before !== 0) return before;
  if ((code >= 0xd800 && code <= 0xdfff) || (code >= 0x300 && code <= 0x36f)) {
    known[code] = LONG_WAY;
    return LONG_WAY;
  }
  const character = String.fromCharCode(code);
  const form = normaliseName(character);
  known[code] = form === character ? SAME : OTHER;
  if (form !== character) forms.set(code, form);
  return known[code] as number;
}
