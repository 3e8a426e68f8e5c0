import { normaliseNumber } from '../../domain/citizen-number.ts';
import { digest, packDigits } from './digest.ts';
import { hashed, type Preparation } from './field.ts';

/** SQL: full-width digits and letters as ASCII. */
const narrow = (v: string): string =>
  `translate(${v}, '０１２３４５６７８９ＸｘＡＢＣ－＋（）＠．', '0123456789XxABC-+()@.')`;

/** SQL: a decimal number with 4 bits for each digit. */
const packed = (number: string, digits: number): string =>
  `(${Array.from({ length: digits }, (_, i) => `(((${number} // ${10 ** i}) % 10) << ${4 * i})`).join(' | ')})`;

/**
 * A telephone number without country prefix; NULL when it has fewer than seven digits or one digit only.
 * hash is the number itself; digits its last eleven, packed; tail its last seven.
 */
export const phone: Preparation = {
  base: (v) => {
    const digits = `regexp_replace(regexp_replace(${narrow(v)}, '[^0-9]', '', 'g'), '^(?:0086|86)(1[0-9]{10})$', '\\1')`;
    return { n: `TRY_CAST(CASE WHEN length(${digits}) BETWEEN 7 AND 15 THEN ${digits} END AS BIGINT)` };
  },
  columns: (of) => {
    const n = `CASE WHEN ltrim(${of('n')}::VARCHAR, left(${of('n')}::VARCHAR, 1)) <> '' THEN ${of('n')} END`;
    return { hash: n, digits: packed(`(${n})`, 11), tail: `(${n}) % 10000000` };
  },
};

/** An electronic address: the whole, and what stands before the @. */
export const email: Preparation = {
  base: (v) => ({ n: `nullif(regexp_replace(lower(${narrow(v)}), '\\s', '', 'g'), '')` }),
  columns: (of) => {
    const local = `nullif(split_part(${of('n')}, '@', 1), '')`;
    return { hash: hashed(of('n')), local: hashed(local), whole: of('n') };
  },
};

/** 居民身份证号: 15 digits upgraded, blanks and width mended; two packed halves of nine characters (X counts as ten). */
export const citizenNumber: Preparation = {
  dictionary: {
    columns: [
      ['hash', 'BIGINT'],
      ['head', 'BIGINT'],
      ['tail', 'BIGINT'],
    ],
    read(text) {
      const plain = normaliseNumber(text);
      if (plain === null) return null;
      const whole = /^\d{17}[\dX]$/.test(plain);
      return [digest(plain), whole ? packDigits(plain.slice(0, 9)) : null, whole ? packDigits(plain.slice(9)) : null];
    },
  },
  columns: (of) => ({ hash: of('hash'), head: of('head'), tail: of('tail') }),
};

/** Any number or code given to one record: letters and digits only; head and tail are its halves. */
export const number: Preparation = {
  base: (v) => ({ n: `nullif(regexp_replace(upper(${narrow(v)}), '[^\\p{L}\\p{N}]', '', 'g'), '')` }),
  columns: (of) => {
    const n = of('n');
    const half = (side: 'left' | 'right') =>
      `CASE WHEN length(${n}) >= 6 THEN hash(${side}(${n}, length(${n}) // 2)) END`;
    return { text: n, hash: hashed(n), head: half('left'), tail: half('right') };
  },
};

/** Sex as 1 (male) or 2 (female). */
export const sex: Preparation = {
  base: (v) => ({ n: `lower(${narrow(v)})` }),
  columns: (of) => ({
    value: `CASE WHEN ${of('n')} IN ('男', '男性', '1', 'm', 'male', 'man', 'boy', '01') THEN 1::TINYINT WHEN ${of('n')} IN ('女', '女性', '2', 'f', 'female', 'woman', 'girl', '02') THEN 2::TINYINT END`,
  }),
};

/** A region code of 6, 9 or 12 digits, with the levels above it. */
export const region: Preparation = {
  base: (v) => ({ n: `regexp_replace(${narrow(v)}, '[^0-9]', '', 'g')` }),
  columns: (of) => {
    const upTo = (length: number) =>
      `CASE WHEN length(${of('n')}) >= ${length} AND right(left(${of('n')}, ${length}), ${length - 6 || 2}) NOT IN ('00', '000', '000000') THEN TRY_CAST(left(${of('n')}, ${length}) AS BIGINT) END`;
    return { village: upTo(12), town: upTo(9), county: upTo(6), city: `TRY_CAST(left(${of('n')}, 4) AS BIGINT)` };
  },
};
