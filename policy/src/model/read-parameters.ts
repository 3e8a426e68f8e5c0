import type { Source } from '../source/yaml.ts';
import { parseDate } from '../typed/exact.ts';
import { checkKeys, dateField, optionalText, readScalar, readType, requiredText } from './fields.ts';
import { titlePattern } from './read-vocabulary.ts';
import type { DivisionLevel, ParameterDefinition, ParameterValue } from './shapes.ts';

const definitionKeys = [
  'id',
  'title',
  'type',
  'unit',
  'digits',
  'min',
  'max',
  'values',
  'fallback',
  'levels',
  'zh',
  'en',
];
const valueKeys = [
  'id',
  'from',
  'until',
  'value',
  'cite',
  'published',
  'checked',
  'borrowed_from',
  'floor',
  'ceiling',
  'note',
];
const levels: readonly DivisionLevel[] = ['national', 'province', 'city', 'county', 'town'];
export const parameterPattern = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$/;

/** Reads the `define` part of parameters/*.yaml. */
export function readDefinitions(root: Source, pack: string): ParameterDefinition[] {
  checkKeys(root, ['define', 'values']);
  const out: ParameterDefinition[] = [];
  for (const item of root.get('define')?.items() ?? []) {
    checkKeys(item, definitionKeys);
    const id = requiredText(item, 'id');
    const title = requiredText(item, 'title');
    const read = readType(item);
    if (!parameterPattern.test(id)) {
      item.fault('bad-name', `参数名“${id}”应为“项目.名称”，用小写字母、数字和连字符`, '例：subsistence.standard');
      continue;
    }
    if (title !== '' && !titlePattern.test(title)) {
      item.get('title')?.fault('bad-title', `标题“${title}”不能作公式中的名称`, '标题只用汉字、字母、数字');
      continue;
    }
    if (!read) continue;
    out.push({
      id,
      title,
      type: read.type,
      digits: read.digits,
      fallback: optionalText(item, 'fallback'),
      levels: levelsOf(item),
      zh: optionalText(item, 'zh') ?? title,
      en: optionalText(item, 'en') ?? id,
      pack,
      source: item,
    });
  }
  return out;
}

function levelsOf(item: Source): DivisionLevel[] {
  const out: DivisionLevel[] = [];
  for (const level of item.get('levels')?.items() ?? []) {
    const name = level.text as DivisionLevel;
    if (levels.includes(name)) out.push(name);
    else level.fault('bad-level', `不认识的层级“${name}”`, `可用：${levels.join('、')}`);
  }
  return out;
}

/** Reads the `values` part of parameters/*.yaml against the definitions of all packs. */
export function readValues(
  root: Source,
  pack: string,
  definitions: ReadonlyMap<string, ParameterDefinition>,
  unknown: (at: Source, id: string) => void,
): ParameterValue[] {
  const out: ParameterValue[] = [];
  for (const item of root.get('values')?.items() ?? []) {
    checkKeys(item, valueKeys);
    const id = requiredText(item, 'id');
    const definition = definitions.get(id);
    if (!definition) {
      if (id !== '') unknown(item.get('id') ?? item, id);
      continue;
    }
    const from = dateField(item, 'from');
    if (from === undefined) {
      if (!item.get('from')) item.fault('missing-key', '缺少“from”（生效日期）', '请写 from: YYYY-MM-DD');
      continue;
    }
    const until = dateField(item, 'until');
    if (until !== undefined && until < from) item.fault('empty-period', 'until 早于 from', '请核对日期');
    const written = item.getWithNull('value');
    if (!written) {
      item.fault('missing-key', '缺少“value”', '请写数值；当地未公布写 null');
      continue;
    }
    const value = written.isNull ? null : readScalar(written, definition.type, definition.digits);
    if (value === undefined) continue;
    const cite = requiredText(item, 'cite');
    out.push({
      id,
      pack,
      from,
      until,
      value,
      cite,
      published: dateText(item, 'published'),
      checked: dateText(item, 'checked'),
      borrowedFrom: borrowed(item),
      floor: bound(item, 'floor', definition),
      ceiling: bound(item, 'ceiling', definition),
      note: optionalText(item, 'note'),
      source: item,
    });
  }
  return out;
}

function dateText(item: Source, key: string): string | undefined {
  const text = optionalText(item, key);
  if (text !== undefined && parseDate(text) === undefined) {
    item.get(key)?.fault('bad-date', `“${text}”不是日期`, '请写成 YYYY-MM-DD 且确有此日');
  }
  return text;
}

function borrowed(item: Source): { division: string; title: string } | undefined {
  const from = item.get('borrowed_from');
  if (!from) return undefined;
  checkKeys(from, ['division', 'title']);
  return { division: requiredText(from, 'division'), title: requiredText(from, 'title') };
}

function bound(item: Source, key: string, definition: ParameterDefinition): bigint | undefined {
  const field = item.get(key);
  if (!field) return undefined;
  if (definition.type.kind !== 'number') {
    field.fault('bad-bound', '只有数可设上下限', '请删去');
    return undefined;
  }
  const value = readScalar(field, definition.type, definition.digits);
  return typeof value === 'bigint' ? value : undefined;
}
