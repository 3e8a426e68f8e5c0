import type { CompiledPolicies } from '../compile.ts';
import { type Definition, type Entity, nodesOf, type Variable, walk } from '../typed/ir.ts';
import type { Slots } from './slots.ts';
import { bitLiteral, bitsPerWord, maskColumn, maskSql, union } from './sql-masks.ts';
import { nodeSql, type SqlDialect, sqlText } from './sql-nodes.ts';

/** One computed column of a stage table. */
export interface Cell {
  name: string;
  entity: Entity;
  sql: string;
  /** Columns it reads. */
  reads: string[];
  /** For aggregates: the column of `over` and how; `sql` then reads `<name>` of the grouped rows. */
  aggregate: { over: Entity; groupSql: string; source: string[] } | undefined;
}

/** Makes the cells of all variables: their values, and on demand branches, conflicts and missing sets. */
export function makeCells(
  rules: CompiledPolicies,
  slots: Slots,
  dialect: SqlDialect,
  want: { branches: boolean; masks: boolean; inline?: ReadonlyMap<string, string> },
): Cell[] {
  const cells: Cell[] = [];
  const inline = want.inline ?? new Map<string, string>();
  const cones = want.masks ? missingCones(rules, slots) : new Map<string, Set<number>>();
  for (const variable of rules.variables) {
    cells.push(...valueCells(variable, dialect, want.branches, inline));
    if (want.masks) cells.push(...maskCells(variable, dialect, slots, cones, inline));
  }
  return cells;
}

/** Makes a cell and notes which columns its text reads; parameters that are written in are not columns. */
function cell(
  name: string,
  entity: Entity,
  dialect: SqlDialect,
  inline: ReadonlyMap<string, string>,
  text: (column: (name: string) => string) => string,
): Cell {
  const reads = new Set<string>();
  const sql = text((column) => {
    const constant = inline.get(column);
    if (constant !== undefined) return constant;
    reads.add(column);
    return dialect.quote(column);
  });
  return { name, entity, sql, reads: [...reads], aggregate: undefined };
}

function valueCells(
  variable: Variable,
  dialect: SqlDialect,
  branches: boolean,
  inline: ReadonlyMap<string, string>,
): Cell[] {
  const { definition, entity, name } = variable;
  if (definition.kind === 'formula') {
    return [cell(name, entity, dialect, inline, (column) => nodeSql(definition.node, dialect, column))];
  }
  if (definition.kind === 'aggregate') return [aggregateCell(variable, definition, dialect)];
  return rulesCells(variable, definition, dialect, branches, inline);
}

function aggregateCell(variable: Variable, definition: Definition & { kind: 'aggregate' }, dialect: SqlDialect): Cell {
  const x = dialect.quote(definition.contribution);
  const own = dialect.quote(variable.name);
  const known = `COUNT(*) = COUNT(${x})`;
  const group = {
    sum: `CASE WHEN ${known} THEN CAST(SUM(${x}) AS BIGINT) END`,
    max: `CASE WHEN ${known} THEN MAX(${x}) END`,
    count: `CASE WHEN ${known} THEN COUNT(*) FILTER (WHERE ${x}) END`,
    any: `CASE WHEN BOOL_OR(${x}) THEN TRUE WHEN ${known} THEN FALSE END`,
    all: `CASE WHEN NOT BOOL_AND(${x}) THEN FALSE WHEN ${known} THEN TRUE END`,
  }[definition.how];
  const empty = { sum: '0', max: '0', count: '0', any: 'FALSE', all: 'TRUE' }[definition.how];
  return {
    name: variable.name,
    entity: 'household',
    sql: `CASE WHEN ${dialect.quote(`!rows.${definition.over}`)} IS NULL THEN ${empty} ELSE ${own} END`,
    reads: [],
    aggregate: { over: definition.over, groupSql: group, source: [definition.contribution] },
  };
}

