import { conditionSql, literalSql, type Names } from '../domain/condition.ts';
import type { Level, Signal } from '../domain/signal.ts';

/** A value that a sentence may name. */
export interface DataColumn {
  name: string;
  sql: string;
}

const ranks: Record<Level, number> = { red: 0, orange: 1, yellow: 2, blue: 3 };
export const levels: readonly Level[] = ['red', 'orange', 'yellow', 'blue'];
export const rankOf = (level: Level): number => ranks[level];

/** The rank of the first level whose condition holds, capped while the link is not certain. */
export function levelSql(signal: Signal, names: Names, certain: string, uncertainRank: number): string {
  const last = signal.levels.at(-1)?.level ?? 'blue';
  const cases = signal.levels
    .filter((l) => l.when)
    .map((l) => `when ${l.when ? conditionSql(l.when, names) : 'true'} then ${rankOf(l.level)}`);
  const rank = cases.length ? `case ${cases.join(' ')} else ${rankOf(last)} end` : String(rankOf(last));
  return `case when ${certain} then ${rank} else greatest(${uncertainRank}, ${rank}) end`;
}

/** Names between braces. */
export const placeholders = (template: string): string[] =>
  [...template.matchAll(/\{([^{}]+)\}/g)].map((m) => m[1] as string);

/**
 * The values that a sentence (or all headlines of a signal) names, as JSON text: money in fen, dates as text.
 * Who the person is stays out; names are filled in when somebody who may see them reads.
 */
export function dataSql(source: Signal | string, columns: readonly DataColumn[], names?: Names): string {
  const templates =
    typeof source === 'string'
      ? [source]
      : [
          source.headline.zh,
          source.headline.en,
          source.headline_undetermined?.zh ?? '',
          source.headline_undetermined?.en ?? '',
        ];
  const wanted = new Set(templates.flatMap(placeholders));
  const known = new Map(columns.map((c) => [c.name, c.sql]));
  const pairs: string[] = [];
  for (const name of wanted) {
    if (name === 'metric' || name === 'limit') continue;
    const sql = known.get(name) ?? (name.includes('.') ? names?.column(name) : undefined);
    if (sql !== undefined) pairs.push(`${literalSql(name)}, cast(${sql} as varchar)`);
  }
  return pairs.length ? `cast(json_object(${pairs.join(', ')}) as varchar)` : `'{}'`;
}
