import type { LocatedError } from '../source/located.ts';
import { Faults, nearestName } from '../source/located.ts';
import { formatDate, formatScaled, monthBounds, parseDate, parseDecimal, scaleDecimal } from '../typed/exact.ts';
import type { Scalar, ValueType } from '../typed/ir.ts';
import { formatUnit } from '../typed/units.ts';
import { reformPack } from './reform-pack.ts';
import type { DivisionLevel, Pack, ParameterDefinition, ParameterValue } from './shapes.ts';

/** A parameter as it stands in one division and month. `value` null: not published there, so decisions stay open. */
export interface ResolvedParameter {
  id: string;
  title: string;
  type: ValueType;
  digits: number;
  unit: string;
  /** Inner value: money and numbers scaled by 10^digits, dates as days, enums and booleans as such. */
  value: Scalar | null;
  /** The value as a person writes it, "610.00". */
  text: string | null;
  cite: string;
  pack: string;
  division: string;
  from: string;
  until: string | null;
  published: string | null;
  checked: string | null;
  borrowedFrom: { division: string; title: string } | null;
  note: string | null;
  /** The parameter whose value was taken, when this one has none of its own. */
  takenFrom: string | null;
}

export interface ResolvedParameters {
  division: string;
  month: string;
  parameters: ResolvedParameter[];
  /** Packs that apply, the most specific first. */
  chain: string[];
  errors: LocatedError[];
}

/** Codes from the most specific to the whole country: 321324001 → 321324, 321300, 320000, 000000. */
export function ancestorCodes(division: string): string[] {
  const out: string[] = [];
  const add = (code: string): void => {
    if (!out.includes(code)) out.push(code);
  };
  if (division.length >= 12) add(division.slice(0, 12));
  if (division.length >= 9) add(division.slice(0, 9));
  add(division.slice(0, 6));
  add(`${division.slice(0, 4)}00`);
  add(`${division.slice(0, 2)}0000`);
  add('000000');
  return out;
}

/** The packs that apply to a division, the most specific first: the nearest pack by code, then its parents. */
export function packChain(packs: readonly Pack[], division: string, faults?: Faults): Pack[] {
  // A reform under trial goes before every division's own values; `division` limits where it applies.
  const chain: Pack[] = packs.filter(
    (p) => p.id === reformPack && (p.division === '000000' || ancestorCodes(division).includes(p.division)),
  );
  const byId = new Map(packs.map((p) => [p.id, p]));
  for (const code of ancestorCodes(division)) {
    const own = packs.filter((p) => p.division === code && p.id !== reformPack && !chain.includes(p));
    const leaves = own.filter((p) => !own.some((q) => isBelow(q, p, byId)));
    if (leaves.length > 1) {
      for (const leaf of leaves) {
        const message = `区划 ${code} 有几个互不从属的包：${leaves.map((p) => p.id).join('、')}`;
        faults?.add(leaf.source.at, 'ambiguous', message, '请让一个以另一个为 parent');
      }
    }
    let pack: Pack | undefined = leaves[0];
    while (pack && !chain.includes(pack)) {
      chain.push(pack);
      pack = pack.parent === undefined ? undefined : byId.get(pack.parent);
    }
  }
  return chain;
}

function isBelow(q: Pack, p: Pack, byId: ReadonlyMap<string, Pack>): boolean {
  let pack = q.parent === undefined ? undefined : byId.get(q.parent);
  for (let steps = 0; pack && steps < 20; steps++) {
    if (pack === p) return true;
    pack = pack.parent === undefined ? undefined : byId.get(pack.parent);
  }
  return false;
}

function levelOf(division: string): DivisionLevel {
  if (division === '000000') return 'national';
  if (division.length > 6) return 'town';
  if (division.endsWith('0000')) return 'province';
  return division.endsWith('00') ? 'city' : 'county';
}

/**
 * Resolves every parameter for one division and month: the most specific pack, then the latest start; a value whose
 * `until` has passed no longer counts. Two values of one pack that start on the same day are an error, and so is a
 * value outside the floor or ceiling that an upper division set, or set by a level that may not.
 * @param options.division area code of 6, 9 or 12 digits
 * @param options.month YYYY-MM; values in force on its first day count
 * @param options.set overrides `{ 'subsistence.standard': '700.00' }`, checked against type, floor and ceiling
 */
