import type { Say, TextKey } from '../../language/index.tsx';
import { zh } from '../../language/zh/index.ts';

/** The word of a code below a prefix ('link.method.' + 'weight'); a code without a word stands as it came. */
export function word(say: Say, prefix: string, code: string): string {
  const key = `${prefix}${code}`;
  return key in zh ? (say as (key: TextKey) => string)(key as TextKey) : code;
}
