import { parseFormula } from '../expression/ast.ts';
import { nearestName } from '../source/located.ts';
import type { Source } from '../source/yaml.ts';
import { formatScaled, parseDate, parseDecimal, scaleDecimal } from '../typed/exact.ts';
import type { Scalar, ValueType } from '../typed/ir.ts';
import { fenFactor, formatUnit, noUnit, parseUnit, type Unit } from '../typed/units.ts';
import type { Dated, Formula } from './shapes.ts';

/** Reports keys that are not of the form, naming the nearest that is. */
export function checkKeys(map: Source, allowed: readonly string[]): void {
  if (!map.isMap) {
    map.fault('expected-map', '此处应为一组“键: 值”', '请改成键值形式');
    return;
  }
  for (const { key, keyAt } of map.entries()) {
    if (allowed.includes(key)) continue;
    const near = nearestName(key, allowed);
    keyAt.fault('unknown-key', `不认识的键“${key}”`, near ? `是否应为“${near}”` : `可用：${allowed.join('、')}`);
  }
}

/** Text of a required scalar; reports and returns '' when it is absent. */
export function requiredText(map: Source, key: string): string {
  const text = map.get(key)?.text;
  if (text === undefined || text.trim() === '') {
    map.fault('missing-key', `缺少“${key}”`, `请写上 ${key}`);
    return '';
  }
  return text;
}

export function optionalText(map: Source, key: string): string | undefined {
  const value = map.get(key);
  if (value && !value.isScalar) value.fault('expected-text', `“${key}”应为文字`, '请改成一行文字');
  return value?.text;
}

/** A date field as days since 1970-01-01; undefined when absent or wrong (reported). */
export function dateField(map: Source, key: string): number | undefined {
  const value = map.get(key);
  if (!value) return undefined;
  const days = parseDate(value.text ?? '');
  if (days === undefined) value.fault('bad-date', `“${value.text ?? ''}”不是日期`, '请写成 YYYY-MM-DD 且确有此日');
  return days;
}

export function datedFields(map: Source): Dated {
  const from = dateField(map, 'from');
  const until = dateField(map, 'until');
  if (from !== undefined && until !== undefined && from > until) {
    map.fault('empty-period', '起始日期晚于截止日期', '请核对 from 与 until');
  }
  return { from, until };
}

export function formulaOf(source: Source): Formula | undefined {
  const text = source.text;
  if (text === undefined) {
    source.fault('expected-formula', '此处应为公式', '请写一个表达式');
    return undefined;
  }
  const parsed = parseFormula(text);
  if ('fault' in parsed) {
    source.faults.add(source.locateIn(parsed.fault.position), 'syntax', parsed.fault.message, '请对照语言手册检查此处');
    return undefined;
  }
  return { text, ast: parsed.ast, source };
}

const million = 1_000_000n;

/**
 * Reads `type`, `unit`, `digits`, `values`, `min`, `max` of an input, parameter or variable.
 * Default bounds keep products within 63 bits: money 0 … 10,000,000 yuan (per month 1,000,000), counts and quantities
 * 0 … 1,000,000, rates 0 … 100.
 */
export function readType(map: Source): { type: ValueType; digits: number } | undefined {
  const kind = requiredText(map, 'type');
  if (kind === 'boolean') return { type: { kind: 'boolean' }, digits: 0 };
  if (kind === 'date') return { type: { kind: 'date' }, digits: 0 };
  if (kind === 'enum') {
    const values: Record<string, string> = {};
    for (const { key, value } of map.get('values')?.entries() ?? []) values[key] = value.text ?? key;
    if (Object.keys(values).length === 0) {
      map.fault('missing-key', 'enum 缺少 values', '请写 values: { 代码: 名称 }');
      return undefined;
    }
    return { type: { kind: 'enum', values }, digits: 0 };
  }
  if (!['money', 'rate', 'count', 'quantity'].includes(kind)) {
    map
      .get('type')
      ?.fault('unknown-type', `不认识的类型“${kind}”`, '可用：money、rate、count、quantity、date、enum、boolean');
    return undefined;
  }
  return readNumberType(map, kind);
}

