import { createHash, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Clock, civilDate } from '../../../platform/clock.ts';
import type { Keyring } from '../../../platform/crypto/index.ts';
import { type Database, system, type Tx } from '../../../platform/database/index.ts';
import type { Engine } from '../../../platform/engine/index.ts';
import { conflict, failed, usage } from '../../../platform/errors.ts';
import { hashFile, type Lake, type StagedFile } from '../../../platform/lake/index.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { type FeedContract, feedContracts, getContract } from '../domain/contract.ts';
import { cellReasonOf, refusalOf } from '../domain/reasons.ts';
import { identityContext, rawContext } from '../domain/sealed-context.ts';
import { entitledNumbers } from '../exchange/entitled.ts';
import { type Sorted, sortRows } from '../plan/sort-rows.ts';
import { entitledMark } from '../plan/typed.ts';
import { sealDelivered } from '../raw/delivered.ts';
import { sealFile } from '../raw/sealed-file.ts';
import { canonicalise } from '../source/canonical.ts';
import { openSource } from '../source/open.ts';
import { textRows } from '../source/text-rows.ts';
import {
  type DeliveryRow,
  findCurrent,
  insertDelivery,
  insertKey,
  loadDamage,
  loadQuarantine,
  loadRefused,
  lockFeed,
} from '../store.ts';

/** What intake needs of the house. */
export interface IntakeDeps {
  db: Database;
  lake: Lake;
  engine: Engine;
  clock: Clock;
  keys: Keyring;
  bundle: Bundle;
  /** Every code that a division ever had, with the division of today (registry/batch.ts gives it). */
  divisionCodes(tx: Tx): Promise<readonly { code: string; currentId: number }[]>;
  /** Tells people how far it is, in bytes of the file. */
  progress?(bytes: number): void;
}

export interface IntakeInput {
  file: string;
  feed: string;
  /** 'YYYY-MM' */
  period: string;
  receivedAt: Date;
  /** The name to keep when `file` is a temporary one. */
  fileName?: string;
}

/** The account of one file: received = accepted + unchanged + quarantined + refused. */
export interface IntakeResult {
  deliveryId: string;
  feed: string;
  period: string;
  received: number;
  accepted: number;
  unchanged: number;
  quarantined: number;
  refused: number;
  /** Quarantined and refused rows by reason. */
  reasons: Record<string, number>;
  /** True when this very file was taken in before: nothing was changed. */
  repeated: boolean;
}

/**
 * Takes in one delivered file: every row becomes accepted, unchanged, quarantined or refused, the raw file is sealed,
 * and all of it exists from one commit on. The same file again changes nothing; another file of the same feed and month
 * supersedes.
 * @throws usage period-invalid, feed-unknown; invalid file-empty, file-xls, encoding-utf16, header-missing, header-twice;
 *   conflict delivery-raced, later-delivery-depends
 */
