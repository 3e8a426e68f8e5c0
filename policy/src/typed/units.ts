/**
 * Units are products of base dimensions with whole exponents. `yuan` is counted in fen inside; `person` is a dimension,
 * so that an amount of a household cannot be compared with an amount per head by mistake.
 */
export type Unit = Readonly<Record<string, number>>;

export const baseUnits = ['yuan', 'person', 'month', 'year', 'day', 'mu', 'm2', 'item', 'point'] as const;

const spellings: Readonly<Record<string, string>> = {
  元: 'yuan',
  人: 'person',
  月: 'month',
  年: 'year',
  岁: 'year',
  日: 'day',
  天: 'day',
  亩: 'mu',
  平方米: 'm2',
  套: 'item',
  项: 'item',
  辆: 'item',
  分: 'point',
};

export const noUnit: Unit = {};

/** Reads `yuan/person/month`, `元/人/月`, `1` (no unit). Undefined when a part is not a unit. */
export function parseUnit(text: string): Unit | undefined {
  const trimmed = text.trim();
  if (trimmed === '1' || trimmed === '') return noUnit;
  const exponents: Record<string, number> = {};
  const [numerator, ...denominators] = trimmed.split('/');
  const put = (part: string, exponent: number): boolean => {
    const name = spellings[part.trim()] ?? part.trim();
    if (!(baseUnits as readonly string[]).includes(name)) return false;
    exponents[name] = (exponents[name] ?? 0) + exponent;
    return true;
  };
  if (numerator !== undefined && numerator.trim() !== '1') {
    for (const part of numerator.split('*')) if (!put(part, 1)) return undefined;
  }
  for (const part of denominators) if (!put(part, -1)) return undefined;
  return normal(exponents);
}

function normal(exponents: Record<string, number>): Unit {
  const out: Record<string, number> = {};
  for (const name of baseUnits) {
    const exponent = exponents[name] ?? 0;
    if (exponent !== 0) out[name] = exponent;
  }
  return out;
}

export function multiplyUnits(a: Unit, b: Unit, sign: 1 | -1 = 1): Unit {
  const out: Record<string, number> = { ...a };
  for (const [name, exponent] of Object.entries(b)) out[name] = (out[name] ?? 0) + sign * exponent;
  return normal(out);
}

export function sameUnit(a: Unit, b: Unit): boolean {
  return baseUnits.every((name) => (a[name] ?? 0) === (b[name] ?? 0));
}

/** How many times 100 the inner number is the written one: money is kept in fen. */
export function fenFactor(unit: Unit): bigint {
  return (unit.yuan ?? 0) > 0 ? 100n : 1n;
}

export function isMoney(unit: Unit): boolean {
  return (unit.yuan ?? 0) === 1;
}

const chinese: Readonly<Record<string, string>> = {
  yuan: '元',
  person: '人',
  month: '月',
  year: '年',
  day: '日',
  mu: '亩',
  m2: '平方米',
  item: '项',
  point: '分',
};

/** `yuan/person/month`, or 元/人/月 in Chinese; `1` without unit. */
export function formatUnit(unit: Unit, language: 'zh' | 'en' = 'en'): string {
  const name = (n: string) => (language === 'zh' ? (chinese[n] ?? n) : n);
  const over: string[] = [];
  const under: string[] = [];
  for (const base of baseUnits) {
    const exponent = unit[base] ?? 0;
    for (let i = 0; i < Math.abs(exponent); i++) (exponent > 0 ? over : under).push(name(base));
  }
  if (over.length === 0 && under.length === 0) return '1';
  return [over.length === 0 ? '1' : over.join('*'), ...under].join('/');
}
