import { normaliseName, surnameOf, syllables } from '../../domain/name.ts';
import { hashed, type Preparation } from './field.ts';

/**
 * A person's name in Chinese characters (or, within such a file, in Latin letters).
 * n length; text, sound (pinyin), near (pinyin without the differences that dialects drop); s1–s4 the first syllables;
 * family and given their sounds; long the pinyin of names of five characters and more.
 */
export const chineseName: Preparation = {
  dictionary: {
    columns: [
      ['n', 'TINYINT'],
      ['text', 'VARCHAR'],
      ['sound', 'VARCHAR'],
      ['near', 'VARCHAR'],
      ['s1', 'INTEGER'],
      ['s2', 'INTEGER'],
      ['s3', 'INTEGER'],
      ['s4', 'INTEGER'],
      ['family', 'INTEGER'],
      ['given', 'INTEGER'],
    ],
    read(text) {
      // Western separators inside a cell (Zhang, Wei) say nothing here.
      const name = normaliseName(text).replaceAll(/[^\p{L}\p{N}]/gu, '');
      const n = [...name].length;
      if (n === 0) return null;
      const read = syllables(name);
      const family = [...surnameOf(name)].length;
      const latin = read.length === 1 && n > 1;
      const [s1, s2, s3, s4] = latin ? [] : read.map(numberOf);
      return [
        Math.min(n, 120),
        name,
        read.join(' '),
        read.map(near).join(' '),
        s1 ?? null,
        s2 ?? null,
        s3 ?? null,
        s4 ?? null,
        latin ? null : numberOf(read.slice(0, family).map(near).join(' ')),
        latin || n <= family ? null : numberOf(read.slice(family).map(near).join(' ')),
      ];
    },
  },
  columns: (of) => ({
    n: of('n'),
    text: hashed(of('text')),
    sound: hashed(of('sound')),
    near: hashed(of('near')),
    s1: of('s1'),
    s2: of('s2'),
    s3: of('s3'),
    s4: of('s4'),
    family: of('family'),
    given: of('given'),
    long: `CASE WHEN ${of('n')} >= 5 THEN ${of('sound')} END`,
  }),
};

/** Differences of sound that southern and western speakers do not make, so that clerks write one for the other. */
function near(syllable: string): string {
  return syllable
    .replace(/^([zcs])h/, '$1')
    .replace(/^l/, 'n')
    .replace(/([aei])ng$/, '$1n');
}

const numbers = new Map<string, number>();
/** A stable number of a text (FNV-1a, 31 bits): prepared tables outlive the process. */
function numberOf(text: string): number {
  const known = numbers.get(text);
  if (known !== undefined) return known;
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  const number = (h >>> 1) | 0;
  if (numbers.size < 100_000) numbers.set(text, number);
  return number;
}
