import type { CompiledPolicies, Programme } from '../compile.ts';
import type { ResolvedParameters } from '../model/resolve-parameters.ts';
import type { Entity } from '../typed/ir.ts';
import { foldRules } from './fold.ts';
import { pruneRules } from './prune.ts';
import { assignSlots, type Slots } from './slots.ts';
import { type Cell, makeCells, maskColumnsOf } from './sql-cells.ts';
import { bitLiteral, bitsPerWord } from './sql-masks.ts';
import { duckdb, type SqlDialect, sqlConstant, sqlText } from './sql-nodes.ts';
import { commonParameters, inlineParameters, parameterTable, theseDivisionsOnly } from './sql-parameters.ts';
import { acceptSql, type StageSources, stageTables } from './sql-stages.ts';

/** What a run of the SQL backend reads and makes. */
export interface SqlOptions {
  /** Relation of household facts: household_id BIGINT, division STRING and the inputs (see docs/policy-language/inputs.md). */
  household: string;
  /** Relation of person facts: household_id, person_id BIGINT and the inputs. */
  person: string;
  /** Relation of obligor facts; without it no obligors are listed. */
  obligor?: string;
  /** Parameters resolved for every division that occurs; families of another division have none (undetermined). */
  parameters: readonly ResolvedParameters[];
  /** Columns the relations have, when some inputs are absent (they are then unknown). */
  columns?: Partial<Record<Entity, readonly string[]>>;
  /** Name of the relation of decisions (default `decision`). */
  decision?: string;
  /** Prefix of the working tables (default `policy_`). */
  prefix?: string;
  /** Keep the named variables with their branches in `<prefix>household_value` and `<prefix>person_value` (default true). */
  explain?: boolean;
  /** Name what is missing where a decision is undetermined (default true); without it there is no second pass. */
  missing?: boolean;
  /** Also make `<prefix>fault`: facts outside their bounds or code list (default false). */
  faults?: boolean;
  /**
   * Write parameters that are the same in all divisions of the run into the rules and work out what follows from them;
   * only the others are joined. A statement fails if a household of another division, or of none, is there. Default false.
   */
  inline?: boolean;
  dialect?: SqlDialect;
}

export interface SqlScript {
  /** Statements in order. They make the relations named below as temporary tables. */
  statements: string[];
  /** Statements that drop the working tables (not the results). */
  cleanup: string[];
  relations: { decision: string; household: string; person: string; conflicts: string; faults: string | undefined };
}

/**
 * The batch as SQL: a first pass computes values of all households; a second pass, over the households with an
 * undetermined decision only, computes what is missing. The decision relation has household_id, person_id (NULL for
 * household scope), programme, outcome, amount_fen, missing STRING[], reasons STRING[], branch.
 */
export function sqlScript(all: CompiledPolicies, options: SqlOptions): SqlScript {
  const pruned = pruneRules(
    all,
    options.parameters.map((p) => p.chain),
  );
  const rules = options.inline ? foldRules(pruned, commonParameters(pruned, options.parameters)) : pruned;
  const dialect = options.dialect ?? duckdb;
  const slots = assignSlots(rules);
  const prefix = options.prefix ?? 'policy_';
  const decision = options.decision ?? 'decision';
  const explain = options.explain ?? true;
  const missing = options.missing ?? true;
  const [single] = options.parameters;
  const inline =
    options.inline === true && options.parameters.length === 1 && single
      ? inlineParameters(rules, slots, single)
      : undefined;
  const statements = parameterTable(rules, slots, dialect, options.parameters, `${prefix}parameter`);
  const sources = {
    household: options.household,
    person: options.person,
    obligor: options.obligor,
    parameters: `${prefix}parameter`,
    columns: options.columns ?? {},
    prefix,
    only: undefined as string | undefined,
  };
  if (options.inline) statements.push(theseDivisionsOnly(options.household, options.parameters, dialect));
  const cells = makeCells(rules, slots, dialect, { branches: true, masks: false, ...(inline ? { inline } : {}) });
  cells.push(...rules.programmes.flatMap((p) => branchCell(p, cells, dialect)));
  const keep = keepSets(
    rules,
    cells.map((c) => ({ name: c.name, entity: c.entity })),
    explain,
  );
  const first = stageTables(rules, slots, dialect, cells, sources, keep);
  statements.push(...first.statements);
  const decided = rules.programmes.map((p) => decisionSelect(p, rules, first.final, dialect, missing));
  statements.push(dialect.tableAs(decision, decided.join(' UNION ALL ') || emptyDecision(dialect)));

  const second = missing
    ? missingPass(rules, slots, dialect, { ...sources, decision }, first.final, inline)
    : undefined;
  statements.push(...(second?.statements ?? []));
  const conflicts = conflictTable(
    rules,
    cells.map((c) => c.name),
    first.final,
    dialect,
    `${prefix}conflict`,
  );
  statements.push(conflicts);
  if (options.faults) statements.push(faultTable(pruned, assignSlots(pruned), dialect, options, `${prefix}fault`));
  const household = `${prefix}household_value`;
  const person = `${prefix}person_value`;
  // Who reads the values may ask for any named variable; those of other divisions are unknown here.
  const elsewhere = (entity: Entity): string =>
    explain
      ? unknownColumns(all, rules, entity)
          .map((c) => `, ${c(dialect)}`)
          .join('')
      : '';
  statements.push(
    `CREATE OR REPLACE TEMP VIEW ${household} AS SELECT *${elsewhere('household')} FROM ${first.final.household}`,
    `CREATE OR REPLACE TEMP VIEW ${person} AS SELECT *${elsewhere('person')} FROM ${first.final.person}`,
  );
  const results = new Set([first.final.household, first.final.person, ...first.standing]);
  const working = [...first.tables.filter((t) => !results.has(t)), ...(second?.tables ?? []), `${prefix}parameter`];
  return {
    statements,
    cleanup: [
      ...(second?.views ?? []).map((v) => `DROP VIEW IF EXISTS ${v}`),
      ...working.map((t) => `DROP TABLE IF EXISTS ${t}`),
    ],
    relations: {
      decision,
      household,
      person,
      conflicts: `${prefix}conflict`,
      faults: options.faults ? `${prefix}fault` : undefined,
    },
  };
}

