import { Faults, type LocatedError, nearestName } from '../source/located.ts';
import { readYaml, type Source } from '../source/yaml.ts';
import { checkKeys, optionalText, requiredText } from './fields.ts';
import { readDefinitions, readValues } from './read-parameters.ts';
import { readPolicy } from './read-policy.ts';
import { readVocabulary } from './read-vocabulary.ts';
import type { Exclusion, Pack, PackFile, ParameterDefinition, Reduction } from './shapes.ts';

const idPattern = /^[a-z0-9][a-z0-9-]*$/;

/**
 * Reads the policy parts of packs: pack.yaml, vocabulary/*.yaml, parameters/*.yaml, programmes/<name>/policy.yaml and
 * cases.yaml below each folder that holds a pack.yaml; other files are ignored.
 * @param files path (for messages and grouping) and text of each file
 * @returns the packs, parents before children, and every fault found; with faults a plan must not be compiled for use
 */
export function readPacks(files: readonly PackFile[]): { packs: Pack[]; errors: LocatedError[] } {
  const faults = new Faults();
  const packs: Pack[] = [];
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  for (const file of sorted) {
    if (file.path !== 'pack.yaml' && !file.path.endsWith('/pack.yaml')) continue;
    const pack = readHead(readYaml(file.path, file.text, faults), file.path.slice(0, -'pack.yaml'.length));
    if (pack && packs.some((p) => p.id === pack.id)) pack.source.fault('duplicate', `包“${pack.id}”重复`, '请改名');
    else if (pack) packs.push(pack);
  }
  const parameterRoots: { pack: Pack; root: Source }[] = [];
  for (const file of sorted) {
    const pack = ownerOf(packs, file.path);
    if (!pack || !file.path.endsWith('.yaml')) continue;
    const inner = file.path.slice(pack.root.length);
    if (/^vocabulary\/[^/]+$/.test(inner)) pack.inputs.push(...readVocabulary(readYaml(file.path, file.text, faults)));
    else if (/^parameters\/[^/]+$/.test(inner)) {
      const root = readYaml(file.path, file.text, faults);
      pack.definitions.push(...readDefinitions(root, pack.id));
      parameterRoots.push({ pack, root });
    } else if (inner === 'programmes/combinations.yaml') {
      const root = readYaml(file.path, file.text, faults);
      checkKeys(root, ['exclusive', 'difference']);
      pack.exclusions.push(...readExclusions(root));
      pack.reductions.push(...readReductions(root));
    } else if (/^programmes\/[^/]+\/policy\.yaml$/.test(inner)) {
      const policy = readPolicy(readYaml(file.path, file.text, faults), pack.id);
      if (policy) pack.policies.push(policy);
    } else if (/^programmes\/([^/]+)\/cases\.yaml$/.test(inner)) {
      const policy = inner.split('/')[1] ?? '';
      pack.cases.push({ pack: pack.id, policy, source: readYaml(file.path, file.text, faults) });
    }
  }
  readAllValues(packs, parameterRoots);
  return { packs: parentsFirst(packs, faults), errors: faults.errors };
}

function readHead(source: Source, root: string): Pack | undefined {
  checkKeys(source, ['id', 'division', 'title', 'parent', 'demo', 'description', 'contact']);
  const id = requiredText(source, 'id');
  const division = requiredText(source, 'division');
  if (!idPattern.test(id)) {
    if (id !== '') source.fault('bad-name', `包名“${id}”应为小写字母、数字和连字符`, '例：321324-sihong');
    return undefined;
  }
  if (!/^\d{6}(\d{3}|\d{6})?$/.test(division)) {
    source.get('division')?.fault('bad-division', `“${division}”不是区划代码`, '请写 6、9 或 12 位代码并加引号');
    return undefined;
  }
  return {
    id,
    division,
    title: requiredText(source, 'title'),
    parent: optionalText(source, 'parent'),
    demo: optionalText(source, 'demo') === 'true',
    root,
    inputs: [],
    definitions: [],
    values: [],
    policies: [],
    cases: [],
    exclusions: [],
    reductions: [],
    source,
  };
}

