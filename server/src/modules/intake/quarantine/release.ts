import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { civilDate } from '../../../platform/clock.ts';
import { system } from '../../../platform/database/index.ts';
import { literal } from '../../../platform/engine/index.ts';
import { conflict } from '../../../platform/errors.ts';
import type { StagedFile } from '../../../platform/lake/index.ts';
import { type IntakeDeps, sealIdentity } from '../commands/intake-file.ts';
import { acceptedFiles, rowSalt, stateBefore } from '../commands/sort-delivery.ts';
import { type FeedContract, feedContracts, getContract } from '../domain/contract.ts';
import { cellReasonOf, refusalOf } from '../domain/reasons.ts';
import { identityContext } from '../domain/sealed-context.ts';
import { entitledNumbers } from '../exchange/entitled.ts';
import { SliceSorter, type Sorted } from '../plan/sort-slices.ts';
import { entitledMark } from '../plan/typed.ts';
import type { Canonical } from '../source/canonical.ts';
import { type DeliveryRow, findCurrent, lockFeed } from '../store.ts';
import { csvField, openValues, type RowValues } from './cells.ts';
import { deliveredValues, deliveryInForce } from './rows.ts';
import { findByIds, findCorrection, findOpen, noteFaults, type QuarantinedRow, writeRelease } from './store.ts';

/** Which rows to release: those named, or all that were corrected, or all that are open. */
export type Release = { feed: string; period: string; which: 'corrected' | 'open' | readonly string[]; by: string };

/** What became of the rows: those that still fail stay where they are, with the reason. */
export interface Released {
  deliveryId: string;
  /** Rows that moved from quarantined to accepted, and to unchanged. */
  accepted: number;
  unchanged: number;
  failed: { id: string; row: number; reason: string; column: string | null }[];
  /** The delivery's account afterwards. */
  account: { received: number; accepted: number; unchanged: number; quarantined: number; refused: number };
}

/** At one time; what is more is a delivery, and better delivered again. */
const MOST = 200_000;

/**
 * Releases quarantined rows: typed again under the contract of today, their keys compared with the delivery and the feed's
 * state; those that are good become a new part of the delivery, with an id of its own, so that only they are linked anew and
 * a run's pin changes. All in one commit; the account stays exact.
 * @throws delivery-unknown, key-destroyed, release-none, release-too-many, delivery-raced
 */
