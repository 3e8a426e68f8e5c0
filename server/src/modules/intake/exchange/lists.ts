import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql, type Tx } from '../../../platform/database/index.ts';
import type { Lake, StagedFile } from '../../../platform/lake/index.ts';
import { openSealedFile, sealFile } from '../raw/sealed-file.ts';

/** One person of a list, as the department is told of them. */
export interface Listed {
  number: string;
  name: string;
}

export interface ExchangeRow {
  id: string;
  feed: string;
  purpose: string;
  lawful_basis: string;
  period: string | null;
  case_ref: string | null;
  persons: number;
  list_path: string;
  sent_on: string;
  answered_at: Date | null;
  delivery_id: string | null;
  retain_until: string;
  destroyed_at: Date | null;
}

const COLUMNS = sql.raw(`id, feed, purpose, lawful_basis, period, case_ref, persons, list_path, sent_on, answered_at,
  delivery_id, retain_until, destroyed_at`);
const contextOf = (id: string) => `exchange/${id}`;
const pathOf = (feed: string, id: string) => `exchange/${feed}/${id}.sealed`;

/** Seals a list into the lake under a data key of its own, so that it can be destroyed by forgetting that. */
export async function stageList(
  tx: Tx,
  lake: Lake,
  id: string,
  feed: string,
  plain: Buffer,
): Promise<{ staged: StagedFile; wrapped: Buffer }> {
  const { key, wrapped } = tx.keys.newDataKey(contextOf(id));
  const work = await lake.workDir('exchange');
  try {
    const file = join(work, 'list.json');
    await writeFile(file, plain, { mode: 0o600 });
    const staged = await lake.stage(pathOf(feed, id), async (tmp) => {
      await sealFile(file, tmp, key, contextOf(id), () => ({}));
      return 1;
    });
    return { staged, wrapped };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

export interface NewExchange {
  id: string;
  feed: string;
  purpose: string;
  lawfulBasis: string;
  period: string | null;
  caseRef: string | null;
  persons: number;
  listPath: string;
  sentSha256: string;
  retainUntil: string;
  wrapped: Buffer;
}

export async function insertExchange(tx: Tx, e: NewExchange): Promise<void> {
  await sql`insert into intake.exchange (id, feed, purpose, lawful_basis, period, case_ref, persons, list_path, sent_sha256,
      sent_on, sent_at, sent_by, retain_until)
    values (${e.id}, ${e.feed}, ${e.purpose}, ${e.lawfulBasis}, ${e.period}, ${e.caseRef}, ${e.persons}, ${e.listPath},
      ${e.sentSha256}, ${tx.clock.today()}, ${tx.clock.now()}, ${tx.actor.id}, ${e.retainUntil})`.execute(tx.db);
  await sql`insert into intake.exchange_key (exchange_id, wrapped) values (${e.id}, ${e.wrapped})`.execute(tx.db);
}

/** Exchanges, the newest first; with `feed` only its own. */
export async function findExchanges(tx: Tx, feed: string | null): Promise<ExchangeRow[]> {
  const { rows } = await sql<ExchangeRow>`select ${COLUMNS} from intake.exchange
    where ${feed}::text is null or feed = ${feed} order by sent_at desc, id`.execute(tx.db);
  return rows;
}

/** Exchanges whose list is still kept though its last day has passed. */
export async function findExpiredExchanges(tx: Tx, today: string): Promise<ExchangeRow[]> {
  const { rows } = await sql<ExchangeRow>`select ${COLUMNS} from intake.exchange
    where destroyed_at is null and retain_until < ${today} order by sent_at, id`.execute(tx.db);
  return rows;
}

/** Marks an exchange as answered by a delivery. */
export async function markAnswered(tx: Tx, id: string, deliveryId: string): Promise<void> {
  await sql`update intake.exchange set answered_at = ${tx.clock.now()}, delivery_id = ${deliveryId}
    where id = ${id}::uuid`.execute(tx.db);
}

/** Forgets a list's key: it opens never again. */
export async function forgetList(tx: Tx, id: string): Promise<void> {
  await sql`update intake.exchange_key set wrapped = null where exchange_id = ${id}::uuid`.execute(tx.db);
  await sql`update intake.exchange set destroyed_at = ${tx.clock.now()} where id = ${id}::uuid`.execute(tx.db);
}

/**
 * Numbers of everybody on the lists of a feed that are still kept on a civil date; null when there is no such list.
 * @throws sealed-damaged
 */
export async function openListedNumbers(tx: Tx, lake: Lake, feed: string, date: string): Promise<string[] | null> {
  const { rows } = await sql<{ id: string; list_path: string; wrapped: Buffer }>`select e.id, e.list_path, k.wrapped
    from intake.exchange e join intake.exchange_key k on k.exchange_id = e.id
    where e.feed = ${feed} and e.destroyed_at is null and e.retain_until >= ${date} and k.wrapped is not null`.execute(
    tx.db,
  );
  if (rows.length === 0) return null;
  const numbers = new Set<string>();
  for (const row of rows) {
    const key = tx.keys.unwrapDataKey(row.wrapped, contextOf(row.id));
    const reader = await openSealedFile(lake.path(row.list_path), key, contextOf(row.id));
    try {
      const listed = JSON.parse(reader.read(0, reader.note.bytes).toString('utf8')) as Listed[];
      for (const person of listed) numbers.add(person.number);
    } finally {
      reader.close();
    }
  }
  return [...numbers];
}
