import { sql, type Tx } from '../../../platform/database/index.ts';

const ID = /^(link|conflict)-([0-9a-f-]{36})$/;

/** The delivered row behind a link or a conflict that the actor sees ('link-<id>', 'conflict-<id>'); undefined for any other. */
export async function linkSource(tx: Tx, id: string): Promise<{ deliveryId: string; row: number } | undefined> {
  const [, table, key] = ID.exec(id) ?? [];
  if (key === undefined) return undefined;
  const from = table === 'link' ? sql`linkage.decision` : sql`linkage.conflict`;
  const { rows } = await sql<{ deliveryId: string; row: string }>`
    select delivery_id as "deliveryId", row_no as "row" from ${from} where id = ${key}::uuid`.execute(tx.db);
  const found = rows[0];
  return found && { deliveryId: found.deliveryId, row: Number(found.row) };
}