function readExclusions(root: Source): Exclusion[] {
  return (root.get('exclusive')?.items() ?? []).flatMap((item) => {
    checkKeys(item, ['between', 'apart', 'cite', 'note']);
    const [a, b, more] =
      item
        .get('between')
        ?.items()
        .map((i) => i.text ?? '') ?? [];
    if (!a || !b || more) {
      item.fault('bad-exclusion', 'between 应写两个项目', '例：between: [subsistence, destitute]');
      return [];
    }
    const apart = optionalText(item, 'apart');
    if (apart !== undefined && apart !== a && apart !== b) {
      item.get('apart')?.fault('bad-exclusion', `apart 应是 between 中的一个，不是“${apart}”`, `请写 ${a} 或 ${b}`);
      return [];
    }
    return [{ between: [a, b] as const, apart, cite: requiredText(item, 'cite'), source: item }];
  });
}

function readReductions(root: Source): Reduction[] {
  return (root.get('difference')?.items() ?? []).flatMap((item) => {
    checkKeys(item, ['programme', 'by', 'fact', 'value', 'cite', 'note']);
    const [programme, by] = [requiredText(item, 'programme'), requiredText(item, 'by')];
    const [fact, value, cite] = [requiredText(item, 'fact'), requiredText(item, 'value'), requiredText(item, 'cite')];
    return [programme, by, fact, value].includes('') ? [] : [{ programme, by, fact, value, cite, source: item }];
  });
}

function ownerOf(packs: readonly Pack[], path: string): Pack | undefined {
  let best: Pack | undefined;
  for (const pack of packs) {
    if (path.startsWith(pack.root) && (!best || pack.root.length > best.root.length)) best = pack;
  }
  return best;
}

function readAllValues(packs: readonly Pack[], roots: readonly { pack: Pack; root: Source }[]): void {
  const definitions = new Map<string, ParameterDefinition>();
  for (const definition of packs.flatMap((p) => p.definitions)) {
    const first = definitions.get(definition.id);
    if (first) {
      const { file, line } = first.source.at;
      definition.source.fault('duplicate', `参数“${definition.id}”已在 ${file}:${line} 定义`, '请删去一处');
    } else definitions.set(definition.id, definition);
  }
  for (const definition of definitions.values()) {
    if (definition.fallback !== undefined && !definitions.has(definition.fallback)) {
      const near = nearestName(definition.fallback, definitions.keys());
      definition.source
        .get('fallback')
        ?.fault('unknown-name', `没有参数“${definition.fallback}”`, near ? `是否应为“${near}”` : '请先定义');
    }
  }
  const unknown = (at: Source, id: string): void => {
    const near = nearestName(id, definitions.keys());
    at.fault('unknown-name', `没有参数“${id}”`, near ? `是否应为“${near}”` : '请先在 define 中定义');
  };
  for (const { pack, root } of roots) pack.values.push(...readValues(root, pack.id, definitions, unknown));
}

/** Orders packs so that a parent stands before its children; reports unknown parents and circles. */
function parentsFirst(packs: readonly Pack[], faults: Faults): Pack[] {
  const byId = new Map(packs.map((p) => [p.id, p]));
  const out: Pack[] = [];
  const place = (pack: Pack, trail: readonly string[]): void => {
    if (out.includes(pack)) return;
    if (trail.includes(pack.id)) {
      pack.source.fault('cycle', `包的上级成环：${[...trail, pack.id].join(' → ')}`, '请改正 parent');
      return;
    }
    if (pack.parent !== undefined) {
      const parent = byId.get(pack.parent);
      if (parent) place(parent, [...trail, pack.id]);
      else {
        const near = nearestName(pack.parent, byId.keys());
        const at = (pack.source.get('parent') ?? pack.source).at;
        faults.add(at, 'unknown-parent', `没有上级包“${pack.parent}”`, near ? `是否应为“${near}”` : '请一并读入上级包');
      }
    }
    if (!out.includes(pack)) out.push(pack);
  };
  for (const pack of packs) place(pack, []);
  return out;
}