function unknownColumns(
  all: CompiledPolicies,
  kept: CompiledPolicies,
  entity: Entity,
): ((dialect: SqlDialect) => string)[] {
  const here = new Set(kept.variables.map((v) => v.name));
  return all.variables
    .filter((v) => !v.hidden && v.entity === entity && !here.has(v.name))
    .map((v) => (dialect) => `${sqlConstant(null, v.type)} AS ${dialect.quote(v.name)}`);
}

/** The second pass: what is missing, computed over the households with an undetermined decision only. */
function missingPass(
  rules: CompiledPolicies,
  slots: Slots,
  dialect: SqlDialect,
  into: StageSources & { decision: string },
  final: Record<Entity, string | undefined>,
  inline: Map<string, string> | undefined,
): { statements: string[]; tables: string[]; views: string[] } {
  const undetermined = rules.programmes.map(
    (p) => `SELECT household_id FROM ${withOutcome(p, final, dialect)} WHERE outcome = 'undetermined'`,
  );
  const open = `${into.prefix}open`;
  const statements = [
    dialect.tableAs(
      open,
      `SELECT DISTINCT household_id FROM (${undetermined.join(' UNION ALL ') || 'SELECT CAST(NULL AS BIGINT) AS household_id WHERE FALSE'})`,
    ),
  ];
  const masked = makeCells(rules, slots, dialect, { branches: false, masks: true, ...(inline ? { inline } : {}) });
  const wanted = maskKeep(rules, slots);
  const second = stageTables(
    rules,
    slots,
    dialect,
    masked,
    { ...into, prefix: `${open}_`, only: `SELECT household_id FROM ${open}` },
    wanted,
  );
  statements.push(...second.statements);
  statements.push(...missingTables(rules, slots, second.final, into, dialect));
  const tables = [...second.tables, open, `${into.prefix}missing_bits`, `${into.prefix}missing_lists`];
  return { statements, tables, views: second.views };
}

function branchColumn(programme: Programme): string {
  return `${programme.id}:branch`;
}

function hasBranch(name: string, rules: CompiledPolicies): boolean {
  const variable = rules.variables.find((v) => v.name === name);
  return variable?.definition.kind === 'rules' && !variable.hidden;
}

/** The branch of a programme's amount, brought to the programme's own table: a person may be paid by a household rule. */
function branchCell(programme: Programme, cells: readonly Cell[], dialect: SqlDialect): Cell[] {
  const source = `${programme.branchOf}!branch`;
  if (!cells.some((c) => c.name === source)) return [];
  const name = branchColumn(programme);
  return [{ name, entity: programme.scope, sql: dialect.quote(source), reads: [source], aggregate: undefined }];
}

