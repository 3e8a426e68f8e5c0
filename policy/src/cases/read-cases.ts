import type { Family } from '../backend/evaluate.ts';
import { inputsOf, knownNone, readFamily } from '../family/read-family.ts';
import { checkKeys, optionalText, requiredText } from '../model/fields.ts';
import type { Pack } from '../model/shapes.ts';
import type { Faults } from '../source/located.ts';
import type { Source } from '../source/yaml.ts';
import { monthBounds } from '../typed/exact.ts';
import type { Entity, Scalar } from '../typed/ir.ts';

/** What a case says of one decision. Fields that are not written are not looked at. */
export interface CaseExpectation {
  programme: string;
  person: string | null;
  outcome: string | undefined;
  /** Yuan as written, "800.00". */
  amount: string | undefined;
  missing: string[] | undefined;
  reasons: string[] | undefined;
  branch: string | undefined;
  /** Whether it is in the best lawful combination, and the yuan it pays there. */
  chosen: boolean | undefined;
  combined: string | undefined;
  /** Values of variables as written: yuan, true, a code, `unknown`. */
  variables: { name: string; value: string; source: Source }[];
  source: Source;
}

/** One worked example beside a policy. */
export interface PolicyCase {
  pack: string;
  policy: string;
  name: string;
  cite: string;
  month: string;
  set: Record<string, string>;
  family: Family;
  expect: CaseExpectation[];
  source: Source;
}

const headKeys = ['division', 'month', 'others', 'given', 'cases', 'note', 'set'];
const caseKeys = [
  'name',
  'cite',
  'division',
  'month',
  'set',
  'others',
  'household',
  'persons',
  'obligors',
  'expect',
  'note',
];
const expectKeys = [
  'programme',
  'person',
  'outcome',
  'amount',
  'missing',
  'reasons',
  'branch',
  'chosen',
  'combined',
  'variables',
];

/**
 * Reads cases.yaml of all packs:
 * ```yaml
 * division: '321324'      # may stand in each case too
 * month: 2026-10
 * others: none            # facts that a case does not give are known none; without it they are unknown
 * given: { household: {}, person: { birth_date: 1980-01-01 } }   # facts of every case
 * cases:
 *   - name: …
 *     cite: …
 *     set: { subsistence.standard: 600.00 }
 *     household: { … }
 *     persons: [ { … } ]
 *     obligors: []        # omitted: unknown
 *     expect:
 *       - { programme: subsistence, outcome: eligible, amount: 800.00, variables: { household_income: 1000.00 } }
 * ```
 */
export function readCases(packs: readonly Pack[], faults: Faults): PolicyCase[] {
  const out: PolicyCase[] = [];
  for (const file of packs.flatMap((p) => p.cases)) {
    const root = file.source;
    checkKeys(root, headKeys);
    for (const item of root.get('cases')?.items() ?? []) {
      const read = readCase(item, root, file.pack, file.policy, packs, faults);
      if (read) out.push(read);
    }
  }
  return out;
}

function readCase(
  item: Source,
  root: Source,
  pack: string,
  policy: string,
  packs: readonly Pack[],
  faults: Faults,
): PolicyCase | undefined {
  checkKeys(item, caseKeys);
  const name = requiredText(item, 'name');
  const own = packs.find((p) => p.id === pack);
  const division = optionalText(item, 'division') ?? optionalText(root, 'division') ?? own?.division ?? '';
  const month = optionalText(item, 'month') ?? optionalText(root, 'month') ?? '';
  if (!monthBounds(month)) item.fault('bad-month', `“${month}”不是月份`, '请写 month: YYYY-MM');
  const fill = (optionalText(item, 'others') ?? optionalText(root, 'others')) === 'none';
  const given = root.get('given');
  const json = {
    id: '1',
    division,
    household: merged('household', given, item.get('household'), fill, packs),
    persons: (item.get('persons')?.items() ?? []).map((p, i) => ({
      id: String(i + 1),
      ...merged('person', given, p, fill, packs),
    })),
    ...(item.get('obligors')
      ? {
          obligors: (item.get('obligors')?.items() ?? []).map((o, i) => ({
            id: String(i + 1),
            ...merged('obligor', given, o, fill, packs),
          })),
        }
      : {}),
  };
  const { family, faults: wrong } = readFamily(json, packs);
  for (const fault of wrong) {
    faults.add(item.at, fault.code, `案例“${name}” ${fault.path}：${fault.message}`, fault.cure);
  }
  const sets: Record<string, string> = {};
  for (const place of [root.get('set'), item.get('set')]) {
    for (const { key, value } of place?.entries() ?? []) sets[key] = value.text ?? '';
  }
  const expect = (item.get('expect')?.items() ?? []).map(readExpectation);
  if (expect.length === 0) item.fault('missing-key', '案例缺少“expect”', '请写期望的结果');
  if (!family || !monthBounds(month)) return undefined;
  return { pack, policy, name, cite: optionalText(item, 'cite') ?? '', month, set: sets, family, expect, source: item };
}

function merged(
  entity: Entity,
  given: Source | undefined,
  own: Source | undefined,
  fill: boolean,
  packs: readonly Pack[],
): Record<string, string | boolean | null> {
  const out: Record<string, string | boolean | null> = {};
  if (fill) {
    for (const input of inputsOf(packs, entity).values()) {
      if (input.name === 'obligors') continue;
      out[input.name] = plain(knownNone(input), input.type.kind, input.digits);
    }
  }
  const declared = inputsOf(packs, entity);
  for (const source of [given?.get(entity), own]) {
    for (const { key, value } of source?.entries() ?? []) {
      const text = value.text;
      const boolean = declared.get(key)?.type.kind === 'boolean' && (text === 'true' || text === 'false');
      out[key] = value.isNull || text === undefined ? null : boolean ? text === 'true' : text;
    }
  }
  return out;
}

function plain(value: Scalar, kind: string, _digits: number): string | boolean {
  if (typeof value === 'boolean') return value;
  if (kind === 'date') return '9999-12-31';
  return String(value);
}

function readExpectation(item: Source): CaseExpectation {
  checkKeys(item, expectKeys);
  const list = (key: string): string[] | undefined =>
    item
      .get(key)
      ?.items()
      .map((i) => i.text ?? '')
      .sort();
  return {
    programme: optionalText(item, 'programme') ?? '',
    person: optionalText(item, 'person') ?? null,
    outcome: optionalText(item, 'outcome'),
    amount: optionalText(item, 'amount'),
    missing: list('missing'),
    reasons: list('reasons'),
    branch: optionalText(item, 'branch'),
    chosen: item.get('chosen') ? optionalText(item, 'chosen') === 'true' : undefined,
    combined: optionalText(item, 'combined'),
    variables: (item.get('variables')?.entries() ?? []).map(({ key, keyAt, value }) => ({
      name: key,
      value: value.isNull ? 'unknown' : (value.text ?? ''),
      source: keyAt,
    })),
    source: item,
  };
}
