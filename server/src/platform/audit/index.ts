import { sql } from 'kysely';
import type { Tx } from '../database/index.ts';

/** One reading or change: `object` names what was touched by its opaque id, never by personal data. */
export interface AuditEntry {
  action: string;
  object: string;
  purpose?: string;
  details?: Record<string, string | number | boolean | null>;
}

/** The text that is chained; fixed, since verification recomputes it from the stored columns. */
export function auditText(e: {
  seq: string;
  at: string;
  actor: string;
  role: string;
  action: string;
  object: string;
  purpose: string | null;
  details: string | null;
}): string {
  return JSON.stringify([e.seq, e.at, e.actor, e.role, e.action, e.object, e.purpose, e.details]);
}

/**
 * Chains and writes entries. The head row is locked until commit, so that two transactions never continue from the same entry;
 * it is therefore called last in a transaction.
 */
export async function appendAudit(tx: Tx, entries: readonly AuditEntry[], purpose?: string): Promise<void> {
  const head = await sql<{ seq: string; hash: Buffer }>`select seq, hash from audit.head for update`.execute(tx.db);
  const last = head.rows[0];
  if (!last) throw new Error('audit.head is empty: the migration did not run');
  let seq = BigInt(last.seq);
  let hash = last.hash;
  const at = tx.clock.now().toISOString();
  for (const entry of entries) {
    seq++;
    const details = entry.details ? JSON.stringify(entry.details) : null;
    const row = {
      seq: String(seq),
      at,
      actor: tx.actor.id,
      role: tx.actor.role,
      action: entry.action,
      object: entry.object,
      purpose: entry.purpose ?? purpose ?? null,
      details,
    };
    const next = tx.keys.chain(hash, auditText(row));
    await sql`insert into audit.entry (seq, at, actor_id, role, action, object, purpose, details, previous, hash)
      values (${row.seq}, ${row.at}, ${row.actor}, ${row.role}, ${row.action}, ${row.object}, ${row.purpose}, ${row.details}, ${hash}, ${next})`.execute(
      tx.db,
    );
    hash = next;
  }
  await sql`update audit.head set seq = ${String(seq)}, hash = ${hash}`.execute(tx.db);
}

/** Recomputes the chain in order; gives the first broken sequence numbers (at most ten) and how many entries were checked. */
export async function verifyAudit(tx: Tx): Promise<{ checked: number; broken: string[] }> {
  const broken: string[] = [];
  let checked = 0;
  let expected = 1n;
  let previous: Buffer = Buffer.alloc(32);
  let from = '0';
  for (;;) {
    const { rows } = await sql<{
      seq: string;
      at: Date;
      actor_id: string;
      role: string;
      action: string;
      object: string;
      purpose: string | null;
      details: string | null;
      previous: Buffer;
      hash: Buffer;
    }>`
      select seq, at, actor_id, role, action, object, purpose, details, previous, hash from audit.entry where seq > ${from} order by seq limit 2000`.execute(
      tx.db,
    );
    if (rows.length === 0) break;
    for (const row of rows) {
      const text = auditText({
        seq: row.seq,
        at: row.at.toISOString(),
        actor: row.actor_id,
        role: row.role,
        action: row.action,
        object: row.object,
        purpose: row.purpose,
        details: row.details,
      });
      const good =
        BigInt(row.seq) === expected && row.previous.equals(previous) && tx.keys.chain(previous, text).equals(row.hash);
      if (!good && broken.length < 10) broken.push(row.seq);
      expected = BigInt(row.seq) + 1n;
      previous = row.hash;
      from = row.seq;
      checked++;
    }
  }
  const head = await sql<{ seq: string; hash: Buffer }>`select seq, hash from audit.head`.execute(tx.db);
  const last = head.rows[0];
  if (!last || BigInt(last.seq) !== expected - 1n || !last.hash.equals(previous))
    broken.push(`head ${last?.seq ?? 'missing'}`);
  return { checked, broken };
}
