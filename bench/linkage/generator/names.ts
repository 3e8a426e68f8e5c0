import { existsSync, readFileSync } from 'node:fs';
import { pinyin } from 'pinyin-pro';
import { type Chance, Urn } from './chance.ts';

/** Where the real frequencies of surnames and given-name characters lie, where somebody has put them. */
const FREQUENCIES = new URL('../../../../shared/oracles/linkage/chinese-names/', import.meta.url);

const DECADES = ['1930_1959', '1960_1969', '1970_1979', '1980_1989', '1990_1999', '2000_2008'] as const;
const SHARE_OF_COMMON_NAMES = 0.315;

export type Sex = '男' | '女';

/** Draws names by sex and year of birth, and the characters that sound like a given one. */
export interface NameBook {
  readonly source: string;
  surname(chance: Chance): string;
  given(chance: Chance, sex: Sex, year: number): string;
  /** A middle character that siblings share (字辈). */
  generation(chance: Chance, sex: Sex, year: number): string;
  /** Another character of the same reading, or the same one where there is none. */
  homophone(chance: Chance, character: string): string;
  minority(chance: Chance, sex: Sex): string;
}

interface Character {
  readonly character: string;
  readonly sound: string;
  readonly men: number;
  readonly women: number;
  readonly decades: readonly number[];
}

/** Names by real frequency where the lists are, by a small list of the bench's own where not; `source` says which. */
export function nameBook(): NameBook {
  const real = existsSync(FREQUENCIES);
  const surnames = new Urn(real ? realSurnames() : ownSurnames());
  const characters = real ? realCharacters() : ownCharacters();
  const common = real ? realCommonNames() : undefined;
  const urns = new Map<string, Urn<string>>();
  for (const sex of ['男', '女'] as const)
    for (let decade = 0; decade < DECADES.length; decade++)
      urns.set(
        sex + decade,
        new Urn(characters.map((c) => [c.character, (c.decades[decade] ?? 0) * (sex === '男' ? c.men : c.women)])),
      );
  const bySound = new Map<string, Character[]>();
  const soundOf = new Map<string, string>();
  for (const c of characters) {
    soundOf.set(c.character, c.sound);
    bySound.set(c.sound, [...(bySound.get(c.sound) ?? []), c]);
  }
  const homophones = new Map<string, Urn<string> | undefined>();
  const homophonesOf = (character: string): Urn<string> | undefined => {
    if (!homophones.has(character)) {
      const sound = soundOf.get(character) ?? pinyin(character, { toneType: 'none' });
      const others = (bySound.get(sound) ?? []).filter((c) => c.character !== character && c.men + c.women > 0);
      homophones.set(
        character,
        others.length > 0 ? new Urn(others.map((c) => [c.character, c.men + c.women])) : undefined,
      );
    }
    return homophones.get(character);
  };
  const urnFor = (sex: Sex, year: number) => urns.get(sex + decadeOf(year)) as Urn<string>;
  return {
    source: real
      ? 'real frequencies of surnames, names and characters (../shared/oracles)'
      : 'a small list of the bench (../shared/oracles/linkage/chinese-names is not there)',
    surname: (chance) => surnames.draw(chance),
    given(chance, sex, year) {
      if (common && chance.happens(SHARE_OF_COMMON_NAMES)) return (common.get(sex) as Urn<string>).draw(chance);
      const urn = urnFor(sex, year);
      const first = urn.draw(chance);
      if (chance.happens(year < 1960 ? 0.08 : year < 1980 ? 0.25 : year < 2000 ? 0.3 : 0.1)) return first;
      return first + urn.draw(chance);
    },
    generation: (chance, sex, year) => urnFor(sex, year).draw(chance),
    homophone: (chance, character) => homophonesOf(character)?.draw(chance) ?? character,
    minority: (chance, sex) => `${chance.one(sex === '男' ? MEN : WOMEN)}·${chance.one(MEN)}`,
  };
}

function decadeOf(year: number): number {
  return year < 1960 ? 0 : Math.min(5, Math.floor((year - 1950) / 10));
}

function table(file: string): Record<string, string>[] {
  const [header = '', ...lines] = readFileSync(new URL(file, FREQUENCIES), 'utf8')
    .replace(/^\uFEFF/, '')
    .trim()
    .split(/\r?\n/);
  const columns = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [columns[i] ?? '', cell])));
}

function realSurnames(): [string, number][] {
  return table('familyname.csv').map((row) => [row.surname ?? '', Number(row['n.1930_2008'])]);
}

function realCharacters(): Character[] {
  return table('givenname.csv').map((row) => ({
    character: row.character ?? '',
    sound: (row.pinyin ?? '').replace(/\d/g, ''),
    men: share(Number(row['n.male']), Number(row['n.female'])),
    women: share(Number(row['n.female']), Number(row['n.male'])),
    decades: DECADES.map((decade) => Number(row[`n.${decade}`]) || 0),
  }));
}

function share(mine: number, other: number): number {
  return mine + other > 0 ? mine / (mine + other) : 0;
}

function realCommonNames(): Map<Sex, Urn<string>> {
  const rows = table('top1000name.prov.csv');
  return new Map([
    ['男', new Urn(rows.map((row) => [row.name ?? '', Number(row['n.male'])] as const))],
    ['女', new Urn(rows.map((row) => [row.name ?? '', Number(row['n.female'])] as const))],
  ]);
}

function ownSurnames(): [string, number][] {
  const list =
    '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文';
  return [...[...list].map((name, i): [string, number] => [name, 1 / (i + 3)]), ['欧阳', 0.003], ['上官', 0.002]];
}

function ownCharacters(): Character[] {
  const men = '伟强磊军勇杰涛超明刚平辉鹏斌浩建国华文志海波宏峰亮东林健飞龙德福生荣成新永贵庆春光山义';
  const women = '芳娜敏静丽艳娟秀英霞玲燕红梅兰桂珍凤玉莉洁婷雪琴香月莲萍慧颖倩欣怡佳丹琳晶璐云淑';
  const both = '晓子小金宇思雨文佳俊海玉春明';
  const make = (list: string, m: number, w: number) =>
    [...list].map((character, i) => ({
      character,
      sound: pinyin(character, { toneType: 'none' }),
      men: m,
      women: w,
      decades: DECADES.map(() => 1 / (i + 5)),
    }));
  const seen = new Set<string>();
  return [...make(men, 0.9, 0.1), ...make(women, 0.05, 0.95), ...make(both, 0.5, 0.5)].filter(
    ({ character }) => !seen.has(character) && seen.add(character),
  );
}

const MEN = (
  '买买提 艾合买提 阿卜杜拉 吐尔逊 玉素甫 库尔班 艾力 亚森 依明 卡德尔 肉孜 司马义 托合提 阿布都热合曼 吾买尔 艾买提 达吾提 热合曼 尼亚孜 木拉提 ' +
  '赛买提 阿不都外力 艾尼瓦尔 帕尔哈提 牙生 巴拉提 努尔买买提 阿迪力 伊力哈木 居来提 扎西 多吉 次仁 洛桑 旦增 格桑'
).split(' ');
const WOMEN = (
  '阿依古丽 古丽娜尔 热依汗 帕提古丽 玛依拉 阿米娜 祖丽菲亚 米日古丽 吐尔逊古丽 阿孜古丽 热孜亚 哈丽旦 迪丽努尔 茹仙古丽 再娜甫 布威海丽且姆 ' +
  '阿瓦古丽 阿依努尔 麦合木提古丽 古丽巴哈尔 努尔古丽 卓玛 央金 拉姆 曲珍'
).split(' ');
