import type { CompiledPolicies } from '../compile.ts';
import { type Entity, entities, type ValueType } from '../typed/ir.ts';
import type { Slots } from './slots.ts';
import type { Cell } from './sql-cells.ts';
import { oneOfSql, type SqlDialect, sqlConstant, sqlType } from './sql-nodes.ts';

/** Tables that hold the facts and the prefix of those that are made. */
export interface StageSources {
  household: string;
  person: string;
  obligor: string | undefined;
  parameters: string;
  prefix: string;
  /** A query of household ids to which the run is limited. */
  only: string | undefined;
  /** Columns that the fact tables have, if not all; others count as unknown. */
  columns: Partial<Record<Entity, readonly string[]>>;
}

export interface StagedTables {
  statements: string[];
  /** Last table of each entity, with the columns asked for. */
  final: Record<Entity, string | undefined>;
  /** Every table made, to drop, and every view. */
  tables: string[];
  views: string[];
  /** Tables that those views read. */
  standing: string[];
}

/** With more programmes of persons than this, each reading the last columns, they are worked out once and kept. */
const FEW = 3;

const idOf: Readonly<Record<Entity, string>> = {
  household: 'household_id',
  person: 'person_id',
  obligor: 'obligor_id',
};

/**
 * Lays cells out in tables: household 0, person 0, household 1 (aggregates of person 0), person 1 … A table holds one
 * subquery layer per level of dependency inside it; columns that nothing needs any more are left behind.
 * @param keep columns of each entity that the last tables must have
 */
export function stageTables(
  rules: CompiledPolicies,
  slots: Slots,
  dialect: SqlDialect,
  cells: readonly Cell[],
  sources: StageSources,
  keep: Record<Entity, ReadonlySet<string>>,
): StagedTables {
  const layout = new Layout(rules, slots, cells);
  const needed = layout.neededFrom(keep);
  const statements: string[] = [];
  const tables: string[] = [];
  const views: string[] = [];
  const standing: string[] = [];
  const few = rules.programmes.filter((p) => p.scope === 'person').length <= FEW;
  const last: Record<Entity, string | undefined> = { household: undefined, person: undefined, obligor: undefined };
  const carried: Record<Entity, Set<string>> = { household: new Set(), person: new Set(), obligor: new Set() };
  for (let stage = 0; stage <= layout.lastStage; stage++) {
    for (const entity of entities) {
      if (entity === 'obligor' && sources.obligor === undefined) continue;
      const own = layout.cellsAt(entity, stage).filter((c) => needed.has(c.name));
      if (stage > 0 && own.length === 0) continue;
      const table = `${sources.prefix}${entity}_${stage}`;
      const output = layout.outputOf(entity, stage, needed, keep);
      const base =
        stage === 0
          ? firstBase(rules, slots, dialect, sources, entity, last.household, layout, needed)
          : laterBase(dialect, entity, last, carried, own, layout, needed);
      const body = layered(dialect, entity, base, own, layout, output);
      // Copying every column of every person once more costs half of a small run; a view adds the few that come last.
      if (entity === 'person' && stage > 0 && few && layout.isLastOfPersons(stage, needed)) {
        statements.push(`CREATE OR REPLACE TEMP VIEW ${table} AS ${body}`);
        views.push(table);
        standing.push(...[last.person, last.household].filter((name) => name !== undefined));
      } else {
        statements.push(dialect.tableAs(table, body));
        tables.push(table);
      }
      last[entity] = table;
      carried[entity] = new Set(output);
    }
  }
  return { statements, final: last, tables, views, standing };
}

/** Where every column is made: its stage, and its level inside the stage's table. */
class Layout {
  readonly byName: ReadonlyMap<string, Cell>;
  readonly lastStage: number;
  readonly #rules: CompiledPolicies;
  readonly #slots: Slots;
  readonly #stage = new Map<string, number>();
  readonly #level = new Map<string, number>();
  readonly #cells: readonly Cell[];

