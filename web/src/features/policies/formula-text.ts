import { formulaParser } from '@doudi/policy';

const WORDS: ReadonlyMap<string, string> = new Map([
  ['if', '如果'],
  ['then', '那么'],
  ['else', '否则'],
  ['and', '且'],
  ['or', '或'],
  ['not', '非'],
  ['in', '在'],
  ['true', '是'],
  ['false', '否'],
  ['sum', '合计'],
  ['count', '计数'],
  ['any', '任一'],
  ['all', '全部'],
  ['max', '较大'],
  ['min', '较小'],
  ['round', '取整'],
  ['age', '周岁'],
  ['years', '整年数'],
  ['months', '整月数'],
  ['per_month', '折月'],
  ['per_year', '折年'],
  ['members', '成员'],
  ['persons', '户内人员'],
  ['obligors', '义务人'],
  ['inherited', '上级规则'],
  ['half_up', '四舍五入'],
  ['half_even', '四舍六入五成双'],
  ['up', '进一'],
  ['down', '舍去'],
  ['period_start', '本月首日'],
  ['period_end', '本月末日'],
  ['previous_period_end', '上月末日'],
]);
const SIGNS: Readonly<Record<string, string>> = { '*': '×', '/': '÷', '<=': '≤', '>=': '≥', '!=': '≠' };

/**
 * A formula as an official reads it: names by their Chinese titles, words of the language in Chinese, signs as printed.
 * @param titleOf the title of an input, variable or parameter; undefined leaves the name as it is written
 * @param codeOf what a quoted code stands for; undefined leaves it
 */
export function readableFormula(
  text: string,
  titleOf: (name: string) => string | undefined,
  codeOf: (code: string) => string | undefined = () => undefined,
): string {
  const out: string[] = [];
  const readable = (kind: string, word: string): string => {
    if (kind === 'Name') return titleOf(word) ?? WORDS.get(word) ?? word;
    if (kind === 'UnitLiteral') return unitText(word.slice(1, -1));
    if (kind === 'StringLiteral') {
      const title = codeOf(word.slice(1, -1));
      return title === undefined ? word : `“${title}”`;
    }
    return WORDS.get(word) ?? SIGNS[word] ?? word;
  };
  let at = 0;
  formulaParser.parse(text).iterate({
    enter(node) {
      // Only the leaves stand for text of their own.
      if (node.node.firstChild) return;
      const word = text.slice(node.from, node.to);
      out.push(text.slice(at, node.from));
      out.push(readable(node.name, word));
      at = node.to;
    },
  });
  out.push(text.slice(at));
  return out.join('').replaceAll(/\s+/g, ' ').trim();
}

const UNITS: Readonly<Record<string, string>> = {
  yuan: '元',
  month: '月',
  year: '年',
  person: '人',
  mu: '亩',
  item: '项',
};

/** 'yuan/person/month' as '元/人/月'; a unit already in Chinese stays. */
export function unitText(unit: string): string {
  return unit
    .split('/')
    .map((part) => UNITS[part] ?? part)
    .join('/');
}
