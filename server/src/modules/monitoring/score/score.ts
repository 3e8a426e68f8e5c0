import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Keyring } from '../../../platform/crypto/index.ts';
import { type Database, sql, system, type Tx } from '../../../platform/database/index.ts';
import { invalid } from '../../../platform/errors.ts';
import { type KindTally, type ScoredLead, type TruthRow, tally, unexplained } from './tally.ts';
import { parseCsv } from './truth-file.ts';

export interface Score {
  periods: string[];
  kinds: KindTally[];
  missed: KindTally;
  undue: KindTally;
  shock: KindTally;
  /** Truth rows not found and leads not in the truth (determined ones), by opaque household id; at most 200 of each. */
  misses: { period: string; household: string | null; cause: string; distance: number | null }[];
  wrong: { period: string; household: string; cause: string }[];
}

/**
 * Scores the leads of a data directory against a truth: `truth.csv` with period, head_number, kind, cause, distance, undetermined.
 * Numbers are met by their blind index only.
 * @throws truth-missing, truth-invalid
 */
export async function score(deps: { db: Database; keys: Keyring }, truthDir: string): Promise<Score> {
  const rows = parseCsv(await readTruth(join(truthDir, 'truth.csv')));
  for (const column of ['period', 'head_number', 'kind', 'cause']) {
    if (rows[0] && !(column in rows[0]))
      throw invalid('truth-invalid', `truth.csv 缺少列 ${column}`, '列的含义见 synth/README.md');
  }
  return deps.db.withActor(system('与真值比对'), async (tx) => {
    const households = await householdsOf(tx, deps.keys, [...new Set(rows.map((r) => r.head_number ?? ''))]);
    const truth: TruthRow[] = rows.map((r) => ({
      period: r.period ?? '',
      household: households.get(r.head_number ?? '') ?? null,
      kind: r.kind ?? '',
      cause: r.cause ?? '',
      distance: r.distance ? Number(r.distance) : null,
      undetermined: r.undetermined === '1',
    }));
    const { rows: leads } =
      await sql<ScoredLead>`select period, last_found_period as "lastFound", household_id as household, kind, cause,
      undetermined from monitoring.lead where status <> 'withdrawn' order by id`.execute(tx.db);
    const { rows: runs } = await sql<{
      period: string;
    }>`select distinct period from monitoring.delivery_read order by period`.execute(tx.db);
    const periods = runs.map((r) => r.period);
    const kinds = tally(truth, leads, periods);
    const of = (kind: string) => kinds.find((k) => k.kind === kind) as KindTally;
    const rest = unexplained(truth, leads, periods);
    return {
      periods,
      kinds,
      missed: of('missed'),
      undue: of('undue'),
      shock: of('shock'),
      misses: rest.missed
        .slice(0, 200)
        .map(({ period, household, cause, distance }) => ({ period, household, cause, distance })),
      wrong: rest.wrong.slice(0, 200).map(({ period, household, cause }) => ({ period, household, cause })),
    };
  });
}

async function readTruth(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw invalid('truth-missing', '真值目录里没有 truth.csv', '请给出 doudi synth 写出的 truth 目录');
  }
}

/** Citizen number → household, through the blind index; a number of several persons is nobody's. */
async function householdsOf(tx: Tx, keys: Keyring, numbers: readonly string[]): Promise<Map<string, string>> {
  const byToken = new Map(numbers.map((n) => [keys.blindIndex('number', n.toUpperCase()).toString('hex'), n]));
  const { rows } = await sql<{ token: string; household: string }>`
    select encode(t.token, 'hex') as token, min(p.household_id)::text as household
    from identity.token t join registry.person p on p.id = t.person_id
    where t.kind = 'number' and t.token = any(${[...byToken.keys()].map((hex) => Buffer.from(hex, 'hex'))}::bytea[])
    group by t.token having count(distinct p.household_id) = 1`.execute(tx.db);
  return new Map(rows.map((r) => [byToken.get(r.token) ?? '', r.household]));
}
