import { sql } from 'kysely';
import type { Tx } from '../database/index.ts';

export interface AuditLine {
  seq: string;
  at: string;
  actor: string;
  role: string;
  action: string;
  object: string;
  purpose: string | null;
  hash: string;
}

/**
 * A page of the trail, newest first.
 * @param filter.actor account name or display name, in full; `action` its beginning; `before` a seq
 */
export async function readAudit(
  tx: Tx,
  filter: { actor?: string | undefined; action?: string | undefined; before?: string | undefined; limit: number },
): Promise<{ entries: AuditLine[]; next: string | null }> {
  const { rows } = await sql<{
    seq: string;
    at: Date;
    actor: string | null;
    role: string;
    action: string;
    object: string;
    purpose: string | null;
    hash: Buffer;
  }>`select e.seq, e.at, a.display_name as actor, e.role, e.action, e.object, e.purpose, e.hash
    from audit.entry e left join platform.actor a on a.id = e.actor_id
    where (${filter.before ?? null}::bigint is null or e.seq < ${filter.before ?? null}::bigint)
      and (${filter.actor ?? null}::text is null or a.username = ${filter.actor ?? null} or a.display_name = ${filter.actor ?? null})
      and (${filter.action ?? null}::text is null or starts_with(e.action, ${filter.action ?? null}))
    order by e.seq desc limit ${filter.limit + 1}`.execute(tx.db);
  const entries = rows.slice(0, filter.limit).map((r) => ({
    seq: r.seq,
    at: r.at.toISOString(),
    actor: r.actor ?? '',
    role: r.role,
    action: r.action,
    object: r.object,
    purpose: r.purpose,
    hash: r.hash.toString('hex'),
  }));
  return { entries, next: rows.length > filter.limit ? (entries.at(-1)?.seq ?? null) : null };
}
