import { createHash } from 'node:crypto';
import { literal } from '../../../platform/engine/index.ts';
import type { ColumnType, FeedContract } from '../domain/contract.ts';
import { type CellPlan, cellPlan, issueOf } from './cells.ts';

/** What a delivery's plan is made for. */
export interface TypedInput {
  contract: FeedContract;
  /** Field positions by column name, from the header. */
  positions: ReadonlyMap<string, number>;
  fields: number;
  /**
   * Canonical UTF-8 CSV, the record number first; it is negative where some cell of the record may have to be folded (see
   * source/odd.ts), so that the others need not be looked at.
   */
  records: string;
  /** What parts its fields. */
  delimiter: string;
  /** Table (code, id) of division codes. */
  divisions: string;
  /** First six digits of the codes of this county. */
  homes: readonly string[];
  /**
   * Secret salt of key and content hashes, hex: without it a hash of a citizen number could be found by trying all numbers.
   * MD5 is enough behind a secret of 128 bits; nobody gains by making two rows collide.
   */
  salt: string;
  /**
   * Table (mark) of the only people whose rows may be kept, by `entitledMark`; absent where the feed's basis covers everyone.
   * A number that is wrong by a digit is nobody's: nothing is repaired here.
   */
  entitled?: string;
}

/** How a person of an authorisation or a list is known to the plan: MD5 of salt and number, as DuckDB makes it. */
export const entitledMark = (salt: string, number: string): string =>
  createHash('md5').update(`${salt}\u001f${number}`).digest('hex');

/**
 * SQL that types every record: row, key_hash, content_hash (UUID: 128 bits that need no text), issue (column number × 100 +
 * reason number, NULL when good), outside (no lawful basis), v_<column> of those that `isTyped` names and, for citizen numbers, g_<column> (valid) and r_<column> (as delivered, where
 * that differs).
 */
export function typedSql(input: TypedInput): string {
  const { contract } = input;
  const all = contract.columns.map((column) => cellPlan(contract, column, `c_${column.name}`));
  const plans = all.filter((p) => isTyped(p.column, input.positions));
  const numbers = plans.filter((p) => p.column.type === 'citizen_number').map((p) => p.column.name);
  const divisions = plans.filter((p) => p.column.type === 'division').map((p) => p.column.name);
  const layers = partLayers(plans);
  let sql = cleanLayer(input, plans);
  for (const layer of layers)
    sql = `select *, ${layer.map((p) => `${p.sql} as ${p.name}`).join(',\n    ')} from (${sql})`;
  const home = (code: string) => input.homes.map((h) => `left(${code}, 6) = ${literal(h)}`).join(' or ') || 'false';
  if (divisions.length > 0) {
    const cells = divisions.map((name) => {
      // A code of the right length outside the county is nobody's mistake; inside it, an unknown code is.
      const shaped = `regexp_full_match(k_${name}, '[0-9]{6}([0-9]{3}|[0-9]{6})?')`;
      return `j_${name}.id as d_${name}, coalesce(${shaped} and not (${home(`k_${name}`)}), false) as o_${name}`;
    });
    const joins = divisions.map((name) => `left join ${input.divisions} j_${name} on j_${name}.code = k_${name}`);
    sql = `select q.*, ${cells.join(', ')} from (${sql}) q ${joins.join(' ')}`;
  }
  sql = `select *, ${plans.map((p) => `${p.value} as v_${p.column.name}`).join(',\n    ')} from (${sql})`;
  const { entitled } = input;
  const outside = entitled
    ? 'entitled.mark is null'
    : (contract.outside_by?.map((name) => `o_${name}`).join(' and ') ?? 'false');
  if (entitled)
    sql = `(${sql}) p left join ${entitled} entitled
      on entitled.mark = md5(concat_ws(chr(31), ${literal(input.salt)}, v_${contract.persons[0]?.number}))`;
  else sql = `(${sql})`;
  const keep = [
    ...plans.map((p) => `v_${p.column.name}`),
    // Kept only where it differs from the number, which is seldom.
    ...numbers.flatMap((name) => [
      `g_${name}`,
      `case when c_${name} is distinct from v_${name} then trim(c_${name}) end as r_${name}`,
    ]),
  ];
  // Only good rows are compared, and those have what is required: nothing need stand in for it.
  const hashed = (p: CellPlan) => {
    if (!plans.includes(p)) return 'chr(30)';
    const v = `v_${p.column.name}`;
    if (p.column.type === 'citizen_number') return `coalesce(${v}, n_${p.column.name}, chr(30))`;
    const text = TEXTUAL.has(p.column.type) ? v : `cast(${v} as varchar)`;
    return p.column.required ? text : `coalesce(${text}, chr(30))`;
  };
  const keyed = contract.key.flatMap((name) => all.filter((p) => p.column.name === name));
  const joined = (of: readonly CellPlan[]) =>
    `cast(md5(concat_ws(chr(31), ${literal(input.salt)}, ${of.map(hashed).join(', ')})) as uuid)`;
  return `select row, ${joined(keyed)} as key_hash, ${joined(all)} as content_hash,
    cast(${issueOf(all, plans, contract.strict_number)} as integer) as issue, (${outside}) as outside,
    ${keep.join(', ')} from ${sql}`;
}

/**
 * Whether a column is typed at all: one that the file lacks has nothing to be typed. (Numbers and divisions always are, since
 * more than their value is made of them.)
 */
export const isTyped = (column: FeedContract['columns'][number], positions: ReadonlyMap<string, number>): boolean =>
  positions.has(column.name) || column.type === 'citizen_number' || column.type === 'division';

/** Types whose value is text already. */
const TEXTUAL = new Set<ColumnType>([
  'text',
  'name',
  'code',
  'address',
  'phone',
  'month',
  'account',
  'credit_code',
  'disability_certificate',
]);

function cleanLayer(input: TypedInput, plans: readonly CellPlan[]): string {
  const names = ['row', ...Array.from({ length: input.fields }, (_, i) => `f${i}`)];
  const columns = names.map((n, i) => `${n}: '${i === 0 ? 'BIGINT' : 'VARCHAR'}'`).join(', ');
  const source = `read_csv(${literal(input.records)}, auto_detect = false, header = false, delim = ${literal(input.delimiter)}, quote = '"', escape = '"',
    new_line = '\\n', nullstr = '', null_padding = false, max_line_size = 1048576, columns = {${columns}})`;
  const cells = plans.map((p) => {
    const at = input.positions.get(p.column.name);
    return `${at === undefined ? 'cast(null as varchar)' : `f${at}`} as c_${p.column.name}`;
  });
  const raw = `select abs(row) as row, row < 0 as odd, ${cells.join(', ')} from ${source}`;
  const layer = (sql: string, prefix: string, of: (plan: CellPlan) => string) =>
    `select *, ${plans.map((p) => `${of(p)} as ${prefix}_${p.column.name}`).join(',\n    ')} from (${sql})`;
  return layer(
    layer(raw, 'f', (p) => `case when odd then ${p.folded} else c_${p.column.name} end`),
    'n',
    (p) => p.clean,
  );
}

/** Parts of all columns by depth, so that each layer uses only those below it. */
function partLayers(plans: readonly CellPlan[]): { name: string; sql: string }[][] {
  const layers: { name: string; sql: string }[][] = [];
  for (const plan of plans) {
    for (const [depth, part] of plan.parts.entries()) {
      const layer = layers[depth];
      if (layer) layer.push(part);
      else layers[depth] = [part];
    }
  }
  return layers;
}
