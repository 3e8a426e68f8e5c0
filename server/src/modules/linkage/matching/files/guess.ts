import { readDate } from '../fields/birth.ts';
import type { Kind } from '../fields/field.ts';

/** A column of a file and some of its values, as `link init` sees them. */
export interface SeenColumn {
  name: string;
  /** Values that are not empty, at most some thousands. */
  values: readonly string[];
  /** Share of rows without a value. */
  empty: number;
  /** Whether no value occurs twice and none is missing. */
  unique: boolean;
}

interface Guess {
  column: SeenColumn;
  kind: Kind;
  why: string;
  separators: string;
  order: 'ymd' | 'dmy' | 'mdy';
}

/** Names of columns, as departments and data sets write them; the first that fits counts, if the content does not contradict. */
const NAMES: readonly (readonly [RegExp, Kind])[] = [
  [/身份证|公民身份|证件号|^sfzh|id.?card|citizen.?(id|no|number)/i, 'citizen-number'],
  [/户号|户编号|户籍编号|household|^hhid/i, 'household'],
  [/given|first.?name|fore.?name|^fname|^first$/i, 'given-name'],
  [/surname|last.?name|family.?name|^lname|^last$|^姓$|姓氏/i, 'surname'],
  [/姓名|名字|^xm$|^name$|full.?name|person.?name|曾用名/i, 'name'],
  [/出生|生日|birth|^dob$|^csrq|^birthday/i, 'birth-date'],
  [/性别|^sex$|gender|^xb$/i, 'sex'],
  [/e.?mail|邮箱|电子邮件/i, 'email'],
  [/电话|手机|联系方式|phone|mobile|^tel|^lxdh|^sjh/i, 'phone'],
  [/post.?code|^zip|邮编|邮政编码/i, 'postcode'],
  [/street.?(no|num)|house.?(no|num)|门牌/i, 'street-number'],
  [/suburb|city|town|locality|municipality/i, 'locality'],
  [/区划|xzqh|region.?code|division.?code|area.?code|村码|村代码/i, 'region'],
  [/地址|住址|居住地|户籍地|address|^addr|street|road/i, 'address'],
  [/^state$|province|county|^省/i, 'state'],
  [
    /ssn|soc.?sec|social.?security|passport|nhs|medicare|national.?id|tax.?id|licen[cs]e|社保号|残疾证号|学籍号/i,
    'number',
  ],
];
const ID_NAME = /^(id|rec.?id|record.?id|unique.?id|uid|row.?id|.*_id|pk|编号|序号|主键|行号|记录号)$/i;

const share = (values: readonly string[], test: (v: string) => boolean): number =>
  values.length === 0 ? 0 : values.filter(test).length / values.length;
const han = (v: string) => /\p{Script=Han}/u.test(v);

const isDate = (v: string) => {
  const read = readDate(v);
  return read !== null && read.year >= 1850 && read.year <= 2100 && read.month <= 12 && read.day <= 31;
};

function kindOf(column: SeenColumn): { kind: Kind; why: string } | undefined {
  const { values, name } = column;
  if (values.length === 0) return undefined;
  for (const [pattern, kind] of NAMES) {
    if (!pattern.test(name)) continue;
    const chinese = share(values, han) > 0.5;
    if (kind === 'name' && !chinese)
      return share(values, (v) => /[\s,]/.test(v.trim())) > 0.5
        ? { kind: 'full-name', why: '列名是姓名，内容是几个单词' }
        : { kind: 'given-name', why: '列名是姓名，内容是一个单词' };
    if (kind === 'address' && !chinese) return { kind: 'street', why: '列名是地址，内容不是汉字' };
    if (kind === 'locality' && chinese) return { kind: 'address', why: '列名是地名，内容是汉字' };
    if (kind === 'state' && chinese) return { kind: 'text', why: '列名是地名' };
    if ((kind === 'given-name' || kind === 'surname') && chinese)
      return { kind: 'text', why: '汉字的姓、名分列：建议合成一列姓名' };
    if (kind === 'birth-date' && share(values, isDate) < 0.5) return undefined;
    return { kind, why: `列名像${KIND_WORDS[kind]}` };
  }
  return byContent(values);
}

function byContent(values: readonly string[]): { kind: Kind; why: string } | undefined {
  const distinct = new Set(values).size;
  if (share(values, (v) => /^\s*\d{17}[\dXx]\s*$/.test(v)) > 0.6)
    return { kind: 'citizen-number', why: '内容是 18 位号码' };
  if (share(values, (v) => /^[^@\s]+@[^@\s]+\.[a-z]{2,}$/i.test(v.trim())) > 0.6)
    return { kind: 'email', why: '内容有 @' };
  if (share(values, (v) => /^(\+?86)?1[3-9]\d{9}$/.test(v.replaceAll(/[\s-]/g, ''))) > 0.6)
    return { kind: 'phone', why: '内容是手机号码' };
  if (distinct <= 4 && share(values, (v) => /^(男|女|男性|女性|m|f|male|female)$/i.test(v.trim())) > 0.9)
    return { kind: 'sex', why: '内容是男女' };
  if (share(values, (v) => /^\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?$|^(19|20)\d{6}$/.test(v.trim()) && isDate(v)) > 0.8)
    return { kind: 'birth-date', why: '内容是日期：若不是出生日期请删去' };
  if (share(values, (v) => /(省|市|县|区|镇|乡|村|街道|社区|路|号)/.test(v) && [...v].length >= 6 && han(v)) > 0.6)
    return { kind: 'address', why: '内容是汉字地址' };
  return undefined;
}

