import type { ConflictKind, ConflictRow, ConflictsResponse } from '@doudi/contracts';
import { sql, type Tx } from '../../../platform/database/index.ts';
import { notFound } from '../../../platform/errors.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { coverName, openSubject } from '../../linkage/index.ts';
import { coveredNames, placesOf } from '../../registry/index.ts';
import { readCursor } from './link-queue.ts';
import { feedTitles } from './link-rows.ts';

interface ConflictRecord {
  id: string;
  kind: ConflictKind;
  delivery_id: string;
  feed: string;
  row_no: string;
  role: string;
  person_id: string;
  household_id: string;
  other_person_id: string | null;
  state: 'open' | 'closed';
  note: string | null;
  sealed: Buffer;
  residence_division_id: number;
}

const COLUMNS = sql`id, kind, delivery_id, feed, row_no, role, person_id, household_id, other_person_id, state, note, sealed,
  residence_division_id`;

async function shown(tx: Tx, bundle: Bundle, rows: readonly ConflictRecord[]): Promise<ConflictRow[]> {
  const feeds = feedTitles(bundle);
  const persons = rows.flatMap((r) => [r.person_id, ...(r.other_person_id === null ? [] : [r.other_person_id])]);
  const names = await coveredNames(tx, persons);
  const places = await placesOf(
    tx,
    rows.map((r) => r.residence_division_id),
  );
  return rows.map((r) => {
    const name = openSubject(tx, { deliveryId: r.delivery_id, row: r.row_no, role: r.role, sealed: r.sealed })?.name;
    const place = places.get(r.residence_division_id);
    return {
      ...{ id: r.id, kind: r.kind, feed: r.feed, state: r.state, note: r.note, householdId: r.household_id },
      feedTitle: feeds.get(r.feed)?.title ?? r.feed,
      department: feeds.get(r.feed)?.department ?? '',
      row: Number(r.row_no),
      delivered: name ? coverName(name) : null,
      person: names.get(r.person_id) ?? '未具名',
      other: r.other_person_id === null ? null : (names.get(r.other_person_id) ?? '未具名'),
      township: place?.township ?? '',
      village: place?.village ?? '',
      evidenceId: `conflict-${r.id}`,
    };
  });
}

/** Conflicts of numbers and phones in the actor's sight, newest first. */
export async function linkConflicts(
  tx: Tx,
  bundle: Bundle,
  query: { state: 'open' | 'closed'; kind?: ConflictKind | undefined; cursor?: string | undefined; limit: number },
): Promise<ConflictsResponse> {
  const after = query.cursor === undefined ? undefined : readCursor(query.cursor)[2];
  const kind = query.kind ? sql`kind = ${query.kind}` : sql`true`;
  const { rows } = await sql<ConflictRecord>`select ${COLUMNS} from linkage.conflict
    where state = ${query.state} and ${kind} ${after ? sql`and id < ${after}::uuid` : sql``}
    order by id desc limit ${query.limit + 1}`.execute(tx.db);
  const { rows: kinds } = await sql<{ kind: ConflictKind; count: number }>`
    select kind, count(*)::int as count from linkage.conflict where state = ${query.state} group by kind order by kind`.execute(
    tx.db,
  );
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  tx.audit({ action: 'link.conflicts', object: 'links', details: { shown: page.length } });
  return {
    conflicts: await shown(tx, bundle, page),
    total: kinds.filter((k) => !query.kind || k.kind === query.kind).reduce((n, k) => n + k.count, 0),
    nextCursor:
      rows.length > page.length && last ? Buffer.from(JSON.stringify([0, 0, last.id])).toString('base64url') : null,
    kinds,
  };
}

/** One conflict. @throws conflict-missing */
export async function linkConflict(tx: Tx, bundle: Bundle, id: string): Promise<ConflictRow> {
  const { rows } = await sql<ConflictRecord>`select ${COLUMNS} from linkage.conflict where id = ${id}::uuid`.execute(
    tx.db,
  );
  const [row] = await shown(tx, bundle, rows);
  if (!row) throw notFound('conflict-missing', '没有找到这条号码冲突', '请刷新列表；不在您辖区的不会显示');
  return row;
}
