import { type Engine, literal } from '../../../platform/engine/index.ts';
import type { FeedContract } from '../domain/contract.ts';
import type { ColumnProfile } from './column-profile.ts';

/**
 * Counts filled cells and codes of the accepted file of a delivery; columns that identify somebody are not in it.
 * @param accepted absolute path of the Parquet, or a pattern of several
 */
export async function profileColumns(
  engine: Engine,
  contract: FeedContract,
  accepted: string,
): Promise<ColumnProfile[]> {
  const columns = contract.columns.filter((c) => !c.identity);
  if (columns.length === 0) return [];
  const source = `read_parquet(${literal(accepted)})`;
  const [counts] = await engine.all<Record<string, bigint>>(
    `select count(*) as n${columns.map((c, i) => `, count("${c.name}") as f${i}`).join('')} from ${source}`,
  );
  const codes = new Map<string, Record<string, number>>();
  for (const column of columns.filter((c) => c.codes)) {
    const rows = await engine.all<{ code: string; n: bigint }>(
      `select "${column.name}" as code, count(*) as n from ${source} where "${column.name}" is not null group by all order by all`,
    );
    codes.set(column.name, Object.fromEntries(rows.map((r) => [r.code, Number(r.n)])));
  }
  return columns.map((c, i) => ({
    column: c.name,
    rows: Number(counts?.n ?? 0),
    filled: Number(counts?.[`f${i}`] ?? 0),
    codes: codes.get(c.name) ?? null,
  }));
}
