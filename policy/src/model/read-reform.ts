import { Faults, type LocatedError, nearestName } from '../source/located.ts';
import { readYaml } from '../source/yaml.ts';
import { checkKeys, dateField, optionalText, requiredText } from './fields.ts';
import { readValues } from './read-parameters.ts';
import { readPolicy } from './read-policy.ts';
import { reformPack } from './reform-pack.ts';
import type { Pack, PackFile, ParameterDefinition, ParameterValue } from './shapes.ts';

/**
 * Lays a reform over packs. A reform is a file:
 * ```yaml
 * reform: raise-70
 * title: 标准提高70元
 * division: '321324'           # where it applies; without it everywhere
 * set: { subsistence.standard: 680.00 }
 * policies:
 *   - extends: subsistence
 *     variables: { subsistence_payment: { formula: … } }   # `inherited` is the rule before the reform
 * ```
 * Values are checked against type, floor and ceiling like those of a pack.
 * @returns packs with the reform as one more pack before all others, and the faults of the file
 */
export function applyReform(
  packs: readonly Pack[],
  file: PackFile,
): { packs: Pack[]; title: string; errors: LocatedError[] } {
  const faults = new Faults();
  const root = readYaml(file.path, file.text, faults);
  checkKeys(root, ['reform', 'title', 'division', 'from', 'set', 'policies', 'note']);
  const id = requiredText(root, 'reform');
  const title = optionalText(root, 'title') ?? id;
  const from = dateField(root, 'from') ?? 0;
  const pack: Pack = {
    id: reformPack,
    division: '000000',
    title,
    parent: undefined,
    demo: true,
    root: '',
    inputs: [],
    definitions: [],
    values: [],
    policies: [],
    cases: [],
    exclusions: [],
    reductions: [],
    source: root,
  };
  const definitions = new Map<string, ParameterDefinition>(packs.flatMap((p) => p.definitions).map((d) => [d.id, d]));
  pack.values.push(...readSet(root.get('set'), from, title, definitions, faults));
  for (const item of root.get('policies')?.items() ?? []) {
    const policy = readPolicy(item, reformPack);
    if (policy && !policy.extends) item.fault('bad-reform', '改革只能改写已有项目', '请写 extends');
    else if (policy) pack.policies.push(policy);
  }
  const division = optionalText(root, 'division') ?? '000000';
  return {
    packs: [...packs, { ...pack, division }],
    title,
    errors: faults.errors,
  };
}

function readSet(
  set: ReturnType<typeof readYaml> | undefined,
  from: number,
  cite: string,
  definitions: ReadonlyMap<string, ParameterDefinition>,
  faults: Faults,
): ParameterValue[] {
  if (!set) return [];
  const out: ParameterValue[] = [];
  for (const { key, keyAt, value } of set.entries()) {
    const wrapped = readYaml(
      keyAt.file,
      `values: [{ id: ${JSON.stringify(key)}, from: 1970-01-01, cite: reform, value: ${value.text ?? 'null'} }]`,
      new Faults(),
    );
    const inner: Faults = wrapped.faults;
    if (!definitions.has(key)) {
      const near = nearestName(key, definitions.keys());
      faults.add(keyAt.at, 'unknown-name', `没有参数“${key}”`, near ? `是否应为“${near}”` : '请核对名称');
      continue;
    }
    const read = readValues(wrapped, reformPack, definitions, () => undefined);
    for (const error of inner.errors) faults.add(value.at, error.code, error.message, error.cure);
    out.push(...read.map((v) => ({ ...v, from, cite, source: value })));
  }
  return out;
}