function rulesCells(
  variable: Variable,
  definition: Definition & { kind: 'rules' },
  dialect: SqlDialect,
  branches: boolean,
  inline: ReadonlyMap<string, string>,
): Cell[] {
  const { name, entity } = variable;
  const make = (own: string, text: (parts: RuleParts) => string): Cell =>
    cell(own, entity, dialect, inline, (column) => text(ruleParts(definition, dialect, column)));
  const out: Cell[] = [];
  const [only] = definition.exceptions;
  if (!only) out.push(cell(name, entity, dialect, inline, (column) => nodeSql(definition.base, dialect, column)));
  else if (definition.exceptions.length === 1) {
    out.push(
      cell(name, entity, dialect, inline, (column) => {
        const [w, v, b] = [only.when, only.value, definition.base].map((n) => nodeSql(n, dialect, column));
        return `CASE WHEN ${w} THEN ${v} WHEN NOT ${w} THEN ${b} WHEN ${v} = ${b} THEN ${v} END`;
      }),
    );
  } else {
    const reference = `${name}!r`;
    out.push(
      make(
        reference,
        (p) => `CASE ${p.values.map((v, i) => `WHEN ${p.live[i]} THEN ${v}`).join(' ')} ELSE ${p.base} END`,
      ),
      cell(name, entity, dialect, inline, (column) => {
        const p = ruleParts(definition, dialect, column);
        const r = column(reference);
        const agree = p.values.map((v, i) => `(NOT ${p.live[i]} OR ${v} = ${r})`);
        return `CASE WHEN ${agree.join(' AND ')} AND (NOT ${p.baseLive} OR ${p.base} = ${r}) THEN ${r} END`;
      }),
    );
  }
  if (!branches) return out;
  const labels = definition.exceptions.map((e) => sqlText(e.label));
  // What a division or a reform put in a rule's place is hidden: it has no branch to show, but its exceptions may clash.
  if (!variable.hidden)
    out.push(
      make(`${name}!branch`, (p) => {
        if (p.values.length === 0) return "'base'";
        const fired = p.values.map((_, i) => `WHEN ${p.fired[i]} THEN ${labels[i]}`).join(' ');
        return `CASE ${fired} WHEN ${p.whens.map((w) => `NOT ${w}`).join(' AND ')} THEN 'base' END`;
      }),
    );
  const pairs = definition.exceptions.flatMap((a, i) =>
    definition.exceptions.flatMap((b, j) => {
      const flags =
        a.when.op === 'parameter' &&
        b.when.op === 'parameter' &&
        a.when.id.startsWith('@') &&
        b.when.id.startsWith('@');
      return i < j && !flags ? [[i, j] as const] : [];
    }),
  );
  if (pairs.length > 0) {
    out.push(
      make(`${name}!conflict`, (p) => {
        const clashes = pairs.map(([i, j]) => `(${p.fired[i]} AND ${p.fired[j]} AND ${p.values[i]} <> ${p.values[j]})`);
        return `COALESCE(${clashes.join(' OR ')}, FALSE)`;
      }),
    );
  }
  return out;
}

interface RuleParts {
  whens: string[];
  values: string[];
  base: string;
  /** Not ruled out: its condition does not fail, and none that goes before it holds. Never NULL. */
  live: string[];
  /** Holds for sure and is not outranked. Never NULL. */
  fired: string[];
  baseLive: string;
}

function ruleParts(
  definition: Definition & { kind: 'rules' },
  dialect: SqlDialect,
  column: (name: string) => string,
): RuleParts {
  const whens = definition.exceptions.map((e) => nodeSql(e.when, dialect, column));
  const values = definition.exceptions.map((e) => nodeSql(e.value, dialect, column));
  const with_ = (own: string, outrankedBy: readonly number[]): string => {
    const better = outrankedBy.map((j) => ` AND NOT COALESCE(${whens[j]}, FALSE)`).join('');
    return `(${own}${better})`;
  };
  return {
    whens,
    values,
    base: nodeSql(definition.base, dialect, column),
    live: definition.exceptions.map((e, i) => with_(`COALESCE(${whens[i]}, TRUE)`, e.outrankedBy)),
    fired: definition.exceptions.map((e, i) => with_(`COALESCE(${whens[i]}, FALSE)`, e.outrankedBy)),
    baseLive: whens.length === 0 ? 'TRUE' : `(NOT COALESCE(${whens.join(' OR ')}, FALSE))`,
  };
}