export function resolveParameters(
  packs: readonly Pack[],
  options: { division: string; month: string; set?: Readonly<Record<string, string>> },
): ResolvedParameters {
  const faults = new Faults();
  const bounds = monthBounds(options.month);
  const chain = packChain(packs, options.division, faults);
  const definitions = new Map(packs.flatMap((p) => p.definitions).map((d) => [d.id, d]));
  if (!bounds) {
    const at = { file: '', line: 1, column: 1 };
    faults.add(at, 'bad-month', `“${options.month}”不是月份`, '请写成 YYYY-MM');
    return { division: options.division, month: options.month, parameters: [], chain: [], errors: faults.errors };
  }
  const chosen = new Map<string, ResolvedParameter>();
  for (const definition of definitions.values()) {
    const set = options.set?.[definition.id];
    const value = pick(definition, chain, bounds.start, faults);
    const resolved = describe(definition, value, chain);
    if (set !== undefined) applySet(definition, set, resolved, chain, bounds.start, faults);
    chosen.set(definition.id, resolved);
  }
  for (const definition of definitions.values()) takeFallback(definition, definitions, chosen);
  for (const id of Object.keys(options.set ?? {})) {
    if (definitions.has(id)) continue;
    const near = nearestName(id, definitions.keys());
    faults.add(
      { file: '--set', line: 1, column: 1 },
      'unknown-name',
      `没有参数“${id}”`,
      near ? `是否应为“${near}”` : '请核对名称',
    );
  }
  const parameters = [...chosen.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    division: options.division,
    month: options.month,
    parameters,
    chain: chain.map((p) => p.id),
    errors: faults.errors,
  };
}

function inForce(pack: Pack, id: string, at: number): ParameterValue[] {
  return pack.values
    .filter((v) => v.id === id && v.from <= at && (v.until === undefined || v.until >= at))
    .sort((a, b) => b.from - a.from);
}

function pick(
  definition: ParameterDefinition,
  chain: readonly Pack[],
  at: number,
  faults: Faults,
): ParameterValue | undefined {
  const fault = (value: ParameterValue, code: string, message: string, cure: string): void =>
    faults.add((value.source.get('value') ?? value.source).at, code, message, cure);
  for (const [index, pack] of chain.entries()) {
    const [first, second] = inForce(pack, definition.id, at);
    if (!first) continue;
    if (second && second.from === first.from) {
      fault(first, 'tie', `“${definition.title}”有两个值同日生效`, '请只留一个，或改生效日期');
    }
    if (pack.id !== reformPack && definition.levels.length > 0 && !definition.levels.includes(levelOf(pack.division))) {
      fault(
        first,
        'not-allowed',
        `“${definition.title}”不能由 ${pack.title} 这一级规定`,
        `可由：${definition.levels.join('、')}`,
      );
    }
    if (typeof first.value === 'bigint') {
      checkBounds(first.value, definition, chain.slice(index + 1), at, (message, cure) =>
        fault(first, 'outside-bound', message, cure),
      );
    }
    return first;
  }
  return undefined;
}

function checkBounds(
  value: bigint,
  definition: ParameterDefinition,
  above: readonly Pack[],
  at: number,
  fault: (message: string, cure: string) => void,
): void {
  for (const pack of above) {
    const upper = inForce(pack, definition.id, at)[0];
    if (!upper) continue;
    const show = (n: bigint) => formatScaled(n, definition.digits);
    if (upper.floor !== undefined && value < upper.floor) {
      fault(
        `“${definition.title}”${show(value)} 低于 ${pack.title} 规定的下限 ${show(upper.floor)}`,
        `依据：${upper.cite}`,
      );
    }
    if (upper.ceiling !== undefined && value > upper.ceiling) {
      fault(
        `“${definition.title}”${show(value)} 高于 ${pack.title} 规定的上限 ${show(upper.ceiling)}`,
        `依据：${upper.cite}`,
      );
    }
  }
}

