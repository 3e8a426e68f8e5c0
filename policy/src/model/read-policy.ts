import type { Source } from '../source/yaml.ts';
import { type Entity, entities, type ValueType } from '../typed/ir.ts';
import { checkKeys, datedFields, formulaOf, optionalText, readType, requiredText } from './fields.ts';
import { readTable } from './read-table.ts';
import { checkName, namePattern } from './read-vocabulary.ts';
import type {
  Clause,
  ConditionSource,
  DecisionSource,
  ExceptionSource,
  PolicySource,
  RuleVersion,
  VariableSource,
} from './shapes.ts';

const policyKeys = [
  'id',
  'extends',
  'title',
  'short',
  'en',
  'from',
  'until',
  'scope',
  'period',
  'applies',
  'clauses',
  'variables',
  'conditions',
  'amount',
  'notes',
];
const variableKeys = [
  'title',
  'en',
  'of',
  'type',
  'unit',
  'values',
  'cite',
  'formula',
  'versions',
  'exceptions',
  'table',
  'note',
];
const exceptionKeys = ['label', 'title', 'when', 'formula', 'cite', 'over', 'from', 'until', 'note'];
const conditionKeys = ['code', 'title', 'en', 'when', 'cite', 'from', 'until', 'yes', 'no', 'note'];
const idPattern = /^[a-z][a-z0-9-]*$/;

/** Reads a policy.yaml; what is wrong is reported at its place and left out. */
export function readPolicy(root: Source, pack: string): PolicySource | undefined {
  checkKeys(root, policyKeys);
  if (!root.isMap) return undefined;
  const extended = optionalText(root, 'extends');
  const id = extended ?? requiredText(root, 'id');
  if (!idPattern.test(id)) {
    if (id !== '') root.fault('bad-name', `项目代码“${id}”应为小写字母、数字和连字符`, '例：subsistence-margin');
    return undefined;
  }
  const clauses = readClauses(root);
  const cited = (at: Source, fallback: string): string => {
    const text = optionalText(at, 'cite');
    if (text === undefined) return fallback;
    return clauses.find((c) => c.id === text)?.cite ?? text;
  };
  return {
    id,
    title: extended ? (optionalText(root, 'title') ?? '') : requiredText(root, 'title'),
    short: optionalText(root, 'short') ?? optionalText(root, 'title') ?? id,
    en: optionalText(root, 'en') ?? id,
    extends: extended !== undefined,
    pack,
    ...datedFields(root),
    clauses,
    variables: readVariables(root, id, pack, cited),
    decision: readDecision(root, cited),
    source: root,
  };
}

/** The citation that holds in a month: a clause not yet in force gives way to the one named by its `before`. */
export function citeInForce(clauses: readonly Clause[], cite: string, monthStart: number): string {
  let clause = clauses.find((c) => c.cite === cite);
  for (
    let steps = 0;
    clause?.from !== undefined && clause.from > monthStart && clause.before !== undefined && steps < 9;
    steps++
  ) {
    const older: string = clause.before;
    clause = clauses.find((c) => c.id === older);
  }
  return clause?.cite ?? cite;
}

function readClauses(root: Source): Clause[] {
  const out: Clause[] = [];
  for (const item of root.get('clauses')?.items() ?? []) {
    checkKeys(item, ['id', 'cite', 'text', 'from', 'until', 'before']);
    const id = requiredText(item, 'id');
    if (out.some((c) => c.id === id)) item.fault('duplicate', `条文“${id}”重复`, '请改名或删去');
    out.push({
      id,
      cite: requiredText(item, 'cite'),
      before: optionalText(item, 'before'),
      text: optionalText(item, 'text') ?? '',
      ...datedFields(item),
      source: item,
    });
  }
  for (const clause of out) {
    if (clause.before !== undefined && !out.some((c) => c.id === clause.before)) {
      clause.source
        .get('before')
        ?.fault('unknown-name', `没有条文“${clause.before}”`, `可用：${out.map((c) => c.id).join('、')}`);
    }
  }
  return out;
}

type Cited = (at: Source, fallback: string) => string;

function readVariables(root: Source, policy: string, pack: string, cited: Cited): VariableSource[] {
  const out: VariableSource[] = [];
  const section = root.get('variables');
  if (section && !section.isMap) section.fault('expected-map', 'variables 应为“名称: 定义”', '请改成键值形式');
  for (const { key: name, keyAt, value } of section?.entries() ?? []) {
    checkKeys(value, variableKeys);
    const overriding = root.get('extends') !== undefined && !value.get('of');
    const title = overriding ? (optionalText(value, 'title') ?? name) : requiredText(value, 'title');
    if (!namePattern.test(name) || (!overriding && !checkName(keyAt, name, title))) {
      if (!namePattern.test(name)) checkName(keyAt, name, '');
      continue;
    }
    const of = optionalText(value, 'of') as Entity | undefined;
    if (of === undefined && !overriding)
      value.fault('missing-key', '缺少“of”（person、household 或 obligor）', '请写明主体');
    if (of !== undefined && !entities.includes(of)) {
      value.get('of')?.fault('bad-entity', `不认识的主体“${of}”`, `可用：${entities.join('、')}`);
      continue;
    }
    const cite = cited(value, '');
    const { versions, exceptions } = readRules(value, cite, cited);
    if (versions.length === 0 && !(overriding && exceptions.length > 0)) {
      if (!value.get('formula') && !value.get('versions') && !value.get('table')) {
        value.fault('missing-key', '缺少“formula”', '请写 formula、versions 或 table');
      }
      continue;
    }
    const en = optionalText(value, 'en') ?? name;
    out.push({
      name,
      title,
      en,
      of,
      declared: declaredType(value),
      cite,
      versions,
      exceptions,
      policy,
      pack,
      source: keyAt,
    });
  }
  return out;
}

