import type { Source } from '../source/yaml.ts';
import { type Entity, entities } from '../typed/ir.ts';
import { checkKeys, optionalText, readScalar, readType, requiredText } from './fields.ts';
import type { InputDefinition } from './shapes.ts';

const inputKeys = [
  'name',
  'title',
  'type',
  'unit',
  'digits',
  'min',
  'max',
  'values',
  'presumed',
  'identity',
  'zh',
  'en',
];

/** Names are lower case, so that no engine that folds case confuses two columns. */
export const namePattern = /^[a-z][a-z0-9_]*$/;
/** Chinese titles serve as names in formulas: letters, digits and Chinese characters only. */
export const titlePattern = /^[A-Za-z_\u3400-\u4dbf\u4e00-\u9fff][A-Za-z0-9_\u3400-\u4dbf\u4e00-\u9fff]*$/;

/** Reads vocabulary/*.yaml: `entity` and its `inputs`. */
export function readVocabulary(root: Source): InputDefinition[] {
  checkKeys(root, ['entity', 'inputs']);
  const entity = requiredText(root, 'entity') as Entity;
  if (!entities.includes(entity)) {
    root.get('entity')?.fault('bad-entity', `不认识的主体“${entity}”`, `可用：${entities.join('、')}`);
    return [];
  }
  const out: InputDefinition[] = [];
  for (const item of root.get('inputs')?.items() ?? []) {
    checkKeys(item, inputKeys);
    const read = readType(item);
    const name = requiredText(item, 'name');
    const title = requiredText(item, 'title');
    if (!read || !checkName(item, name, title)) continue;
    const presumedAt = item.get('presumed');
    out.push({
      name,
      title,
      entity,
      type: read.type,
      digits: read.digits,
      presumed: presumedAt ? readScalar(presumedAt, read.type, read.digits) : undefined,
      identity: optionalText(item, 'identity') === 'true',
      zh: optionalText(item, 'zh') ?? title,
      en: optionalText(item, 'en') ?? name,
      source: item,
    });
  }
  return out;
}

/** Reports a name or title that formulas could not use. */
export function checkName(at: Source, name: string, title: string): boolean {
  if (name !== '' && !namePattern.test(name)) {
    at.fault(
      'bad-name',
      `名称“${name}”应以小写字母开头，只含小写字母、数字和下划线`,
      '名称写英文，如 income_per_head；中文写在 title，公式里两者都可用',
    );
    return false;
  }
  if (title !== '' && !titlePattern.test(title)) {
    at.fault('bad-title', `标题“${title}”不能作公式中的名称`, '标题只用汉字、字母、数字，不含空格、标点');
    return false;
  }
  return name !== '' && title !== '';
}
