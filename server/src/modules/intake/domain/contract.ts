import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { DoudiError } from '../../../platform/errors.ts';
import { type Bundle, oncePerBundle, type PackFile } from '../../../platform/packs/index.ts';

export const ColumnType = z.enum([
  'text',
  'name',
  'citizen_number',
  'code',
  'date',
  'division',
  'address',
  'phone',
  'money',
  'area',
  'rate',
  'integer',
  'month',
  'account',
  'credit_code',
  'disability_certificate',
]);
export type ColumnType = z.infer<typeof ColumnType>;

const Id = z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, '须为小写字母、数字与连字符');
const ColumnName = z.string().regex(/^[a-z][a-z0-9_]*$/, '须为小写字母、数字与下划线');
/** Names that the accepted file keeps for itself. */
const RESERVED = new Set(['row', 'key_hash', 'content_hash', 'intake_status', 'delivery_id']);
/** Types that say who somebody is; they go to the identity file only. */
const IDENTIFYING = new Set<ColumnType>([
  'name',
  'citizen_number',
  'phone',
  'address',
  'account',
  'disability_certificate',
]);

export const FeedColumn = z.strictObject({
  name: ColumnName,
  headers: z.array(z.string().min(1)).min(1),
  type: ColumnType,
  required: z.boolean().default(false),
  identity: z.boolean().default(false),
  codes: z.record(z.string(), z.string()).optional(),
  /** Headers and code spellings of other bureaus; read like `headers` and `codes`, never proposed to a department. */
  also: z.array(z.string().min(1)).optional(),
  codes_also: z.record(z.string(), z.string()).optional(),
  /** The fact that the column feeds, in words, and for how many months it holds (default: the feed's valid_months). */
  fact: z.string().min(1).optional(),
  valid_months: z.int().min(1).max(120).optional(),
  /** Percent of rows in which the cell is expected to be empty. */
  nulls: z.int().min(0).max(100).optional(),
});
export type FeedColumn = z.infer<typeof FeedColumn>;

export const FeedPerson = z.strictObject({
  role: ColumnName,
  number: ColumnName,
  name: ColumnName,
  sex: ColumnName.optional(),
  birth: ColumnName.optional(),
  division: ColumnName.optional(),
  phone: ColumnName.optional(),
  address: ColumnName.optional(),
});
export type FeedPerson = z.infer<typeof FeedPerson>;

/** A department's data contract: packs/<pack>/feeds/<department>/<feed>.yaml. */
export const FeedContract = z.strictObject({
  id: Id,
  title: z.string().min(1),
  department: z.string().min(1),
  scope: z.enum(['full', 'list', 'authorised', 'push']),
  lawful_basis: z.string().min(1),
  /** snapshot: every delivery is the whole state; events: every delivery adds what happened. */
  kind: z.enum(['snapshot', 'events']),
  key: z.array(ColumnName).min(1),
  absence: z.enum(['none', 'unknown']),
  /** How often it comes; what comes on request (a list, a consent) is never late. */
  frequency: z.enum(['day', 'week', 'month', 'term', 'event', 'request']).default('month'),
  /** False where the department has not agreed yet: nothing is expected until a request is granted or a file comes. */
  agreed: z.boolean().default(true),
  /** What may stand in, marked as such, while the feed is not there: what is declared, what a visit finds. */
  substitutes: z
    .strictObject({ declaration: z.string().min(1).optional(), visit: z.string().min(1).optional() })
    .optional(),
  freshness: z.strictObject({ due_day: z.int().min(1).max(28), valid_months: z.int().min(1).max(120) }),
  volume: z.strictObject({ per_person: z.number().positive(), tolerance: z.number().positive() }),
  file: z.strictObject({
    format: z.enum(['csv', 'xlsx']),
    encoding: z.enum(['utf-8', 'utf-8-bom', 'gb18030']).optional(),
    /** The sheet or sheets of a workbook to read; absent: every sheet that has the header. */
    sheet: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
  }),
  persons: z.array(FeedPerson).min(1),
  columns: z.array(FeedColumn).min(1),
  /** True where a wrong citizen number makes the row useless, so that it is quarantined (the population register). */
  strict_number: z.boolean().default(false),
  /** refuse: a row whose `outside_by` divisions all lie outside the county has no lawful basis and is not kept. */
  outside: z.literal('refuse').optional(),
  outside_by: z.array(ColumnName).min(1).optional(),
  /** What becomes unknown without this feed, in words for the screen; default: its title. */
  facts: z.array(z.string().min(1)).min(1).optional(),
});
export type FeedContract = z.infer<typeof FeedContract> & { path: string };