/** For each variable the bits of the inputs and parameters that it can ever miss. */
function missingCones(rules: CompiledPolicies, slots: Slots): Map<string, Set<number>> {
  const cones = new Map<string, Set<number>>();
  for (const variable of rules.variables) {
    const cone = new Set<number>();
    const add = (name: string): void => {
      const bit = slots.bits.get(name);
      if (bit !== undefined) cone.add(bit);
      for (const other of cones.get(name) ?? []) cone.add(other);
    };
    if (variable.definition.kind === 'aggregate') add(variable.definition.contribution);
    for (const root of nodesOf(variable.definition)) {
      walk(root, (node) => {
        if (node.op === 'parameter') add(node.id);
        else if (node.op === 'reference') add(node.name);
      });
    }
    cones.set(variable.name, cone);
  }
  return cones;
}

export function wordsOf(cone: ReadonlySet<number> | undefined): number[] {
  return [...new Set([...(cone ?? [])].map((bit) => Math.floor(bit / bitsPerWord)))].sort((a, b) => a - b);
}

function maskCells(
  variable: Variable,
  dialect: SqlDialect,
  slots: Slots,
  cones: ReadonlyMap<string, Set<number>>,
  inline: ReadonlyMap<string, string>,
): Cell[] {
  const { definition, entity, name } = variable;
  const names = {
    bit: (n: string) => slots.bits.get(n),
    hasWord: (n: string, word: number) => wordsOf(cones.get(n)).includes(word),
  };
  return wordsOf(cones.get(name)).map((word): Cell => {
    const own = maskColumn(name, word);
    if (definition.kind === 'aggregate') {
      const bit = slots.bits.get(definition.contribution);
      const x = dialect.quote(definition.contribution);
      const part =
        bit === undefined
          ? dialect.quote(maskColumn(definition.contribution, word))
          : `CASE WHEN ${x} IS NULL THEN ${bitLiteral(bit)} ELSE 0 END`;
      return {
        name: own,
        entity,
        reads: [name],
        sql: `CASE WHEN ${dialect.quote(name)} IS NULL THEN ${dialect.quote(own)} ELSE 0 END`,
        aggregate: {
          over: definition.over,
          groupSql: `BIT_OR(${part})`,
          source: bit === undefined ? [maskColumn(definition.contribution, word)] : [definition.contribution],
        },
      };
    }
    return cell(own, entity, dialect, inline, (column) => {
      const make = (node: Parameters<typeof maskSql>[0]) => maskSql(node, word, dialect, names, column);
      let mask: string | undefined;
      if (definition.kind === 'formula') mask = make(definition.node);
      else {
        const parts = ruleParts(definition, dialect, column);
        const live = (text: string | undefined, condition: string | undefined) =>
          text && `CASE WHEN ${condition} THEN ${text} ELSE 0 END`;
        mask = union([
          live(make(definition.base), parts.baseLive),
          ...definition.exceptions.flatMap((e, i) => [make(e.when), live(make(e.value), parts.live[i])]),
        ]);
      }
      return `CASE WHEN ${column(name)} IS NULL THEN ${mask ?? '0'} ELSE 0 END`;
    });
  });
}

/** Mask columns of the variables, for the decision statement. */
export function maskColumnsOf(
  variables: readonly string[],
  rules: CompiledPolicies,
  slots: Slots,
): Map<number, string[]> {
  const cones = missingCones(rules, slots);
  const out = new Map<number, string[]>();
  for (const name of variables) {
    for (const word of wordsOf(cones.get(name))) out.set(word, [...(out.get(word) ?? []), maskColumn(name, word)]);
  }
  return out;
}