/** A value as a person writes it. */
export function writeScalar(value: Scalar, type: ValueType, digits: number): string {
  if (type.kind === 'number') return formatScaled(BigInt(value), digits);
  return type.kind === 'date' ? formatDate(Number(value)) : String(value);
}

function describe(
  definition: ParameterDefinition,
  value: ParameterValue | undefined,
  chain: readonly Pack[],
): ResolvedParameter {
  const { id, title, type, digits } = definition;
  const inner = value?.value ?? null;
  return {
    id,
    title,
    type,
    digits,
    unit: type.kind === 'number' ? formatUnit(type.unit) : type.kind,
    value: inner,
    text: inner === null ? null : writeScalar(inner, type, digits),
    cite: value?.cite ?? '',
    pack: value?.pack ?? '',
    division: chain.find((p) => p.id === value?.pack)?.division ?? '',
    from: value ? formatDate(value.from) : '',
    until: value?.until === undefined ? null : formatDate(value.until),
    published: value?.published ?? null,
    checked: value?.checked ?? null,
    borrowedFrom: value?.borrowedFrom ?? null,
    note: value?.note ?? null,
    takenFrom: null,
  };
}

function takeFallback(
  definition: ParameterDefinition,
  definitions: ReadonlyMap<string, ParameterDefinition>,
  chosen: Map<string, ResolvedParameter>,
): void {
  const own = chosen.get(definition.id);
  if (own?.pack !== '') return;
  let source = definition.fallback;
  for (let steps = 0; source !== undefined && steps < 10; steps++) {
    const taken = chosen.get(source);
    if (taken && taken.pack !== '') {
      chosen.set(definition.id, {
        ...taken,
        id: own.id,
        title: own.title,
        type: own.type,
        digits: own.digits,
        takenFrom: source,
      });
      return;
    }
    source = definitions.get(source)?.fallback;
  }
}

/** What a value of a parameter looks like, for who wrote another. */
function shapeOf({ type, digits }: ParameterDefinition): string {
  if (type.kind === 'boolean') return '请写 true 或 false';
  if (type.kind === 'date') return '请写 YYYY-MM-DD';
  if (type.kind === 'enum') return `可用：${Object.keys(type.values).join('、')}`;
  const unit = formatUnit(type.unit, 'zh');
  return `请写数，至多 ${digits} 位小数${unit === '1' ? '（比例可写 30%）' : `，单位${unit}`}`;
}

function applySet(
  definition: ParameterDefinition,
  text: string,
  resolved: ResolvedParameter,
  chain: readonly Pack[],
  at: number,
  faults: Faults,
): void {
  const place = { file: '--set', line: 1, column: 1 };
  const value = parseSet(definition, text);
  if (value === undefined) {
    faults.add(place, 'bad-value', `“${text}”不能作“${definition.title}”的值`, shapeOf(definition));
    return;
  }
  if (typeof value === 'bigint') {
    const type = definition.type;
    if (type.kind === 'number' && (value < type.low || value > type.high)) {
      faults.add(place, 'out-of-range', `“${definition.title}”${text} 超出允许范围`, '请核对数值');
      return;
    }
    checkBounds(
      value,
      definition,
      chain.filter((p) => p.division !== chain[0]?.division && p.id !== reformPack),
      at,
      (message, cure) => faults.add(place, 'outside-bound', message, cure),
    );
  }
  Object.assign(resolved, {
    value,
    text: writeScalar(value, definition.type, definition.digits),
    cite: '试算设定',
    pack: '--set',
    from: formatDate(at),
    until: null,
    borrowedFrom: null,
    takenFrom: null,
  });
}

function parseSet(definition: ParameterDefinition, text: string): Scalar | undefined {
  const { type, digits } = definition;
  if (type.kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  if (type.kind === 'enum') return Object.hasOwn(type.values, text) ? text : undefined;
  if (type.kind === 'date') return parseDate(text);
  const decimal = parseDecimal(text);
  return decimal ? scaleDecimal(decimal, digits) : undefined;
}
