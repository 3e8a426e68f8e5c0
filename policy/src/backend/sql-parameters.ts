import type { CompiledPolicies } from '../compile.ts';
import type { ResolvedParameters } from '../model/resolve-parameters.ts';
import { packFlag } from '../typed/compile-variables.ts';
import type { Scalar, ValueType } from '../typed/ir.ts';
import { assignSlots, type Slots } from './slots.ts';
import { type SqlDialect, sqlConstant, sqlText, sqlType } from './sql-nodes.ts';

/** Parameters with one published value in all divisions of the run, and the flags of packs that are the same in all. */
export function commonParameters(
  rules: CompiledPolicies,
  resolved: readonly ResolvedParameters[],
): Map<string, Scalar> {
  const out = new Map<string, Scalar>();
  const values = resolved.map((r) => new Map(r.parameters.map((p) => [p.id, p.value])));
  for (const id of assignSlots(rules).parameters.keys()) {
    const all = new Set(
      resolved.map((r, i) =>
        id.startsWith('@') ? r.chain.some((pack) => packFlag(pack) === id) : (values[i]?.get(id) ?? null),
      ),
    );
    const [value] = all;
    if (all.size === 1 && value !== null && value !== undefined) out.set(id, value);
  }
  return out;
}

/** Parameters of one division as SQL constants. */
export function inlineParameters(
  rules: CompiledPolicies,
  slots: Slots,
  resolved: ResolvedParameters,
): Map<string, string> {
  const out = new Map<string, string>();
  for (const id of slots.parameters.keys()) {
    const flag = id.startsWith('@') ? resolved.chain.some((pack) => packFlag(pack) === id) : undefined;
    const type = rules.symbols.parameters.get(id)?.type ?? { kind: 'boolean' as const };
    const value = flag ?? resolved.parameters.find((p) => p.id === id)?.value ?? null;
    out.set(id, sqlConstant(value, type));
  }
  return out;
}

/** A statement that fails when a household belongs to another division than these, or to none. */
export function theseDivisionsOnly(
  household: string,
  resolved: readonly ResolvedParameters[],
  dialect: SqlDialect,
): string {
  const named = resolved.map((r) => sqlText(r.division));
  const some = named.slice(0, 5).join(', ').replaceAll("'", '');
  const message = `households of another division: parameters were written in for ${some}${named.length > 5 ? ' …' : ''} only`;
  return (
    `SELECT CASE WHEN COUNT(*) > 0 THEN ${dialect.stop(message)} END ` +
    `FROM ${household} WHERE division IS NULL OR division NOT IN (${named.join(', ') || "''"})`
  );
}

/** Statements that make the table of parameters: one row for each division, one column for each parameter that the rules read. */
export function parameterTable(
  rules: CompiledPolicies,
  slots: Slots,
  dialect: SqlDialect,
  resolved: readonly ResolvedParameters[],
  table: string,
): string[] {
  const ids = [...slots.parameters.keys()];
  const typeOf = (id: string): ValueType => rules.symbols.parameters.get(id)?.type ?? { kind: 'boolean' };
  const columns = ids.map((id) => `${dialect.quote(id)} ${sqlType(typeOf(id))}`);
  const statements = [dialect.table(table, ['division STRING', ...columns])];
  const rows = resolved.map((r) => {
    const byId = new Map(r.parameters.map((p) => [p.id, p.value]));
    const values = ids.map((id) =>
      id.startsWith('@')
        ? String(r.chain.some((pack) => packFlag(pack) === id)).toUpperCase()
        : sqlConstant(byId.get(id) ?? null, typeOf(id)),
    );
    return `(${[sqlText(r.division), ...values].join(', ')})`;
  });
  for (let i = 0; i < rows.length; i += 500)
    statements.push(`INSERT INTO ${table} VALUES ${rows.slice(i, i + 500).join(', ')}`);
  return statements;
}
