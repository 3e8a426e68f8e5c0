import { sql, type Tx } from '../../../platform/database/index.ts';
import { measured } from '../domain/audit-sample.ts';

/** Of one way of linking: how many links people judged without knowing the machine's answer, and how many they found right. */
export interface BlindResult {
  method: string;
  judged: number;
  right: number;
  /** Measured precision with Wilson's 95 % interval; null while nothing was judged. */
  share: number | null;
  low: number | null;
  high: number | null;
}

/** Measured precision of automatic links in the actor's sight, by method. */
export async function blindResults(tx: Tx): Promise<BlindResult[]> {
  const { rows } = await sql<{ method: string; judged: number; right: number }>`
    select method, count(*)::int as judged, (count(*) filter (where state = 'confirmed'))::int as right
    from linkage.decision where blind and state <> 'open' and machine_kind in ('probable', 'certain')
    group by method order by method`.execute(tx.db);
  return rows.map((r) => ({ ...r, ...measured(r.right, r.judged) }));
}
