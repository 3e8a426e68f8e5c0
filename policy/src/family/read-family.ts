import type { Facts, Family } from '../backend/evaluate.ts';
import type { InputDefinition, Pack } from '../model/shapes.ts';
import { nearestName } from '../source/located.ts';
import { formatScaled, parseDate, parseDecimal, scaleDecimal } from '../typed/exact.ts';
import type { Entity, Scalar } from '../typed/ir.ts';

/** A fault of a family handed in: `path` as in JSON, `persons[1].wage`. */
export interface FamilyFault {
  path: string;
  code: string;
  message: string;
  cure: string;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonMap = { readonly [key: string]: Json };

function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Inputs of a pack list by entity and name. */
export function inputsOf(packs: readonly Pack[], entity: Entity): Map<string, InputDefinition> {
  return new Map(
    packs
      .flatMap((p) => p.inputs)
      .filter((i) => i.entity === entity)
      .map((i) => [i.name, i]),
  );
}

/**
 * Reads a family from JSON as `doudi schema household` describes it: money as yuan ("1234.50"), dates YYYY-MM-DD.
 * An omitted or null field is unknown; `obligors: []` is known none; an unknown key is a fault that names the nearest.
 * A family that says `others: "none"` declares what it omits to be known none, except who someone is (`identity`) and
 * what is written as null.
 */
export function readFamily(
  json: unknown,
  packs: readonly Pack[],
): { family: Family | undefined; faults: FamilyFault[] } {
  const faults: FamilyFault[] = [];
  const fault = (path: string, code: string, message: string, cure: string): void => {
    faults.push({ path, code, message, cure });
  };
  const root = json as Json;
  if (!isMap(root)) {
    fault('', 'bad-family', '一个家庭应是一个 JSON 对象', '请按 doudi schema household 填写');
    return { family: undefined, faults };
  }
  const allowed = ['id', 'household_id', 'division', 'others', 'household', 'persons', 'obligors'];
  for (const key of Object.keys(root)) unknownKey(key, allowed, key, fault);
  const division = root.division;
  if (typeof division !== 'string' || !/^\d{6}(\d{3}|\d{6})?$/.test(division)) {
    fault('division', 'bad-division', 'division 应为 6、9 或 12 位区划代码', '例："321324"');
  }
  const others = root.others ?? 'unknown';
  if (others !== 'none' && others !== 'unknown') {
    fault('others', 'bad-value', `others 应为 "none" 或 "unknown"`, '"none"：没写的事实视为已知没有；省去为未知');
  }
  const read: Reading = { packs, fill: others === 'none', fault };
  const household = readFacts(root.household ?? {}, 'household', 'household', [], read);
  const persons = readRows(root.persons, 'person', 'persons', read);
  const obligors = readRows(root.obligors, 'obligor', 'obligors', read);
  if (isList(root.obligors) && household.obligors === undefined) household.obligors = true;
  if (!isList(root.persons)) household.outside_members = null;
  const id = root.id ?? root.household_id ?? '1';
  if (faults.length > 0) return { family: undefined, faults };
  return { family: { id: String(id), division: String(division), household, persons, obligors }, faults };
}

type Report = (path: string, code: string, message: string, cure: string) => void;

/** How a family is read: what is omitted is filled as known none when the family says so. */
interface Reading {
  packs: readonly Pack[];
  fill: boolean;
  fault: Report;
}

function unknownKey(key: string, allowed: readonly string[], path: string, fault: Report): void {
  if (allowed.includes(key)) return;
  const near = nearestName(key, allowed);
  fault(path, 'unknown-key', `不认识的字段“${key}”`, near ? `是否应为“${near}”` : '请按 doudi schema household 填写');
}

function readRows(
  value: Json | undefined,
  entity: 'person' | 'obligor',
  path: string,
  read: Reading,
): { id: string; facts: Facts }[] {
  const { fault } = read;
  if (value === undefined || value === null) return [];
  if (!isList(value)) {
    fault(path, 'expected-list', `${path} 应为列表`, '没有请写 []，不知道请省去');
    return [];
  }
  const rows = value.map((item, index) => {
    const at = `${path}[${index}]`;
    const given = isMap(item) ? item : {};
    if (!isMap(item)) fault(at, 'expected-map', `${at} 应为对象`, '请按 doudi schema household 填写');
    const id = given.id === undefined || given.id === null ? String(index + 1) : String(given.id);
    return { id, facts: readFacts(given, entity, at, ['id'], read) };
  });
  const seen = new Set<string>();
  for (const [index, row] of rows.entries()) {
    if (seen.has(row.id)) fault(`${path}[${index}].id`, 'duplicate', `id“${row.id}”重复`, '请改为不同的 id');
    seen.add(row.id);
  }
  return rows;
}

function readFacts(
  value: Json,
  entity: Entity,
  path: string,
  others: readonly string[],
  { packs, fill, fault }: Reading,
): Record<string, Scalar | null> {
  const inputs = inputsOf(packs, entity);
  const out: Record<string, Scalar | null> = {};
  if (!isMap(value)) {
    fault(path, 'expected-map', `${path} 应为对象`, '请按 doudi schema household 填写');
    return out;
  }
  for (const [key, given] of Object.entries(value)) {
    if (others.includes(key)) continue;
    const input = inputs.get(key);
    if (!input) unknownKey(key, [...inputs.keys(), ...others], `${path}.${key}`, fault);
    else if (given !== null) {
      const read = readFact(given, input);
      if ('message' in read) fault(`${path}.${key}`, 'bad-value', `${input.title}：${read.message}`, read.cure);
      else out[key] = read.value;
    }
  }
  if (!fill) return out;
  for (const input of inputs.values()) {
    // The list of obligors is known only when it is given.
    if (input.identity || input.name === 'obligors' || Object.hasOwn(value, input.name)) continue;
    out[input.name] = knownNone(input);
  }
  return out;
}

function readFact(given: Json, input: InputDefinition): { value: Scalar } | { message: string; cure: string } {
  const { type, digits } = input;
  const shown = typeof given === 'object' ? '对象' : `“${String(given)}”`;
  switch (type.kind) {
    case 'boolean':
      if (typeof given === 'boolean') return { value: given };
      return { message: `${shown}不是是非`, cure: '请写 true 或 false' };
    case 'date': {
      const days = typeof given === 'string' ? parseDate(given) : undefined;
      return days === undefined ? { message: `${shown}不是日期`, cure: '请写 "YYYY-MM-DD"' } : { value: days };
    }
    case 'enum': {
      if (typeof given === 'string' && Object.hasOwn(type.values, given)) return { value: given };
      const near = typeof given === 'string' ? nearestName(given, Object.keys(type.values)) : undefined;
      return {
        message: `${shown}不在代码表内`,
        cure: near ? `是否应为“${near}”` : `可用：${Object.keys(type.values).join('、')}`,
      };
    }
    case 'number': {
      const decimal = typeof given === 'string' || typeof given === 'number' ? parseDecimal(String(given)) : undefined;
      if (!decimal) return { message: `${shown}不是数`, cure: '金额写成 "1234.50"' };
      const value = scaleDecimal(decimal, digits);
      if (value === undefined) return { message: `最多 ${digits} 位小数`, cure: '请按规定位数填写' };
      if (value < type.low || value > type.high) {
        const range = `${formatScaled(type.low, digits)} 至 ${formatScaled(type.high, digits)}`;
        return { message: `${shown}超出 ${range}`, cure: '请核对单位和数值' };
      }
      return { value };
    }
  }
}

/** The value of an input that says “known none”: presumed value, 0, false, the code `none` (or the first). */
export function knownNone(input: InputDefinition): Scalar {
  if (input.presumed !== undefined) return input.presumed;
  switch (input.type.kind) {
    case 'number':
      return input.type.low > 0n ? input.type.low : 0n;
    case 'boolean':
      return false;
    case 'date':
      return parseDate('9999-12-31') ?? 0;
    case 'enum':
      return Object.hasOwn(input.type.values, 'none') ? 'none' : (Object.keys(input.type.values)[0] ?? '');
  }
}