function readContracts(bundle: Bundle): FeedContract[] {
  const found = new Map<string, FeedContract>();
  for (const file of bundle.under('feeds')) {
    if (!file.path.endsWith('.yaml')) continue;
    const contract = readContract(file);
    found.set(contract.id, contract);
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * The feed contracts of a bundle, by id; a later pack replaces a feed of its parent whole.
 * @throws feed-contract with file, line and column of the first fault
 */
export const feedContracts = oncePerBundle(readContracts);

/**
 * One contract by id.
 * @throws feed-unknown
 */
export function getContract(contracts: readonly FeedContract[], id: string): FeedContract {
  const found = contracts.find((c) => c.id === id);
  if (found) return found;
  throw new DoudiError(
    'usage',
    'feed-unknown',
    `没有名为“${id}”的数据契约`,
    `可用的数据：${contracts.map((c) => c.id).join('、')}`,
  );
}

function readContract(file: PackFile): FeedContract {
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines });
  const fault = (path: readonly PropertyKey[], message: string): DoudiError => {
    let at = 0;
    // The deepest part of the path that is in the file gives the place.
    for (let depth = path.length; depth >= 0; depth--) {
      const node = document.getIn(path.slice(0, depth), true);
      if (node !== null && typeof node === 'object' && 'range' in node && Array.isArray(node.range)) {
        at = Number(node.range[0]);
        break;
      }
    }
    const { line, col } = lines.linePos(at);
    const where = path.map(String).join('.');
    return new DoudiError(
      'invalid',
      'feed-contract',
      `数据契约 ${file.path}:${line}:${col}${where ? `（${where}）` : ''}：${message}`,
      '请按 packs/national/feeds 中已有契约的写法修改该处',
    );
  };
  const broken = document.errors[0];
  if (broken) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw new DoudiError(
      'invalid',
      'feed-contract',
      `数据契约 ${file.path}:${line}:${col}：不是合法的 YAML（${broken.code}）`,
      '请检查缩进、冒号与引号',
    );
  }
  const parsed = FeedContract.safeParse(document.toJS());
  if (!parsed.success) {
    // A misspelt key is also a missing one; the spelling is what to mend.
    const { issues } = parsed.error;
    const issue = issues.find((i) => i.code === 'unrecognized_keys') ?? issues[0];
    const path = issue?.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : (issue?.path ?? []);
    throw fault(
      path,
      issue?.code === 'unrecognized_keys' ? `不认识的项 ${issue.keys.join('、')}` : (issue?.message ?? ''),
    );
  }
  const contract = withOtherSpellings(parsed.data);
  checkReferences(contract, fault);
  return { ...contract, path: file.path };
}

/** A contract whose columns know the other spellings too, after their own. */
function withOtherSpellings(contract: z.infer<typeof FeedContract>): z.infer<typeof FeedContract> {
  const columns = contract.columns.map((column) => ({
    ...column,
    headers: [...column.headers, ...(column.also ?? [])],
    ...(column.codes ? { codes: { ...column.codes_also, ...column.codes } } : {}),
  }));
  return { ...contract, columns };
}

function checkReferences(
  contract: z.infer<typeof FeedContract>,
  fault: (path: readonly PropertyKey[], message: string) => DoudiError,
): void {
  const columns = new Map<string, FeedColumn>();
  const headers = new Map<string, string>();
  for (const [i, column] of contract.columns.entries()) {
    if (columns.has(column.name)) throw fault(['columns', i, 'name'], `列名 ${column.name} 重复`);
    if (RESERVED.has(column.name)) throw fault(['columns', i, 'name'], `列名 ${column.name} 为系统保留`);
    columns.set(column.name, column);
    for (const header of column.headers) {
      const other = headers.get(plainHeader(header));
      if (other) throw fault(['columns', i, 'headers'], `表头“${header}”已属于列 ${other}`);
      headers.set(plainHeader(header), column.name);
    }
    if ((column.type === 'code') !== (column.codes !== undefined))
      throw fault(['columns', i], column.type === 'code' ? '代码列须给出 codes' : '只有代码列可以有 codes');
    if (column.codes_also && !column.codes) throw fault(['columns', i, 'codes_also'], '只有代码列可以有 codes_also');
    if (IDENTIFYING.has(column.type) && !column.identity)
      throw fault(['columns', i], `${column.type} 属于身份信息，须写 identity: true`);
  }
  for (const [i, name] of contract.key.entries())
    if (!columns.has(name)) throw fault(['key', i], `主键列 ${name} 不在 columns 中`);
  const typed: Record<string, ColumnType> = {
    number: 'citizen_number',
    name: 'name',
    sex: 'code',
    birth: 'date',
    division: 'division',
    phone: 'phone',
    address: 'address',
  };
  const roles = new Set<string>();
  for (const [i, person] of contract.persons.entries()) {
    if (roles.has(person.role)) throw fault(['persons', i, 'role'], `角色 ${person.role} 重复`);
    roles.add(person.role);
    for (const [part, type] of Object.entries(typed)) {
      const name = person[part as keyof FeedPerson];
      if (name === undefined) continue;
      if (columns.get(name)?.type !== type) throw fault(['persons', i, part], `${name} 须是类型为 ${type} 的列`);
    }
  }
  const lists = contract.scope === 'list' || contract.scope === 'authorised';
  if (lists && contract.outside) throw fault(['outside'], '名单与授权范围的数据已按人限定，不写 outside');
  // Who was not asked about has no row either.
  if (lists && contract.absence === 'none')
    throw fault(['absence'], '名单与授权之外的人没有被问到，没有行不等于没有，须写 unknown');
  // A row is kept or refused by one person; of two, one would be kept without basis.
  if (lists && contract.persons.length > 1) throw fault(['persons', 1], '名单与授权范围的数据每行只能有一人');
  if ((contract.outside === undefined) !== (contract.outside_by === undefined))
    throw fault([], 'outside 与 outside_by 须同时给出');
  for (const [i, name] of (contract.outside_by ?? []).entries())
    if (columns.get(name)?.type !== 'division') throw fault(['outside_by', i], `${name} 须是行政区划列`);
}

/** A header as it is compared: full-width forms folded, blanks removed, brackets of one kind, upper case. */
export function plainHeader(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s\u200b\ufeff*＊]/g, '')
    .replaceAll('﹙', '(')
    .replaceAll('﹚', ')')
    .toUpperCase();
}