function declaredType(value: Source): ValueType | undefined {
  if (!value.get('type')) {
    if (value.get('unit'))
      value.fault('missing-key', '有 unit 而缺少 type', '请写 type: money、count、rate 或 quantity');
    return undefined;
  }
  return readType(value)?.type;
}

function readRules(
  value: Source,
  cite: string,
  cited: Cited,
): { versions: RuleVersion[]; exceptions: ExceptionSource[] } {
  const versions: RuleVersion[] = [];
  const single = value.get('formula');
  const dated = value.get('versions');
  const table = value.get('table');
  if ([single, dated, table].filter(Boolean).length > 1) {
    value.fault('too-many-rules', 'formula、versions、table 只能写一种', '请只留一种');
  }
  if (single) {
    const formula = formulaOf(single);
    if (formula) versions.push({ from: undefined, until: undefined, formula, cite });
  }
  for (const item of dated?.items() ?? []) {
    checkKeys(item, ['from', 'until', 'formula', 'cite']);
    const field = item.get('formula');
    const formula = field ? formulaOf(field) : undefined;
    if (!field) item.fault('missing-key', '缺少“formula”', '请写公式');
    if (formula) versions.push({ ...datedFields(item), formula, cite: cited(item, cite) });
  }
  const exceptions: ExceptionSource[] = [];
  if (table) {
    const read = readTable(table, cite);
    if (read) {
      versions.push(read.base);
      exceptions.push(...read.rows);
    }
  }
  for (const item of value.get('exceptions')?.items() ?? []) {
    const exception = readException(item, cite, cited);
    if (!exception) continue;
    if (exceptions.some((e) => e.label === exception.label)) {
      item.fault('duplicate', `例外“${exception.label}”重复`, '请改名');
      continue;
    }
    exceptions.push(exception);
  }
  return { versions, exceptions };
}

function readException(item: Source, cite: string, cited: Cited): ExceptionSource | undefined {
  checkKeys(item, exceptionKeys);
  const label = requiredText(item, 'label');
  const whenAt = item.get('when');
  const formulaAt = item.get('formula');
  if (!whenAt) item.fault('missing-key', '缺少“when”', '请写例外的条件');
  if (!formulaAt) item.fault('missing-key', '缺少“formula”', '请写例外的公式');
  const when = whenAt ? formulaOf(whenAt) : undefined;
  const formula = formulaAt ? formulaOf(formulaAt) : undefined;
  if (!when || !formula || label === '') return undefined;
  const over =
    item
      .get('over')
      ?.items()
      .map((o) => o.text ?? '') ?? [];
  return {
    label,
    title: optionalText(item, 'title') ?? label,
    when,
    formula,
    cite: cited(item, cite),
    over,
    ...datedFields(item),
    source: item,
  };
}

function readDecision(root: Source, cited: Cited): DecisionSource | undefined {
  const conditionsAt = root.get('conditions');
  const extended = root.get('extends') !== undefined;
  if (!conditionsAt && !root.get('amount') && !root.get('scope')) return undefined;
  const scope = optionalText(root, 'scope') ?? (extended ? 'household' : requiredText(root, 'scope'));
  const period = optionalText(root, 'period') ?? 'month';
  if (scope !== 'person' && scope !== 'household' && scope !== '') {
    root.get('scope')?.fault('bad-scope', `不认识的范围“${scope}”`, '可用：person、household');
  }
  if (period !== 'month' && period !== 'once')
    root.get('period')?.fault('bad-period', `不认识的周期“${period}”`, '可用：month、once');
  const conditions: ConditionSource[] = [];
  for (const item of conditionsAt?.items() ?? []) {
    checkKeys(item, conditionKeys);
    const code = requiredText(item, 'code');
    const whenAt = item.get('when');
    if (!whenAt) item.fault('missing-key', '缺少“when”', '请写条件');
    const when = whenAt ? formulaOf(whenAt) : undefined;
    if (!when || code === '') continue;
    if (!idPattern.test(code))
      item.get('code')?.fault('bad-name', `条件代码“${code}”应为小写字母、数字和连字符`, '请改名');
    const title = optionalText(item, 'title') ?? code;
    conditions.push({
      code,
      title,
      en: optionalText(item, 'en') ?? code,
      when,
      cite: cited(item, ''),
      ...datedFields(item),
      yes: optionalText(item, 'yes'),
      no: optionalText(item, 'no'),
      source: item,
    });
  }
  if (conditions.length === 0 && !extended) root.fault('missing-key', '缺少“conditions”', '请至少写一个条件');
  const applies = root.get('applies');
  const amount = root.get('amount');
  return {
    scope: scope === 'person' ? 'person' : 'household',
    period: period === 'once' ? 'once' : 'month',
    applies: applies ? formulaOf(applies) : undefined,
    conditions,
    amount: amount ? formulaOf(amount) : undefined,
  };
}
