import type { Random } from './random.ts';
import { weighted } from './random.ts';

// Weights are rough shares written for this project: the frequent surnames of northern Jiangsu, and the characters that
// parents of each era liked. They make namesakes as common as in a real county.
const SURNAMES =
  '王 84 张 80 李 72 陈 48 刘 46 徐 36 周 35 孙 34 朱 32 杨 30 赵 26 吴 26 许 20 高 16 马 15 胡 14 黄 14 郭 13 何 13 沈 12 ' +
  '葛 12 蒋 11 宋 11 丁 10 韩 10 唐 10 曹 10 石 9 姜 8 罗 8 魏 8 谢 8 袁 8 彭 7 钱 7 陆 7 戴 7 卢 7 史 7 邵 6 汤 6 侯 6 苏 6 ' +
  '江 6 梁 6 董 6 程 6 于 6 冯 6 潘 6 仇 5 单 4 万 5 顾 5 倪 5 孟 5 夏 5 余 5 杜 5 叶 5 田 5 任 5 范 5 庄 5 裴 4 尤 4 祖 3 ' +
  '郑 6 薛 4 雷 3 贺 3 龚 3 崔 4 尹 3 严 4 熊 2 江 3 武 3 乔 3 毛 4 邱 4 秦 4 白 3 查 1 鲍 3 左 3 梅 2 柏 2 颜 2 欧阳 1 司马 0.4 诸葛 0.4';
const MALE = [
  // born before 1960
  '国 30 德 28 文 26 明 22 玉 18 学 20 永 18 正 18 广 16 志 18 振 12 世 12 怀 10 兆 9 绍 8 保 10 金 12 开 8 宝 10 福 12 祥 10 ' +
    '才 9 成 10 贵 10 兴 8 华 8 山 8 荣 8 友 6 田 5 法 5 仁 7 义 7 礼 5 海 7',
  // 1960–1979
  '军 26 建 24 国 20 华 18 明 16 平 14 强 14 伟 14 勇 12 林 10 海 12 东 10 成 9 永 9 红 8 兵 8 春 7 亚 6 卫 9 立 8 飞 6 祥 6 波 6 ' +
    '刚 8 志 10 文 10 学 8 峰 7 忠 7 良 6 生 6 宏 6',
  // 1980–1999
  '伟 20 磊 16 涛 14 鹏 13 杰 13 超 13 浩 10 飞 10 勇 9 强 9 凯 9 亮 8 波 8 辉 8 刚 7 斌 7 龙 8 俊 9 晨 6 旭 6 洋 7 宇 8 峰 8 帅 6 ' +
    '健 6 成 6 阳 6 威 5 雷 5 坤 4 喆 1 堃 1',
  // since 2000
  '宇 18 轩 16 浩 16 子 15 梓 13 泽 13 博 12 睿 10 辰 10 铭 9 俊 12 杰 8 涵 8 然 8 豪 7 奕 7 恒 6 皓 6 晨 8 阳 7 逸 6 昊 8 一 6 瑞 6 ' +
    '航 6 嘉 8 霖 4 煜 3 垚 1',
].map(table);
const FEMALE = [
  '英 30 兰 26 秀 28 玉 22 桂 20 芳 16 珍 16 凤 14 梅 14 素 10 荣 10 淑 8 云 10 翠 10 美 8 月 7 霞 6 莲 8 红 6 侠 9 花 8 爱 6 巧 5 金 7 ' +
    '永 4 永 4 香 6 敏 4',
  '芳 20 红 20 丽 18 玲 16 霞 16 英 14 梅 14 艳 12 华 12 萍 10 娟 10 燕 9 云 8 琴 9 敏 8 秀 8 莉 7 侠 7 平 6 春 7 美 6 荣 5 凤 6 洁 3',
  '静 16 丽 14 敏 12 娟 11 艳 10 婷 13 娜 11 雪 10 洁 9 倩 9 慧 8 燕 8 莉 8 玲 8 颖 7 琳 6 媛 6 芳 6 蕾 5 薇 5 晶 5 悦 5 婷 5 佳 6 雅 5 ' +
    '萌 3 珊 3',
  '涵 16 梓 16 欣 14 怡 13 雨 13 子 12 诗 10 萱 10 佳 9 可 8 馨 8 悦 8 妍 7 瑶 7 语 7 一 7 诺 6 琪 6 婷 6 彤 6 思 7 若 5 晨 5 菲 4 璇 4 ' +
    '淼 1',
].map(table);
const MINORITY_GIVEN = ['买买提', '阿不都', '古丽', '热依汗', '艾山', '迪丽', '吐尔逊', '玛依拉', '阿依', '木合塔尔'];
const MINORITY_FATHER = ['艾合买提', '吐尔洪', '阿卜杜拉', '依明', '卡德尔', '买合木提', '沙吾提', '肉孜'];

function table(text: string): (rng: Random) => string {
  const parts = text.split(' ');
  const entries: [string, number][] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) entries.push([parts[i] ?? '', Number(parts[i + 1])]);
  return weighted(entries);
}

const surname = table(SURNAMES);

function era(birthYear: number): number {
  if (birthYear < 1960) return 0;
  if (birthYear < 1980) return 1;
  return birthYear < 2000 ? 2 : 3;
}

/** A family name. */
export function drawSurname(rng: Random): string {
  return surname(rng);
}

/** A given name of one or two characters, as parents of that year liked. */
export function drawGiven(rng: Random, sex: 'male' | 'female', birthYear: number): string {
  const at = era(birthYear);
  const draw = (sex === 'male' ? MALE : FEMALE)[at];
  if (draw === undefined) throw new Error('no characters for this year');
  // One-character names had their time between 1960 and 1999.
  const single = [0.12, 0.35, 0.45, 0.08][at] ?? 0.2;
  const first = draw(rng);
  if (rng.chance(single)) return first;
  const second = draw(rng);
  return second === first && at < 3 ? `${first}${draw(rng)}` : first + second;
}

/** A Uyghur name with the dot between own and father's name; such names stress every parser. */
export function drawMinorityName(rng: Random): string {
  return `${rng.pick(MINORITY_GIVEN)}·${rng.pick(MINORITY_FATHER)}`;
}