export async function releaseRows(deps: IntakeDeps, release: Release): Promise<Released> {
  const contract = getContract(feedContracts(deps.bundle), release.feed);
  const actor = system(`放行 ${contract.title} ${release.period}`);
  const found = await deps.db.withActor(actor, async (tx) => {
    const delivery = await deliveryInForce(tx, contract.id, release.period);
    const rows = await wanted(tx, delivery, release.which);
    const values = new Map<number, RowValues>();
    for (const row of rows) {
      const correction = row.corrected ? await findCorrection(tx, row.id) : undefined;
      if (correction) values.set(row.row, openValues(deps.keys, row.id, correction.sealed));
    }
    const plain = rows.filter((r) => !values.has(r.row)).map((r) => r.row);
    if (plain.length > 0)
      for await (const opened of deliveredValues(tx, deps.lake, contract, delivery, plain))
        values.set(opened.row, opened.values);
    return {
      delivery,
      rows,
      values,
      before: await findCurrent(tx, null, contract.id),
      codes: await deps.divisionCodes(tx),
      entitled: await entitledNumbers(tx, deps.lake, contract, civilDate(deps.clock.now())),
    };
  });
  const partId = randomUUID();
  const workDir = await deps.lake.workDir(`release-${contract.id}`);
  const staged: StagedFile[] = [];
  let committed = false;
  let sorter: SliceSorter | undefined;
  try {
    const salt = rowSalt(deps, contract);
    sorter = await SliceSorter.open(deps.engine, {
      name: partId.replaceAll('-', ''),
      contract,
      codes: found.codes,
      salt,
      state: stateBefore(contract, release.period, found.before).flatMap((d) => acceptedFiles(deps, d)),
      workDir,
      entitled: found.entitled?.map((number) => entitledMark(salt, number)),
    });
    const sorted = await sortReleased(sorter, contract, found.rows, found.values, workDir);
    const stay = await keysTaken(deps, sorted, acceptedFiles(deps, found.delivery));
    const failed = await failures(contract, found.rows, sorted, stay.conflicts);
    const stays = new Set(failed.map((f) => f.row));
    const good = found.rows.filter((r) => !stays.has(r.row));
    // What the delivery has already, or an earlier one brought, is unchanged and not stored again.
    const unchanged = sorted.counts.unchanged - stay.conflictsUnchanged + stay.repeats;
    const accepted = good.length - unchanged;
    const identityKey = deps.keys.newDataKey(identityContext(partId));
    const folder = `${contract.id}/${release.period}/${found.delivery.id}`;
    if (good.length > 0) {
      const drop = [...stay.rows];
      const acceptedFile = await onlyGood(deps, sorted.accepted[0]?.path, drop);
      const identityFile = await onlyGood(deps, sorted.identity[0]?.path, drop);
      staged.push(
        await deps.lake.stage(`accepted/${folder}-${partId}.parquet`, async (tmp) => {
          await deps.engine.run(
            `copy (select * from read_parquet(${literal(acceptedFile.path)})) to ${literal(tmp)} (format parquet)`,
          );
          return acceptedFile.rows;
        }),
        await deps.lake.stage(`identity/${folder}-${partId}.sealed`, (tmp) =>
          sealIdentity([identityFile], tmp, identityKey.key, identityContext(partId)),
        ),
      );
    }
    const [acceptedStaged, identityStaged] = staged;
    const account = await deps.db.withActor(actor, async (tx) => {
      await lockFeed(tx, contract.id);
      const now = await deliveryInForce(tx, contract.id, release.period);
      const open = await findByIds(
        tx,
        found.rows.map((r) => r.id),
      );
      if (
        now.id !== found.delivery.id ||
        now.parts.length !== found.delivery.parts.length ||
        open.some((r) => r.state !== 'open')
      )
        throw conflict('delivery-raced', `${contract.title}在放行期间有了变动`, '请重新放行');
      await noteFaults(
        tx,
        failed.map((f) => [f.id, f.reason, f.column]),
      );
      if (acceptedStaged && identityStaged) {
        await deps.lake.commit(tx, staged, `${found.delivery.id}/${partId}`);
        await writeRelease(tx, {
          deliveryId: found.delivery.id,
          part: {
            id: partId,
            rows: acceptedStaged.rows,
            acceptedPath: acceptedStaged.path,
            identityPath: identityStaged.path,
            wrapped: identityKey.wrapped,
          },
          by: release.by,
          released: good.map((r) => r.id),
          accepted,
          unchanged,
        });
      }
      tx.audit({
        action: 'intake.release',
        object: `delivery/${found.delivery.id}`,
        details: { part: good.length > 0 ? partId : null, by: release.by, accepted, unchanged, failed: failed.length },
      });
      return deliveryInForce(tx, contract.id, release.period);
    });
    committed = true;
    const { received, quarantined, refused } = account;
    return {
      deliveryId: account.id,
      accepted,
      unchanged,
      failed,
      account: { received, accepted: account.accepted, unchanged: account.unchanged, quarantined, refused },
    };
  } finally {
    await sorter?.close();
    await rm(workDir, { recursive: true, force: true });
    if (!committed) for (const file of staged) await rm(deps.lake.path(file.path), { force: true });
  }
}

async function wanted(
  tx: Parameters<typeof findOpen>[0],
  delivery: DeliveryRow,
  which: Release['which'],
): Promise<QuarantinedRow[]> {
  const rows =
    which === 'corrected' || which === 'open'
      ? await findOpen(tx, delivery.id, { corrected: which === 'corrected', limit: MOST + 1 })
      : (await findByIds(tx, which)).filter((r) => r.deliveryId === delivery.id && r.state === 'open');
  if (rows.length === 0)
    throw conflict('release-none', '没有可以放行的行', which === 'corrected' ? '请先更正隔离的行' : '请刷新列表后重选');
  if (rows.length > MOST) throw conflict('release-too-many', `一次最多放行 ${MOST} 行`, '请由部门改正后整份重报');
  return rows;
}