  constructor(rules: CompiledPolicies, slots: Slots, cells: readonly Cell[]) {
    this.#rules = rules;
    this.#slots = slots;
    this.#cells = cells;
    this.byName = new Map(cells.map((c) => [c.name, c]));
    for (const cell of cells) {
      let stage = 0;
      const sources = cell.aggregate ? [...cell.aggregate.source, ...cell.reads] : cell.reads;
      for (const name of sources) {
        const from = this.entityOf(name);
        const at = this.#stage.get(name) ?? 0;
        const up = cell.entity === 'household' && from !== 'household' ? 1 : 0;
        stage = Math.max(stage, at + up);
      }
      if (cell.aggregate) stage = Math.max(stage, 1);
      this.#stage.set(cell.name, stage);
      let level = 1;
      for (const name of cell.reads) {
        const other = this.byName.get(name);
        if (other && other.entity === cell.entity && this.#stage.get(name) === stage)
          level = Math.max(level, (this.#level.get(name) ?? 0) + 1);
      }
      this.#level.set(cell.name, level);
    }
    this.lastStage = Math.max(0, ...this.#stage.values());
  }

  entityOf(name: string): Entity {
    return this.byName.get(name)?.entity ?? this.#rules.symbols.inputs.get(name)?.entity ?? 'household';
  }

  isParameter(name: string): boolean {
    return this.#slots.parameters.has(name);
  }

  isInput(name: string): boolean {
    return this.#rules.symbols.inputs.has(name);
  }

  stageOf(name: string): number {
    return this.#stage.get(name) ?? 0;
  }

  levelOf(name: string): number {
    return this.#level.get(name) ?? 0;
  }

  cellsAt(entity: Entity, stage: number): Cell[] {
    return this.#cells.filter((c) => c.entity === entity && this.stageOf(c.name) === stage);
  }

  /** Whether persons get no column after this stage, and no household sums up what they got in it. */
  isLastOfPersons(stage: number, needed: ReadonlySet<string>): boolean {
    return !this.#cells.some(
      (c) =>
        needed.has(c.name) && this.stageOf(c.name) > stage && (c.entity === 'person' || c.aggregate?.over === 'person'),
    );
  }

  /** Names that are read, directly or not, to make what is kept. */
  neededFrom(keep: Record<Entity, ReadonlySet<string>>): Set<string> {
    const needed = new Set<string>();
    const visit = (name: string): void => {
      if (needed.has(name)) return;
      needed.add(name);
      const cell = this.byName.get(name);
      for (const other of cell ? [...cell.reads, ...(cell.aggregate?.source ?? [])] : []) visit(other);
    };
    for (const entity of entities) for (const name of keep[entity]) visit(name);
    return needed;
  }

  /** Columns of a table: what later tables of any entity read, and what is kept. */
  outputOf(
    entity: Entity,
    stage: number,
    needed: ReadonlySet<string>,
    keep: Record<Entity, ReadonlySet<string>>,
  ): string[] {
    const out = new Set<string>();
    const consider = (name: string): void => {
      const exists = this.isParameter(name)
        ? entity === 'household'
        : this.entityOf(name) === entity && this.stageOf(name) <= stage;
      if (exists) out.add(name);
    };
    for (const name of keep[entity]) consider(name);
    for (const cell of this.#cells) {
      if (!needed.has(cell.name)) continue;
      const later = this.stageOf(cell.name) > stage || (this.stageOf(cell.name) === stage && cell.entity !== entity);
      if (!later) continue;
      for (const name of [...cell.reads, ...(cell.aggregate?.source ?? [])]) consider(name);
    }
    return [...out].sort();
  }
}

function firstBase(
  rules: CompiledPolicies,
  slots: Slots,
  dialect: SqlDialect,
  sources: StageSources,
  entity: Entity,
  householdTable: string | undefined,
  layout: Layout,
  needed: ReadonlySet<string>,
): string {
  const id = idOf[entity];
  const columns: string[] = [];
  for (const name of slots.rows[entity].keys()) {
    const input = rules.symbols.inputs.get(name);
    if (!input || !needed.has(name)) continue;
    const present = sources.columns[entity]?.includes(name) ?? true;
    columns.push(
      `${present ? acceptSql(`t.${dialect.quote(name)}`, input.type) : sqlConstant(null, input.type)} AS ${dialect.quote(name)}`,
    );
  }
  const table = sources[entity] ?? '';
  const limit = sources.only ? ` WHERE t.household_id IN (${sources.only})` : '';
  if (entity === 'household') {
    const joined = [...slots.parameters.keys()].filter((id) => needed.has(id));
    for (const id of joined) {
      const column = `p.${dialect.quote(id)}`;
      columns.push(`${id.startsWith('@') ? `COALESCE(${column}, FALSE)` : column} AS ${dialect.quote(id)}`);
    }
    const parameters = joined.length > 0 ? ` LEFT JOIN ${sources.parameters} p ON t.division = p.division` : '';
    return `SELECT ${['t.household_id', ...columns].join(', ')} FROM ${table} t${parameters}${limit}`;
  }
  const fromHousehold = householdReads(layout, needed, entity, 0);
  const joined = fromHousehold.map((name) => `h.${dialect.quote(name)} AS ${dialect.quote(name)}`);
  // Rows whose household is not in the household table are left out, as an engine run over one family would never see them.
  return `SELECT ${['t.household_id', `t.${id}`, ...columns, ...joined].join(', ')} FROM ${table} t JOIN ${householdTable} h ON t.household_id = h.household_id${limit}`;
}

/** Household columns that the cells of an entity read at a stage. */
function householdReads(layout: Layout, needed: ReadonlySet<string>, entity: Entity, stage: number): string[] {
  const out = new Set<string>();
  for (const cell of layout.cellsAt(entity, stage)) {
    if (!needed.has(cell.name)) continue;
    for (const name of cell.reads) if (layout.isParameter(name) || layout.entityOf(name) === 'household') out.add(name);
  }
  return [...out].sort();
}

function laterBase(
  dialect: SqlDialect,
  entity: Entity,
  last: Record<Entity, string | undefined>,
  carried: Record<Entity, ReadonlySet<string>>,
  own: readonly Cell[],
  layout: Layout,
  needed: ReadonlySet<string>,
): string {
  const columns = [...carried[entity]].sort().map((name) => `t.${dialect.quote(name)}`);
  if (entity !== 'household') {
    const stage = layout.stageOf(own[0]?.name ?? '');
    const joined = householdReads(layout, needed, entity, stage).map((name) => `h.${dialect.quote(name)}`);
    const all = ['t.household_id', `t.${idOf[entity]}`, ...columns, ...joined].join(', ');
    return `SELECT ${all} FROM ${last[entity]} t JOIN ${last.household} h ON t.household_id = h.household_id`;
  }
  let from = `${last.household} t`;
  for (const over of ['person', 'obligor'] as const) {
    const aggregates = own.filter((c) => c.aggregate?.over === over);
    if (aggregates.length === 0) continue;
    const rows = dialect.quote(`!rows.${over}`);
    columns.push(`g_${over}.${rows}`, ...aggregates.map((c) => `g_${over}.${dialect.quote(c.name)}`));
    const groups = aggregates.map((c) => `${c.aggregate?.groupSql} AS ${dialect.quote(c.name)}`);
    const table = last[over];
    const grouped = table
      ? `SELECT household_id, COUNT(*) AS ${rows}, ${groups.join(', ')} FROM ${table} GROUP BY household_id`
      : `SELECT CAST(NULL AS BIGINT) AS household_id, CAST(NULL AS BIGINT) AS ${rows}, ${aggregates.map((c) => `NULL AS ${dialect.quote(c.name)}`).join(', ')}`;
    from += ` LEFT JOIN (${grouped}) g_${over} ON t.household_id = g_${over}.household_id`;
  }
  return `SELECT ${['t.household_id', ...columns].join(', ')} FROM ${from}`;
}

/** Wraps the base query in one subquery per level. */
function layered(
  dialect: SqlDialect,
  entity: Entity,
  base: string,
  cells: readonly Cell[],
  layout: Layout,
  output: readonly string[],
): string {
  let query = base;
  const deepest = Math.max(0, ...cells.map((c) => layout.levelOf(c.name)));
  for (let level = 1; level <= deepest; level++) {
    const here = cells.filter((c) => layout.levelOf(c.name) === level);
    if (here.length === 0) continue;
    const replaced = here.filter((c) => c.aggregate).map((c) => dialect.quote(c.name));
    const star = replaced.length > 0 ? dialect.allBut(replaced) : '*';
    const columns = here.map((c) => `${c.sql} AS ${dialect.quote(c.name)}`);
    query = `SELECT ${star}, ${columns.join(', ')} FROM (${query})`;
  }
  const ids = entity === 'household' ? ['household_id'] : ['household_id', idOf[entity]];
  return `SELECT ${[...ids, ...output.map((name) => dialect.quote(name))].join(', ')} FROM (${query})`;
}

/** A fact outside its bounds or code list counts as unknown. */
export function acceptSql(column: string, type: ValueType): string {
  if (type.kind === 'number') {
    return `CASE WHEN ${column} BETWEEN ${type.low} AND ${type.high} THEN ${column} END`;
  }
  if (type.kind === 'enum') {
    return `CASE WHEN ${oneOfSql(column, Object.keys(type.values))} THEN ${column} END`;
  }
  return `CAST(${column} AS ${sqlType(type)})`;
}
