import type { LinkDependents } from '@doudi/contracts';
import { sql, type Tx } from '../../../platform/database/index.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { undoLink } from '../../linkage/index.ts';
import { dependentsOf } from '../queries/link-dependents.ts';

/**
 * Takes a decision about a link back and names what depended on it; the next run recomputes it, what people did stays.
 * @throws as `undoLink`
 */
export async function undoReview(
  tx: Tx,
  bundle: Bundle,
  request: { id: string; reason: string },
): Promise<LinkDependents> {
  const known = /^[0-9a-f-]{36}$/.test(request.id) ? request.id : '00000000-0000-0000-0000-000000000000';
  const { rows } = await sql<{
    id: string;
    delivery_id: string;
    row_no: string;
    person_id: string;
    household_id: string | null;
  }>`select id, delivery_id, row_no, person_id, household_id from linkage.decision where id = ${known}::uuid`.execute(
    tx.db,
  );
  const dependents = rows[0] && (await dependentsOf(tx, bundle, rows[0]));
  const { carried } = await undoLink(tx, request);
  return { ...(dependents ?? { leads: [], facts: [] }), carried };
}
