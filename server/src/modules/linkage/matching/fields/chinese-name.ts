import { surnameOf, syllables } from '../../domain/name.ts';
import { everydayText } from './characters.ts';
import { smallDigest } from './digest.ts';
import type { Entry, Preparation } from './field.ts';

/** Most names are characters of one block, which is told faster than what a letter is. */
const NOT_LETTERS = /[^\u4e00-\u9fff]/;

const PARTS = ['n', 'text', 'sound', 'near', 's1', 's2', 's3', 's4', 'family', 'given', 'long'] as const;

/**
 * A person's name in Chinese characters (or, within such a file, in Latin letters).
 * n length; text, sound (pinyin), near (pinyin without the differences that dialects drop); s1–s4 the first syllables;
 * family and given their sounds; long the pinyin of names of four characters and more.
 */
export const chineseName: Preparation = {
  dictionary: {
    columns: [
      ['n', 'TINYINT'],
      ['text', 'INTEGER'],
      ['sound', 'INTEGER'],
      ['near', 'INTEGER'],
      ['s1', 'INTEGER'],
      ['s2', 'INTEGER'],
      ['s3', 'INTEGER'],
      ['s4', 'INTEGER'],
      ['family', 'INTEGER'],
      ['given', 'INTEGER'],
      ['long', 'VARCHAR'],
    ],
    read,
  },
  columns: (of) => Object.fromEntries(PARTS.map((part) => [part, of(part)])),
};

interface Sound {
  /** The syllable as read, and as dialects hear it. */
  read: string;
  near: string;
  number: number;
}

function read(raw: string): Entry | null {
  let text = everydayText(raw);
  if (NOT_LETTERS.test(text)) text = text.replaceAll(/[^\p{L}\p{N}]/gu, '');
  const characters = [...text];
  const n = characters.length;
  if (n === 0) return null;
  if (n > 1 && /^[\x20-\x7e]*$/.test(text)) {
    const word = text.toLowerCase();
    return [
      Math.min(n, 120),
      smallDigest(text),
      smallDigest(word),
      smallDigest(word),
      null,
      null,
      null,
      null,
      null,
      null,
      n >= 5 ? word : null,
    ];
  }
  const family = familyOf(characters);
  const given = characters.slice(family.length).map(soundOf);
  const all = [...family.sounds, ...given];
  const sound = all.map((s) => s.read).join(' ');
  return [
    Math.min(n, 120),
    smallDigest(text),
    smallDigest(sound),
    smallDigest(all.map((s) => s.near).join(' ')),
    all[0]?.number ?? null,
    all[1]?.number ?? null,
    all[2]?.number ?? null,
    all[3]?.number ?? null,
    family.number,
    given.length === 0 ? null : smallDigest(given.map((s) => s.near).join(' ')),
    n >= 4 ? sound : null,
  ];
}

const families = new Map<string, { length: number; sounds: Sound[]; number: number }>();
/** The surname of a name, by its first two characters: compound surnames are one. */
function familyOf(characters: readonly string[]) {
  const key = characters.length > 1 ? `${characters[0]}${characters[1]}` : (characters[0] as string);
  const known = families.get(key);
  if (known) return known;
  const length = [...surnameOf(key)].length;
  const sounds = syllables(key).slice(0, length).map(made);
  const family = { length, sounds, number: smallDigest(sounds.map((s) => s.near).join(' ')) };
  families.set(key, family);
  return family;
}

const sounds = new Map<string, Sound>();
/** How a character is read in a given name: what stands after a surname of one character. */
function soundOf(character: string): Sound {
  const known = sounds.get(character);
  if (known) return known;
  const sound = made(syllables(`王${character}`)[1] ?? character);
  sounds.set(character, sound);
  return sound;
}

const made = (syllable: string): Sound => ({ read: syllable, near: near(syllable), number: smallDigest(syllable) });

/** Differences of sound that southern and western speakers do not make, so that clerks write one for the other. */
function near(syllable: string): string {
  return syllable
    .replace(/^([zcs])h/, '$1')
    .replace(/^l/, 'n')
    .replace(/([aei])ng$/, '$1n');
}
