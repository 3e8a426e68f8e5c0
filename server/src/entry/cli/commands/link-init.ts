import { csvForm, guessConfiguration, openCsv, type SeenColumn } from '../../../modules/linkage/batch.ts';
import type { Output } from '../output.ts';
import { withPlace } from './link.ts';

/** `doudi link init A.csv [B.csv]`: a guessed configuration on standard output. */
export async function command(_options: { json: boolean }, out: Output, files: string[]): Promise<number> {
  return withPlace(out, async (place) => {
    const seen: SeenColumn[][] = [];
    for (const [i, file] of files.entries()) {
      const form = await csvForm(file);
      const table = `seen_${i}`;
      await openCsv(place, file, form, form.columns, table);
      const columns: SeenColumn[] = [];
      for (const name of form.columns) {
        const cell = `trim("${name.replaceAll('"', '""')}")`;
        const [counts] = await place.engine.all<{ n: bigint; known: bigint; distinct_values: bigint }>(
          `SELECT count(*) AS n, count(*) FILTER (${cell} <> '') AS known, count(DISTINCT nullif(${cell}, '')) AS distinct_values FROM ${table}`,
        );
        const values = await place.engine.all<{ v: string }>(
          `SELECT ${cell} AS v FROM ${table} WHERE ${cell} <> '' ORDER BY hash(rid) LIMIT 5000`,
        );
        const n = Number(counts?.n ?? 0);
        const known = Number(counts?.known ?? 0);
        columns.push({
          name,
          values: values.map((row) => row.v),
          empty: n === 0 ? 1 : 1 - known / n,
          unique: known === n && Number(counts?.distinct_values ?? 0) === n,
        });
      }
      seen.push(columns);
    }
    const yaml = guessConfiguration(seen[0] ?? [], seen[1] ?? null);
    out.result({ configuration: yaml }, yaml.trimEnd());
    return 0;
  });
}