/** Types the rows as a delivery of their own, each under its record number. */
async function sortReleased(
  sorter: SliceSorter,
  contract: FeedContract,
  rows: readonly QuarantinedRow[],
  values: ReadonlyMap<number, RowValues>,
  workDir: string,
): Promise<Sorted> {
  const line = (row: number) => {
    const own = values.get(row) ?? {};
    // The minus sign has every cell folded: what people type by hand is odd as a rule.
    return `-${row},${contract.columns.map((c) => csvField(own[c.name] ?? '')).join(',')}\n`;
  };
  const records = join(workDir, 'records.csv');
  await writeFile(records, rows.map((r) => line(r.row)).join(''), { mode: 0o600 });
  await sorter.add({
    records,
    delimiter: ',',
    positions: new Map(contract.columns.map((c, i) => [c.name, i])),
    fields: contract.columns.length,
  });
  const faults = join(workDir, 'faults.csv');
  await writeFile(faults, '', { mode: 0o600 });
  const canonical: Canonical = {
    sections: [],
    faults,
    spans: faults,
    lines: faults,
    offsets: faults,
    received: rows.length,
    damaged: 0,
    bytes: 0,
  };
  return sorter.finish(canonical);
}

/** Rows whose key the delivery has already: with other content they conflict, with the same they repeat. */
async function keysTaken(
  deps: IntakeDeps,
  sorted: Sorted,
  own: readonly string[],
): Promise<{ rows: Set<number>; conflicts: Set<number>; repeats: number; conflictsUnchanged: number }> {
  const piece = sorted.accepted[0];
  const taken = { rows: new Set<number>(), conflicts: new Set<number>(), repeats: 0, conflictsUnchanged: 0 };
  if (!piece || piece.rows === 0) return taken;
  const found = await deps.engine.all<{ row: bigint; same: boolean; status: string }>(
    `select p.row, bool_and(p.content_hash = d.content_hash) as same, any_value(p.intake_status) as status
      from read_parquet(${literal(piece.path)}) p
      join (select cast(key_hash as uuid) as key_hash, cast(content_hash as uuid) as content_hash from read_parquet([${own.map(literal).join(', ')}])) d on d.key_hash = p.key_hash
      group by p.row`,
  );
  for (const f of found) {
    const row = Number(f.row);
    taken.rows.add(row);
    if (!f.same) {
      taken.conflicts.add(row);
      if (f.status === 'unchanged') taken.conflictsUnchanged++;
    } else if (f.status === 'accepted') taken.repeats++;
  }
  return taken;
}

async function failures(
  contract: FeedContract,
  rows: readonly QuarantinedRow[],
  sorted: Sorted,
  conflicts: ReadonlySet<number>,
): Promise<Released['failed']> {
  const byRow = new Map(rows.map((r) => [r.row, r.id]));
  const failed: Released['failed'] = [];
  const fail = (row: number, reason: string, column: string | null) =>
    failed.push({ id: byRow.get(row) ?? '', row, reason, column });
  for await (const { row, issue } of sorted.issues())
    fail(row, cellReasonOf(issue % 100) as string, contract.columns[Math.floor(issue / 100)]?.name ?? null);
  const key = contract.key.at(-1) ?? null;
  for await (const row of sorted.conflicts()) fail(row, 'key-conflict', key);
  for (const row of conflicts) fail(row, 'key-conflict', key);
  for (const row of sorted.refused) fail(row, refusalOf(contract), null);
  return failed.sort((a, b) => a.row - b.row);
}

/** The piece without the rows named. */
async function onlyGood(
  deps: IntakeDeps,
  path: string | undefined,
  drop: readonly number[],
): Promise<{ path: string; rows: number }> {
  if (!path) throw new Error('a release always makes a piece');
  const to = `${path}.good`;
  const where = drop.length > 0 ? `where row not in (${drop.join(', ')})` : '';
  await deps.engine.run(
    `copy (select * from read_parquet(${literal(path)}) ${where}) to ${literal(to)} (format parquet)`,
  );
  const [n] = await deps.engine.all<{ n: bigint }>(`select count(*) as n from read_parquet(${literal(to)})`);
  return { path: to, rows: Number(n?.n ?? 0) };
}