/** Columns that the last tables must have: the programmes' own, and with `explain` every named variable. */
function keepSets(
  rules: CompiledPolicies,
  cells: readonly { name: string; entity: Entity }[],
  explain: boolean,
): Record<Entity, Set<string>> {
  const keep = { household: new Set<string>(), person: new Set<string>(), obligor: new Set<string>() };
  for (const programme of rules.programmes) {
    for (const name of programmeVariables(programme)) keep[programme.scope].add(name);
    const branch = branchColumn(programme);
    if (cells.some((c) => c.name === branch)) keep[programme.scope].add(branch);
  }
  for (const cell of cells) if (cell.name.endsWith('!conflict')) keep[cell.entity].add(cell.name);
  if (!explain) return keep;
  const named = new Set(rules.variables.filter((v) => !v.hidden).map((v) => v.name));
  for (const cell of cells) {
    const name = cell.name.replace(/!branch$/, '');
    if (named.has(name) && !cell.name.endsWith('!r')) keep[cell.entity].add(cell.name);
  }
  return keep;
}

export function programmeVariables(programme: Programme): string[] {
  return [
    ...programme.conditions.map((c) => c.variable),
    ...(programme.amount ? [programme.amount] : []),
    ...(programme.applies ? [programme.applies] : []),
  ];
}

/** The last table of a programme's scope with the column `outcome`, for those whom the programme is about. */
function withOutcome(programme: Programme, final: Record<Entity, string | undefined>, dialect: SqlDialect): string {
  const q = dialect.quote;
  const conditions = programme.conditions.map((c) => q(c.variable));
  const amount = programme.amount ? [`${q(programme.amount)} IS NOT NULL`] : [];
  const applies = programme.applies ? [q(programme.applies)] : [];
  const all = [...conditions, ...applies, ...amount].join(' AND ');
  const failed = conditions.map((c) => `NOT ${c}`).join(' OR ');
  const outcome = `CASE WHEN ${failed} THEN 'ineligible' WHEN ${all} THEN 'eligible' ELSE 'undetermined' END`;
  const about = applies.length > 0 ? ` WHERE COALESCE(${applies[0]}, TRUE)` : '';
  return `(SELECT *, ${outcome} AS outcome FROM ${final[programme.scope]}${about})`;
}

function decisionSelect(
  programme: Programme,
  rules: CompiledPolicies,
  final: Record<Entity, string | undefined>,
  dialect: SqlDialect,
  decidedOnly: boolean,
): string {
  const q = dialect.quote;
  const amount = programme.amount ? q(programme.amount) : undefined;
  const every = dialect.textList(programme.conditions.map((c) => ({ when: undefined, text: c.code })));
  const failed = dialect.textList(programme.conditions.map((c) => ({ when: `NOT ${q(c.variable)}`, text: c.code })));
  const known = programme.branchOf !== undefined && hasBranch(programme.branchOf, rules);
  const label = known ? q(branchColumn(programme)) : programme.branchOf ? `'base'` : 'CAST(NULL AS STRING)';
  const columns = [
    'household_id',
    `${programme.scope === 'person' ? 'person_id' : 'CAST(NULL AS BIGINT)'} AS person_id`,
    `${sqlText(programme.id)} AS programme`,
    'outcome',
    `CASE WHEN outcome = 'eligible' THEN ${amount ?? 'CAST(0 AS BIGINT)'} END AS amount_fen`,
    `${dialect.emptyList} AS missing`,
    `CASE outcome WHEN 'eligible' THEN ${every} WHEN 'ineligible' THEN ${failed} ELSE ${dialect.emptyList} END AS reasons`,
    `CASE WHEN outcome = 'eligible' THEN ${label} END AS branch`,
  ];
  return `SELECT ${columns.join(', ')} FROM ${withOutcome(programme, final, dialect)}${decidedOnly ? " WHERE outcome <> 'undetermined'" : ''}`;
}

function emptyDecision(dialect: SqlDialect): string {
  return `SELECT CAST(NULL AS BIGINT) AS household_id, CAST(NULL AS BIGINT) AS person_id, '' AS programme, '' AS outcome, CAST(NULL AS BIGINT) AS amount_fen, ${dialect.emptyList} AS missing, ${dialect.emptyList} AS reasons, '' AS branch WHERE FALSE`;
}

function maskKeep(rules: CompiledPolicies, slots: Slots): Record<Entity, Set<string>> {
  const keep = { household: new Set<string>(), person: new Set<string>(), obligor: new Set<string>() };
  for (const programme of rules.programmes) {
    for (const name of programmeVariables(programme)) keep[programme.scope].add(name);
    for (const columns of maskColumnsOf(programmeVariables(programme), rules, slots).values()) {
      for (const column of columns) keep[programme.scope].add(column);
    }
  }
  return keep;
}

