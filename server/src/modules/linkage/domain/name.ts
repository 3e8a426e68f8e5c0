import { Converter } from 'opencc-js/t2cn';
import { pinyin } from 'pinyin-pro';

const simplify = Converter({ from: 't', to: 'cn' });

/** Spellings that conversion to simplified characters leaves apart though departments use them for the same name. */
const VARIANTS: Record<string, string> = {
  喆: '哲',
  堃: '坤',
  淼: '渺',
  犇: '奔',
  锺: '钟',
  昇: '升',
  甯: '宁',
  峯: '峰',
  恆: '恒',
};

const simplified = new Map<string, string>();
/** One character's simplified, everyday form; by character, since phrases of a language do not occur in names. */
function everyday(character: string): string {
  const known = simplified.get(character);
  if (known !== undefined) return known;
  const simple = simplify(character);
  const usual = VARIANTS[simple] ?? simple;
  simplified.set(character, usual);
  return usual;
}

/**
 * A name made comparable: width, blanks, the dots of minority names, traditional and variant characters.
 * '欧阳 锺秀' and '歐陽鍾秀' give the same text.
 */
export function normaliseName(text: string): string {
  const plain = text
    .normalize('NFKC')
    .replace(/[\s·•・‧．.∙⋅]/g, '')
    .toUpperCase();
  return [...plain].map(everyday).join('');
}

const readings = new Map<string, string>();
/** How a character of a given name is read, without tone; its most frequent reading. */
function reading(character: string): string {
  const known = readings.get(character);
  if (known !== undefined) return known;
  const read = pinyin(character, { toneType: 'none', type: 'array', v: true })[0]?.toLowerCase() ?? '';
  readings.set(character, read);
  return read;
}

const surnames = new Map<string, { length: number; read: string[] }>();
/** Surname and its reading: 单 is shan, 仇 is qiu, 查 is zha as surnames; compound surnames are one surname. */
function surname(name: string): { length: number; read: string[] } {
  const [first = '', second = ''] = name;
  const text = COMPOUND.has(first + second) ? first + second : first;
  const known = surnames.get(text);
  if (known) return known;
  const read = pinyin(text, { toneType: 'none', type: 'array', mode: 'surname', surname: 'head', v: true });
  const made = { length: [...text].length, read: read.map((s) => s.toLowerCase()) };
  surnames.set(text, made);
  return made;
}

const COMPOUND = new Set(
  '欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 公户 公玉 公仪 梁丘 公仲 公上 公门 公山 公坚 左丘 公伯 西门 公祖 第五 公乘 贯丘 公皙 南荣 东里 东宫 仲长 子书 子桑 即墨 淳于'.split(
    ' ',
  ),
);

/** Syllables of a normalised name: '单雄信' gives ['shan', 'xiong', 'xin']. Latin letters stay as they are. */
export function syllables(normalised: string): string[] {
  const characters = [...normalised];
  if (characters.length === 0) return [];
  if (/^[\x20-\x7e]*$/.test(normalised)) return [normalised.toLowerCase()];
  const family = surname(normalised);
  return [...family.read, ...characters.slice(family.length).map(reading)];
}

/** The sound of a normalised name in one word: 'shanxiongxin'. */
export const soundOf = (normalised: string): string => syllables(normalised).join('');

/** The first letters of a normalised name's syllables: 'sxx'. */
export const initialsOf = (normalised: string): string =>
  syllables(normalised)
    .map((s) => s[0] ?? '')
    .join('');

/** The surname of a normalised name: one character, or two of a compound surname. */
export function surnameOf(normalised: string): string {
  return [...normalised].slice(0, surname(normalised).length || 1).join('');
}

/** A name with the given name covered: '王小明' gives '王××'. */
export function coverName(name: string): string {
  const family = surnameOf(normaliseName(name));
  const rest = Math.max([...name].length - [...family].length, 1);
  return `${[...name].slice(0, [...family].length).join('')}${'×'.repeat(Math.min(rest, 3))}`;
}

/** How two names agree: the same text, the same sound, or not at all. */
export function namesAgree(one: string, other: string): 'exact' | 'sound' | 'none' {
  const a = normaliseName(one);
  const b = normaliseName(other);
  if (a === '' || b === '') return 'none';
  if (a === b) return 'exact';
  return soundOf(a) === soundOf(b) ? 'sound' : 'none';
}
