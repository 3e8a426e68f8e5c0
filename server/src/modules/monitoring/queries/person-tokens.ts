import type { Keyring } from '../../../platform/crypto/index.ts';
import { normaliseName, normaliseNumber, soundOf } from '../../linkage/index.ts';

/** The blind tokens under which somebody may be found by what was typed: a number, a name, its sound or its initials. */
export function personTokens(keys: Keyring, q: string): { kind: string; token: Buffer }[] {
  const text = q.trim();
  const number = normaliseNumber(text);
  if (number && /^\d{17}[\dX]$/.test(number)) return [{ kind: 'number', token: keys.blindIndex('number', number) }];
  const name = normaliseName(text);
  if (/^[A-Z]+$/.test(name)) {
    const letters = name.toLowerCase();
    return [
      { kind: 'initials', token: keys.blindIndex('initials', letters) },
      ...['pinyin'].map((kind) => ({ kind, token: keys.blindIndex(kind, letters) })),
    ];
  }
  return [
    { kind: 'name', token: keys.blindIndex('name', name) },
    { kind: 'pinyin', token: keys.blindIndex('pinyin', soundOf(name)) },
  ];
}
