import { normaliseName } from '../../domain/name.ts';

const forms = new Map<string, string>();

/**
 * `normaliseName` for many texts: each character is looked up once, and a text of everyday characters is given back as it is.
 * Texts with combining marks or characters outside the basic plane go the long way.
 */
export function everydayText(text: string): string {
  let changed = false;
  let plain = '';
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code >= 0xd800 && code <= 0xdfff) || (code >= 0x300 && code <= 0x36f)) return normaliseName(text);
    const c = text[i] as string;
    let form = forms.get(c);
    if (form === undefined) {
      form = normaliseName(c);
      forms.set(c, form);
    }
    if (form !== c && !changed) {
      changed = true;
      plain = text.slice(0, i);
    }
    if (changed) plain += form;
  }
  return changed ? plain : text;
}