/** Sets of missing bits of one programme, for its undetermined households (or persons). */
function missingSelect(
  programme: Programme,
  rules: CompiledPolicies,
  slots: Slots,
  final: Record<Entity, string | undefined>,
  words: readonly number[],
  dialect: SqlDialect,
): string {
  const own = maskColumnsOf(programmeVariables(programme), rules, slots);
  const columns = words.map((word) => {
    const parts = own.get(word)?.map((c) => dialect.quote(c)) ?? [];
    return `${parts.length > 0 ? `(${parts.join(' | ')})` : 'CAST(0 AS BIGINT)'} AS w${word}`;
  });
  const person = programme.scope === 'person' ? 'person_id' : 'CAST(NULL AS BIGINT)';
  return `SELECT ${['household_id', `${person} AS person_id`, `${sqlText(programme.id)} AS programme`, ...columns].join(', ')} FROM ${withOutcome(programme, final, dialect)} WHERE outcome = 'undetermined'`;
}

/**
 * Names of what is missing. Many families miss the same things, so the lists are made once for each distinct set of
 * bits and joined back.
 */
function missingTables(
  rules: CompiledPolicies,
  slots: Slots,
  final: Record<Entity, string | undefined>,
  into: { prefix: string; decision: string },
  dialect: SqlDialect,
): string[] {
  const words = [...new Set(slots.missing.map((_, bit) => Math.floor(bit / bitsPerWord)))];
  const rows = rules.programmes.map((p) => missingSelect(p, rules, slots, final, words, dialect));
  const none = `SELECT ${['CAST(NULL AS BIGINT) AS household_id', 'CAST(NULL AS BIGINT) AS person_id', "'' AS programme", ...words.map((w) => `CAST(0 AS BIGINT) AS w${w}`)].join(', ')}`;
  const names = slots.missing
    .map((name, bit) => ({ name, bit, word: Math.floor(bit / bitsPerWord) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const list = dialect.textList(names.map((n) => ({ when: `(w${n.word} & ${bitLiteral(n.bit)}) <> 0`, text: n.name })));
  const keys = words.map((w) => `w${w}`);
  const bits = `${into.prefix}missing_bits`;
  const lists = `${into.prefix}missing_lists`;
  const same = keys.map((k) => `b.${k} = l.${k}`).join(' AND ') || 'TRUE';
  return [
    dialect.tableAs(bits, rows.join(' UNION ALL ') || `${none} WHERE FALSE`),
    dialect.tableAs(
      lists,
      `SELECT *, ${names.length > 0 ? list : dialect.emptyList} AS missing FROM (SELECT DISTINCT ${keys.join(', ') || '1 AS w'} FROM ${bits})`,
    ),
    `INSERT INTO ${into.decision} SELECT b.household_id, b.person_id, b.programme, 'undetermined', NULL, l.missing, ${dialect.emptyList}, NULL FROM ${bits} b JOIN ${lists} l ON ${same}`,
  ];
}

function conflictTable(
  rules: CompiledPolicies,
  cells: readonly string[],
  final: Record<Entity, string | undefined>,
  dialect: SqlDialect,
  table: string,
): string {
  const parts = rules.variables.flatMap((v) => {
    const column = `${v.name}!conflict`;
    if (!cells.includes(column) || !final[v.entity]) return [];
    return `SELECT ${sqlText(v.name)} AS variable, COUNT(*) AS rows FROM ${final[v.entity]} WHERE ${dialect.quote(column)}`;
  });
  return dialect.tableAs(
    table,
    parts.join(' UNION ALL ') || `SELECT '' AS variable, CAST(0 AS BIGINT) AS rows WHERE FALSE`,
  );
}

function faultTable(
  rules: CompiledPolicies,
  slots: Slots,
  dialect: SqlDialect,
  options: SqlOptions,
  table: string,
): string {
  const parts = (['household', 'person', 'obligor'] as const).flatMap((entity) => {
    const relation = options[entity];
    const inputs = [...slots.rows[entity].keys()].filter(
      (n) => rules.symbols.inputs.has(n) && (options.columns?.[entity]?.includes(n) ?? true),
    );
    if (!relation || inputs.length === 0) return [];
    const items = inputs.flatMap((name) => {
      const type = rules.symbols.inputs.get(name)?.type;
      const column = dialect.quote(name);
      return type && (type.kind === 'number' || type.kind === 'enum')
        ? [{ when: `${column} IS NOT NULL AND (${acceptSql(column, type)}) IS NULL`, text: name }]
        : [];
    });
    if (items.length === 0) return [];
    const id = entity === 'household' ? 'CAST(NULL AS BIGINT)' : `${entity}_id`;
    return `SELECT household_id, ${sqlText(entity)} AS entity, ${id} AS row_id, inputs FROM (SELECT *, ${dialect.textList(items)} AS inputs FROM ${relation}) WHERE inputs <> ${dialect.emptyList}`;
  });
  return dialect.tableAs(table, parts.join(' UNION ALL ') || `SELECT CAST(NULL AS BIGINT) AS household_id WHERE FALSE`);
}