export async function intakeFile(deps: IntakeDeps, input: IntakeInput): Promise<IntakeResult> {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(input.period))
    throw usage('period-invalid', `月份写法不对：${input.period}`, '请写成 2026-09');
  const contract = getContract(feedContracts(deps.bundle), input.feed);
  const actor = system(`导入 ${contract.title} ${input.period}`);
  const sha256 = await hashFile(input.file).catch(() => {
    throw usage('file-unreadable', `文件不存在或不能读取：${basename(input.file)}`, '请核对路径与权限');
  });
  const before = await deps.db.withActor(actor, async (tx) => ({
    deliveries: await findCurrent(tx, null, contract.id),
    codes: await deps.divisionCodes(tx),
    entitled: await entitledNumbers(tx, deps.lake, contract, civilDate(input.receivedAt)),
  }));
  const same = before.deliveries.find((d) => d.period === input.period && d.sha256 === sha256);
  if (same) return { ...account(same), repeated: true };
  refuseStranding(contract, input.period, before.deliveries);
  const state = stateBefore(contract, input.period, before.deliveries);

  const deliveryId = randomUUID();
  const workDir = await deps.lake.workDir(`intake-${contract.id}`);
  const staged: StagedFile[] = [];
  let committed = false;
  let sorted: Sorted | undefined;
  try {
    const source = await openSource(contract, input.file, workDir);
    const canonical = await canonicalise(
      { file: source.file, fields: source.head.map.fields, ...source.head },
      workDir,
      deps.progress,
    );
    if (source.file === input.file && canonical.sha256 !== sha256)
      throw failed('file-changed', '文件在读取过程中被改动', '请确认文件已传输完毕，再重新导入');
    const salt = deps.keys.blindIndex('intake rows', contract.id).toString('hex');
    sorted = await sortRows(deps.engine, {
      name: deliveryId.replaceAll('-', ''),
      contract,
      ...(before.entitled ? { entitled: before.entitled.map((number) => entitledMark(salt, number)) } : {}),
      canonical,
      positions: source.head.map.positions,
      fields: source.head.map.fields,
      codes: before.codes,
      salt,
      state: state.map((d) => deps.lake.path(d.acceptedPath)),
    });
    const rows = sorted;
    const paths = pathsOf(contract.id, input.period, deliveryId);
    staged.push(await deps.lake.stage(paths.accepted, (tmp) => rows.writeAccepted(tmp)));
    const identityKey = deps.keys.newDataKey(identityContext(deliveryId));
    staged.push(
      await deps.lake.stage(paths.identity, async (tmp) => {
        const plain = `${workDir}/identity.parquet`;
        const count = await rows.writeIdentity(plain);
        await sealFile(plain, tmp, identityKey.key, identityContext(deliveryId), () => ({ rows: count }));
        await rm(plain);
        return count;
      }),
    );
    const refusedRows = await rows.refused();
    const rawKey = deps.keys.newDataKey(rawContext(deliveryId));
    staged.push(
      await deps.lake.stage(paths.raw, async (tmp) => {
        await sealDelivered({
          file: source.file,
          target: tmp,
          key: rawKey.key,
          context: rawContext(deliveryId),
          offsets: canonical.offsets,
          received: canonical.received,
          sha256: canonical.sha256,
          encoding: source.head.encoding,
          headers: source.head.headers,
          refused: refusedRows,
        });
        return canonical.received;
      }),
    );
    const result = await deps.db.withActor(actor, async (tx) => {
      await lockFeed(tx, contract.id);
      const now = await findCurrent(tx, null, contract.id);
      if (fingerprint(now) !== fingerprint(before.deliveries))
        throw conflict('delivery-raced', `${contract.title}在导入期间有了另一份文件`, '请重新执行导入');
      await deps.lake.commit(tx, staged, deliveryId);
      const counts = rows.counts;
      await insertDelivery(tx, {
        id: deliveryId,
        feed: contract.id,
        kind: contract.kind,
        period: input.period,
        fileName: input.fileName ?? basename(input.file),
        form: source.form,
        encoding: source.head.encoding,
        sha256,
        bytes: canonical.bytes,
        receivedAt: input.receivedAt,
        contractSha256: contractHash(deps.bundle, contract),
        ...counts,
        acceptedPath: paths.accepted,
        identityPath: paths.identity,
        rawPath: paths.raw,
        unknownHeaders: [...source.head.map.unknown, ...source.otherSheets.map((name) => `工作表：${name}`)],
        absentColumns: source.head.map.absent,
      });
      await insertKey(tx, deliveryId, 'raw', rawKey.wrapped);
      await insertKey(tx, deliveryId, 'identity', identityKey.wrapped);
      const written = await loadQuarantine(
        tx,
        deliveryId,
        quarantineRows(contract, before.entitled ? null : canonical.faults, rows),
      );
      if (written !== counts.quarantined)
        throw failed('accounting', `${contract.title}的隔离行数与账目不符`, '请把本错误报告给开发者；本文件没有入库');
      await loadRefused(tx, deliveryId, refusedRows, refusalOf(contract));
      await loadDamage(tx, deliveryId, damageRows(canonical.spans));
      const old = before.deliveries.find((d) => d.period === input.period);
      tx.audit({
        action: old ? 'intake.supersede' : 'intake.accept',
        object: `delivery/${deliveryId}`,
        details: { feed: contract.id, period: input.period, received: counts.received, supersedes: old?.id ?? null },
      });
      return { deliveryId, feed: contract.id, period: input.period, ...counts, repeated: false };
    });
    committed = true;
    return result;
  } finally {
    await sorted?.close();
    // Plain copies of what departments sent do not outlive the intake; nor do files that no commit names.
    await rm(workDir, { recursive: true, force: true });
    if (!committed) for (const file of staged) await rm(deps.lake.path(file.path), { force: true });
  }
}

function account(d: DeliveryRow): Omit<IntakeResult, 'repeated'> {
  const { id, feed, period, received, accepted, unchanged, quarantined, refused, reasons } = d;
  return { deliveryId: id, feed, period, received, accepted, unchanged, quarantined, refused, reasons };
}

const pathsOf = (feed: string, period: string, id: string) => ({
  accepted: `accepted/${feed}/${period}/${id}.parquet`,
  identity: `identity/${feed}/${period}/${id}.sealed`,
  raw: `raw/${feed}/${period}/${id}.sealed`,
});

/** The deliveries that are the feed's state before one of `period`: snapshot, the newest older one; events, all others. */
function stateBefore(contract: FeedContract, period: string, current: readonly DeliveryRow[]): DeliveryRow[] {
  if (contract.kind === 'events') return current.filter((d) => d.period !== period);
  return current.filter((d) => d.period < period).slice(-1);
}

/**
 * An event that two files report is stored with the first. Replacing that first file while the other stands could lose
 * the event, so the other has to be taken in again after it.
 */
function refuseStranding(contract: FeedContract, period: string, current: readonly DeliveryRow[]): void {
  if (contract.kind !== 'events' || !current.some((d) => d.period === period)) return;
  const replaced = current.find((d) => d.period === period);
  const leaning = current.filter(
    (d) => d.period !== period && d.unchanged > 0 && replaced && d.receivedAt >= replaced.receivedAt,
  );
  if (leaning.length === 0) return;
  throw conflict(
    'later-delivery-depends',
    `${contract.title} ${period} 不能替换：${leaning.map((d) => d.period).join('、')} 的文件中有与它相同、只记在它名下的行`,
    '请把这些更正并入最近一个月的文件报送',
  );
}

const fingerprint = (rows: readonly DeliveryRow[]) => rows.map((d) => d.id).join();

const contractHash = (bundle: Bundle, contract: FeedContract) =>
  createHash('sha256')
    .update(bundle.files.find((f) => f.path === contract.path)?.text ?? '')
    .digest('hex');

async function* quarantineRows(
  contract: FeedContract,
  faults: string | null,
  rows: Sorted,
): AsyncGenerator<readonly [number, string, string | null]> {
  if (faults) for await (const [row, reason] of textRows(faults)) yield [Number(row), reason as string, null];
  for await (const { row, issue } of rows.setAside()) {
    if (issue === null) yield [row, 'key-conflict', contract.key.at(-1) ?? null];
    else yield [row, cellReasonOf(issue % 100) as string, contract.columns[Math.floor(issue / 100)]?.name ?? null];
  }
}

async function* damageRows(spans: string): AsyncGenerator<readonly [number, number, string]> {
  for await (const [from, to, reason] of textRows(spans)) yield [Number(from), Number(to), reason as string];
}
