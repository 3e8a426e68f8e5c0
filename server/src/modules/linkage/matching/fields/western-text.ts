import { hashed, type Preparation } from './field.ts';

/** SQL: case, accents, width and punctuation gone. */
const folded = (v: string): string =>
  `nullif(regexp_replace(lower(strip_accents(${v})), '[^\\p{L}\\p{N}]', '', 'g'), '')`;

/** SQL: the consonants that a word is remembered by: 'stephenson' gives s+tfns. */
const skeleton = (n: string): string => {
  const spelt = `replace(replace(substr(${n}, 2), 'ph', 'f'), 'ck', 'k')`;
  return `left(${n}, 1) || left(regexp_replace(${spelt}, '[aeiouhwy]', '', 'g'), 4)`;
};

const columns: Preparation['columns'] = (of) => ({
  text: of('n'),
  hash: hashed(of('n')),
  head: hashed(`left(${of('n')}, 3)`),
  bones: hashed(skeleton(of('n'))),
});

/** A given name, surname, street, locality or any short text: as written, its hash, its first letters, its consonants. */
export const word: Preparation = { base: (v) => ({ n: folded(v) }), columns };

/** First word of a full name, or what follows the comma: 'Smith, John' and 'John Smith' give john. */
export const givenOfFull: Preparation = {
  base: (v) => ({
    n: folded(`CASE WHEN ${v} LIKE '%,%' THEN trim(split_part(${v}, ',', 2)) ELSE split_part(${v}, ' ', 1) END`),
  }),
  columns,
};

/** Last word of a full name, or what stands before the comma. */
export const surnameOfFull: Preparation = {
  base: (v) => ({
    n: folded(
      `CASE WHEN ${v} LIKE '%,%' THEN split_part(${v}, ',', 1) WHEN ${v} LIKE '% %' THEN string_split(${v}, ' ')[-1] END`,
    ),
  }),
  columns,
};
