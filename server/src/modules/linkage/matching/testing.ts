/** Small seeded files with their truth, for the linker's tests: nothing of it reaches the linker but the cells. */
export interface Made {
  left: string[][];
  right: string[][];
  /** Ids (first cells) of rows that are one person. */
  truth: Set<string>;
}

/** Numbers in [0, 1) from a seed (Park and Miller). */
export function randomOf(seed: number): () => number {
  let state = (seed * 7_919 + 1) % 2_147_483_647;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const SURNAMES = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧'.split('');
const GIVEN =
  '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英玉萍红建国华春兰志永梅文斌玲云海波宇浩凯辰雨欣怡子涵梓轩思佳'.split(
    '',
  );
/** Characters that sound alike, by which clerks write one for the other. */
const HOMOPHONES: Record<string, string> = {
  伟: '玮',
  芳: '方',
  静: '靖',
  丽: '莉',
  军: '君',
  杰: '洁',
  明: '鸣',
  英: '瑛',
  华: '桦',
  红: '虹',
  佳: '嘉',
  宇: '羽',
};
const TOWNS = ['青阳镇', '双沟镇', '上塘镇', '魏营镇', '龙集镇', '梅花镇'];
const VILLAGES = ['王庄村', '李圩村', '大塘村', '小河村', '花园社区', '新村'];

/**
 * Households of a county as two registers know them: a fifth of the right side is unknown on the left; the right side has
 * homophones, wrong digits, default dates, other telephones, gaps.
 * @param gaps share of cells that are empty on the right
 */
export function chineseFiles(persons: number, seed: number, gaps = 0.1): Made {
  const random = randomOf(seed);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const digits = (n: number) => Array.from({ length: n }, () => Math.floor(random() * 10)).join('');
  const made: Made = { left: [], right: [], truth: new Set() };
  let n = 0;
  while (n < persons) {
    const address = `${pick(TOWNS)}${pick(VILLAGES)}${1 + Math.floor(random() * 9)}组${1 + Math.floor(random() * 90)}号`;
    const home = `13${digits(9)}`;
    const family = pick(SURNAMES);
    const absent = random() < 0.2;
    for (let i = 0, size = 1 + Math.floor(random() * 4); i < size; i++, n++) {
      const name = `${i === 1 ? pick(SURNAMES) : family}${pick(GIVEN)}${random() < 0.7 ? pick(GIVEN) : ''}`;
      const date = `${1930 + Math.floor(random() * 90)}${String(1 + Math.floor(random() * 12)).padStart(2, '0')}${String(1 + Math.floor(random() * 28)).padStart(2, '0')}`;
      const phone = random() < 0.3 ? home : `15${digits(9)}`;
      const sex = pick(['男', '女']);
      if (!absent) made.left.push([`L${n}`, name, sex, date, phone, `泗洪县${address}`]);
      if (random() < 0.8) {
        const chance = random();
        const heard = chance < 0.06 ? [...name].map((c, k) => (k > 0 ? (HOMOPHONES[c] ?? c) : c)).join('') : name;
        const at = 3 + Math.floor(random() * 5);
        const dated =
          chance > 0.95
            ? `${date.slice(0, at)}${Math.floor(random() * 10)}${date.slice(at + 1)}`
            : chance > 0.93
              ? `${date.slice(0, 4)}0101`
              : date;
        const called = random() < 0.2 ? `18${digits(9)}` : phone;
        const gap = (cell: string) => (random() < gaps ? '' : cell);
        made.right.push([
          `R${n}`,
          heard,
          gap(sex),
          gap(`${dated.slice(0, 4)}-${dated.slice(4, 6)}-${dated.slice(6)}`),
          gap(called),
          gap(random() < 0.5 ? address : `江苏省宿迁市泗洪县${address}`),
        ]);
        if (!absent) made.truth.add(`L${n} R${n}`);
      }
    }
  }
  return made;
}

const FIRST =
  'james mary robert patricia john jennifer michael linda david elizabeth william barbara richard susan joseph jessica thomas sarah karen charles'.split(
    ' ',
  );
const LAST =
  'smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson thomas taylor moore jackson martin lee perez thompson white harris'.split(
    ' ',
  );
const CITIES = 'london leeds york bristol cardiff dundee'.split(' ');

/** People of an English file, each one to four times with typing errors, exchanged names and gaps; truth: pairs of row ids. */
export function englishDuplicates(people: number, seed: number): { rows: string[][]; truth: Map<string, string> } {
  const random = randomOf(seed);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const typed = (word: string) => {
    if (random() > 0.15 || word.length < 3) return word;
    const at = 1 + Math.floor(random() * (word.length - 2));
    return `${word.slice(0, at)}${word[at + 1]}${word[at]}${word.slice(at + 2)}`;
  };
  const rows: string[][] = [];
  const truth = new Map<string, string>();
  for (let p = 0; p < people; p++) {
    const [first, last, city] = [pick(FIRST), pick(LAST), pick(CITIES)];
    const born = `${1940 + Math.floor(random() * 70)}-${String(1 + Math.floor(random() * 12)).padStart(2, '0')}-${String(1 + Math.floor(random() * 28)).padStart(2, '0')}`;
    const mail = `${first[0]}${last}${Math.floor(random() * 100)}@${pick(LAST)}.org`;
    for (let i = 0, copies = 1 + Math.floor(random() * 4); i < copies; i++) {
      const gap = (cell: string) => (random() < 0.12 ? '' : cell);
      const names = random() < 0.04 ? [last, first] : [first, last];
      const id = `p${rows.length}`;
      rows.push([
        id,
        gap(typed(names[0] as string)),
        gap(typed(names[1] as string)),
        gap(born),
        gap(city),
        gap(typed(mail)),
      ]);
      truth.set(id, String(p));
    }
  }
  return { rows, truth };
}

/** A CSV file; cells hold no commas. */
export const csv = (header: string, rows: readonly (readonly string[])[]): string =>
  `${header}\n${rows.map((r) => r.join(',')).join('\n')}\n`;