function readNumberType(map: Source, kind: string): { type: ValueType; digits: number } | undefined {
  const unitText = optionalText(map, 'unit');
  const unit: Unit | undefined = unitText === undefined ? noUnit : parseUnit(unitText);
  if (!unit) {
    map
      .get('unit')
      ?.fault('unknown-unit', `不认识的单位“${unitText}”`, '例：yuan/person/month、元/人/月、person、mu、m2');
    return undefined;
  }
  if (kind === 'money' && (unit.yuan ?? 0) !== 1) {
    (map.get('unit') ?? map).fault('bad-unit', 'money 的单位必须以元计', '请写 unit: yuan、yuan/month 等');
    return undefined;
  }
  if (kind !== 'money' && (unit.yuan ?? 0) !== 0) {
    map.get('unit')?.fault('bad-unit', `${kind} 的单位不能是 ${formatUnit(unit, 'zh')}`, '金额请用 type: money');
    return undefined;
  }
  const digits = digitsOf(map, kind);
  const factor = 10n ** BigInt(digits);
  const den = factor / (kind === 'money' ? minimum(fenFactor(unit), factor) : 1n);
  const inner = (text: Source | undefined, fallback: bigint): bigint => {
    if (!text) return fallback * (kind === 'money' ? 100n * den : factor);
    const value = readNumber(text, digits);
    return value === undefined
      ? fallback * factor
      : kind === 'money' && digits < 2
        ? value * 10n ** BigInt(2 - digits)
        : value;
  };
  const top = kind === 'money' ? (unit.month === -1 ? million : 10n * million) : kind === 'rate' ? 100n : million;
  const low = inner(map.get('min'), 0n);
  const high = inner(map.get('max'), top);
  if (low > high) map.fault('empty-range', 'min 大于 max', '请核对 min 与 max');
  return { type: { kind: 'number', unit, den, low, high }, digits };
}

function minimum(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function digitsOf(map: Source, kind: string): number {
  const fallback = kind === 'money' ? 2 : kind === 'rate' ? 4 : 0;
  const field = map.get('digits');
  if (!field) return fallback;
  const digits = Number(field.text);
  if (!Number.isInteger(digits) || digits < 0 || digits > 6) {
    field.fault('bad-digits', 'digits 应为 0 至 6 的整数', '请改正');
    return fallback;
  }
  return kind === 'money' ? Math.max(2, digits) : digits;
}

function readNumber(source: Source, digits: number): bigint | undefined {
  const decimal = parseDecimal(source.text ?? '');
  if (!decimal) {
    source.fault('bad-number', `“${source.text ?? ''}”不是数`, '请写十进制数');
    return undefined;
  }
  const scaled = scaleDecimal(decimal, digits);
  if (scaled === undefined) source.fault('too-many-digits', `最多 ${digits} 位小数`, '请按规定位数书写');
  return scaled;
}

/** Reads a written value of a type into its inner form; undefined when it is wrong (reported at its place). */
export function readScalar(source: Source, type: ValueType, digits: number): Scalar | undefined {
  const text = source.text ?? '';
  switch (type.kind) {
    case 'boolean':
      if (text === 'true' || text === 'false') return text === 'true';
      source.fault('bad-boolean', `“${text}”不是 true 或 false`, '请写 true 或 false');
      return undefined;
    case 'date': {
      const days = parseDate(text);
      if (days === undefined) source.fault('bad-date', `“${text}”不是日期`, '请写成 YYYY-MM-DD 且确有此日');
      return days;
    }
    case 'enum': {
      if (Object.hasOwn(type.values, text)) return text;
      const near = nearestName(text, Object.keys(type.values));
      source.fault(
        'bad-enum',
        `“${text}”不在代码表内`,
        near ? `是否应为“${near}”` : `可用：${Object.keys(type.values).join('、')}`,
      );
      return undefined;
    }
    case 'number': {
      if (source.isQuoted) {
        source.fault('bad-number', '数不要加引号', '请去掉引号');
        return undefined;
      }
      const value = readNumber(source, digits);
      if (value === undefined) return undefined;
      if (value < type.low || value > type.high) {
        const range = `${formatScaled(type.low, digits)} 至 ${formatScaled(type.high, digits)}`;
        source.fault('out-of-range', `${text} 超出允许范围 ${range}`, '请核对单位和数值');
        return undefined;
      }
      return value;
    }
  }
}