const KIND_WORDS: Record<Kind, string> = {
  name: '姓名',
  'full-name': '姓名（西文全名）',
  'given-name': '名',
  surname: '姓',
  'birth-date': '出生日期',
  sex: '性别',
  phone: '电话',
  email: '电子邮箱',
  address: '地址',
  region: '区划代码',
  'street-number': '门牌号',
  street: '街道地址',
  locality: '城镇',
  postcode: '邮编',
  state: '州、省',
  'citizen-number': '公民身份号码',
  number: '一人一号的号码',
  household: '户号',
  code: '代码',
  text: '文字',
};

const SEPARATED: readonly Kind[] = ['name', 'phone', 'email', 'citizen-number', 'number'];

function separatorsOf(kind: Kind, values: readonly string[]): string {
  if (!SEPARATED.includes(kind)) return '';
  const found = [';', '；', '、', '/', '|', '，', ','].filter((c) => share(values, (v) => v.includes(c)) > 0.003);
  return found.join('');
}

function orderOf(kind: Kind, values: readonly string[]): Guess['order'] {
  if (kind !== 'birth-date') return 'ymd';
  const parts = values.map((v) => v.match(/^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{2,4})\b/)).filter((m) => m !== null);
  if (parts.length < values.length / 2 || parts.length === 0) return 'ymd';
  return parts.some((m) => Number(m[1]) > 12) ? 'dmy' : parts.some((m) => Number(m[2]) > 12) ? 'mdy' : 'dmy';
}

function guess(columns: readonly SeenColumn[], id: string | undefined): Guess[] {
  const guesses: Guess[] = [];
  for (const column of columns) {
    if (column.name === id) continue;
    const found = kindOf(column);
    if (!found) continue;
    // Two lines of a street address are compared crosswise too; a third is text.
    const kind =
      found.kind === 'street' && guesses.filter((g) => g.kind === 'street').length >= 2 ? 'text' : found.kind;
    guesses.push({
      column,
      kind,
      why: found.why,
      separators: separatorsOf(kind, column.values),
      order: orderOf(kind, column.values),
    });
  }
  return guesses;
}

const idOf = (columns: readonly SeenColumn[]): string | undefined =>
  columns.find((c) => c.unique && ID_NAME.test(c.name))?.name;

/**
 * Guesses a configuration for one file or two; comments say why, and what to change.
 * @param left columns of the first file @param right columns of the second, if there is one
 * @returns YAML
 */
export function guessConfiguration(left: readonly SeenColumn[], right: readonly SeenColumn[] | null): string {
  const leftId = idOf(left);
  const rightId = right ? idOf(right) : leftId;
  const ls = guess(left, leftId);
  const rs = right ? guess(right, rightId) : null;
  const lines: string[] = [
    '# doudi link init 按列名与内容猜出的配置。请核对每一列的 kind；猜错的改 kind，不该比对的删去。',
    `# kind 可以是：${Object.entries(KIND_WORDS)
      .map(([kind, word]) => `${kind}（${word}）`)
      .join('、')}。`,
    '# 两边列名不同时写 left: 与 right:；一格里有几个值时 separators 写分隔字符。',
    '',
  ];
  const quoted = (text: string) => JSON.stringify(text);
  if (leftId !== undefined && leftId === rightId)
    lines.push('# 这一列抄到结果里，从不参加比对。', `id: ${quoted(leftId)}`);
  else if (leftId !== undefined && rightId !== undefined)
    lines.push('# 这两列抄到结果里，从不参加比对。', `id: { left: ${quoted(leftId)}, right: ${quoted(rightId)} }`);
  else lines.push('# 没有认出编号列：结果里写行号（表头之后第一行是 1）。有编号列时写 id: 列名。', '# id: ');
  lines.push(
    '',
    '# one-to-one：每条记录至多对应一条；一边有重复时改为 many。',
    'assignment: one-to-one',
    '',
    'fields:',
  );
  const used = new Set<SeenColumn>();
  for (const l of ls) {
    const pair = rs?.find(
      (r) => !used.has(r.column) && r.kind === l.kind && r.column.name.toLowerCase() === l.column.name.toLowerCase(),
    );
    const r =
      pair ??
      rs?.find(
        (x) =>
          !used.has(x.column) &&
          x.kind === l.kind &&
          !ls.some((y) => y.column.name.toLowerCase() === x.column.name.toLowerCase()),
      );
    if (rs && !r) continue;
    if (r) used.add(r.column);
    lines.push(`  # ${l.why}；${Math.round(l.column.empty * 100)}% 为空`, `  - kind: ${l.kind}`);
    if (!r || r.column.name === l.column.name) lines.push(`    column: ${quoted(l.column.name)}`);
    else lines.push(`    left: ${quoted(l.column.name)}`, `    right: ${quoted(r.column.name)}`);
    const separators = [...new Set([...l.separators, ...(r?.separators ?? '')])].join('');
    if (separators !== '') lines.push(`    separators: ${quoted(separators)}`);
    const order = l.order === 'ymd' ? (r?.order ?? 'ymd') : l.order;
    if (order !== 'ymd') lines.push(`    order: ${order}`);
  }
  const spoken = (guesses: readonly Guess[], columns: readonly SeenColumn[], id: string | undefined, where: string) => {
    for (const c of columns) {
      const unmatched = guesses.some((g) => g.column === c)
        ? rs !== null && !lines.some((l) => l.includes(quoted(c.name)))
        : true;
      if (c.name !== id && unmatched)
        lines.push(`  # 没有使用${where}的列 ${quoted(c.name)}：认不出是什么，或另一边没有`);
    }
  };
  spoken(ls, left, leftId, right ? '左边' : '');
  if (right && rs) spoken(rs, right, rightId, '右边');
  return `${lines.join('\n')}\n`;
}
