import { createHash, randomUUID } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Clock } from '../../../platform/clock.ts';
import type { Keyring } from '../../../platform/crypto/index.ts';
import { type Database, system, type Tx } from '../../../platform/database/index.ts';
import type { Engine } from '../../../platform/engine/index.ts';
import { conflict, failed } from '../../../platform/errors.ts';
import type { Lake, StagedFile } from '../../../platform/lake/index.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import type { FeedContract } from '../domain/contract.ts';
import { refusalOf } from '../domain/reasons.ts';
import { identityContext, rawContext } from '../domain/sealed-context.ts';
import type { Piece } from '../plan/sort-slices.ts';
import { profileColumns } from '../quality/profile.ts';
import { insertProfile } from '../quality/store.ts';
import { sealDelivered } from '../raw/delivered.ts';
import { sealFile } from '../raw/sealed-file.ts';
import { textRows } from '../source/text-rows.ts';
import {
  type DeliveryRow,
  findCurrent,
  insertDelivery,
  insertKey,
  insertSections,
  loadDamage,
  loadQuarantine,
  loadRefused,
  lockFeed,
} from '../store.ts';
import { type Announced, announce, type SortedDelivery, sortDelivery, unchangedSince } from './sort-delivery.ts';

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
 * @throws usage period-invalid, feed-unknown; invalid file-empty, file-xls, encoding-utf16, header-missing, header-twice,
 *   xlsx-…, zip-…; conflict delivery-raced, later-delivery-depends, list-missing
 */
export async function intakeFile(deps: IntakeDeps, input: IntakeInput): Promise<IntakeResult> {
  const announced = await announce(deps, input);
  const { contract } = announced;
  const same = announced.before.find((d) => d.period === input.period && d.sha256 === announced.sha256);
  if (same) return { ...account(same), repeated: true };
  refuseStranding(contract, input.period, announced.before);
  const deliveryId = randomUUID();
  return sortDelivery(deps, input, announced, deliveryId, (delivery, workDir) =>
    keep(deps, input, announced, delivery, deliveryId, workDir),
  );
}

/** Puts a judged delivery into lake and database, in one commit. */
async function keep(
  deps: IntakeDeps,
  input: IntakeInput,
  announced: Announced,
  delivery: SortedDelivery,
  deliveryId: string,
  workDir: string,
): Promise<IntakeResult> {
  const { contract, source, canonical, sorted } = delivery;
  const { counts } = sorted;
  const staged: StagedFile[] = [];
  let committed = false;
  try {
    const paths = pathsOf(contract.id, input.period, deliveryId);
    const accepted = await stageAccepted(deps.lake, sorted.accepted, paths.accepted, staged);
    const profile = await profileColumns(deps.engine, contract, deps.lake.path(accepted));
    const identityKey = deps.keys.newDataKey(identityContext(deliveryId));
    staged.push(
      await deps.lake.stage(paths.identity, (tmp) =>
        sealIdentity(sorted.identity, tmp, identityKey.key, identityContext(deliveryId)),
      ),
    );
    const rawKey = deps.keys.newDataKey(rawContext(deliveryId));
    staged.push(
      await deps.lake.stage(paths.raw, async (tmp) => {
        await sealDelivered({
          files: source.sections.map((s) => s.file),
          target: tmp,
          key: rawKey.key,
          context: rawContext(deliveryId),
          refused: sorted.refused,
          ...canonical,
        });
        await unchangedSince(announced.stamp, input.file);
        return canonical.received;
      }),
    );
    const result = await deps.db.withActor(system(`导入 ${contract.title} ${input.period}`), async (tx) => {
      await lockFeed(tx, contract.id);
      const now = await findCurrent(tx, null, contract.id);
      if (fingerprint(now) !== fingerprint(announced.before))
        throw conflict('delivery-raced', `${contract.title}在导入期间有了另一份文件`, '请重新执行导入');
      await deps.lake.commit(tx, staged, deliveryId);
      await insertDelivery(tx, {
        id: deliveryId,
        feed: contract.id,
        kind: contract.kind,
        period: input.period,
        fileName: input.fileName ?? basename(input.file),
        form: source.form,
        encoding: canonical.sections[0]?.encoding ?? 'utf-8',
        sha256: delivery.sha256,
        bytes: canonical.bytes,
        receivedAt: input.receivedAt,
        contractSha256: contractHash(deps.bundle, contract),
        ...counts,
        acceptedPath: accepted,
        identityPath: paths.identity,
        rawPath: paths.raw,
        unknownHeaders: [...new Set(source.sections.flatMap((s) => s.head.map.unknown)), ...source.others],
        absentColumns: absentEverywhere(delivery),
      });
      await insertSections(tx, deliveryId, canonical.sections);
      await insertProfile(tx, deliveryId, profile);
      await insertKey(tx, deliveryId, 'raw', rawKey.wrapped);
      await insertKey(tx, deliveryId, 'identity', identityKey.wrapped);
      const written = await loadQuarantine(tx, deliveryId, quarantineRows(delivery));
      if (written !== counts.quarantined)
        throw failed('accounting', `${contract.title}的隔离行数与账目不符`, '请把本错误报告给开发者；本文件没有入库');
      await loadRefused(tx, deliveryId, sorted.refused, refusalOf(contract));
      await loadDamage(tx, deliveryId, damageRows(canonical.spans));
      const old = announced.before.find((d) => d.period === input.period);
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
    // Files that no commit names do not stay, nor does a folder of them.
    if (!committed) for (const file of staged) await rm(deps.lake.path(file.path), { force: true });
    await rm(workDir, { recursive: true, force: true });
  }
}

/**
 * Puts accepted rows into the lake: one file, or for a large delivery several in a folder of its own.
 * @returns the path by which they are read, a pattern where there are several
 */
async function stageAccepted(
  lake: Lake,
  pieces: readonly Piece[],
  path: string,
  staged: StagedFile[],
): Promise<string> {
  const several = pieces.length > 1;
  const folder = path.replace(/\.parquet$/, '');
  for (const [i, piece] of pieces.entries())
    staged.push(
      await lake.stage(several ? `${folder}/${String(i).padStart(5, '0')}.parquet` : path, async (tmp) => {
        await rename(piece.path, tmp);
        return piece.rows;
      }),
    );
  return several ? `${folder}/*.parquet` : path;
}

/** Seals identity rows as one file, whose note says where each piece ends; removes the plain ones. Gives the rows. */
export async function sealIdentity(
  pieces: readonly Piece[],
  target: string,
  key: Buffer,
  context: string,
): Promise<number> {
  const rows = pieces.reduce((sum, p) => sum + p.rows, 0);
  const sizes: number[] = [];
  for (const piece of pieces) sizes.push((await stat(piece.path)).size);
  await sealFile(
    pieces.map((p) => p.path),
    target,
    key,
    context,
    () => ({ rows, pieces: sizes }),
  );
  for (const piece of pieces) await rm(piece.path);
  return rows;
}

/** Optional columns that no section of the file has. */
function absentEverywhere({ canonical }: SortedDelivery): string[] {
  const [first, ...others] = canonical.sections;
  return (first?.absent ?? []).filter((name) => others.every((s) => s.absent.includes(name)));
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

const fingerprint = (rows: readonly DeliveryRow[]) =>
  rows.map((d) => [d.id, ...d.parts.map((p) => p.id)].join()).join();

const contractHash = (bundle: Bundle, contract: FeedContract) =>
  createHash('sha256')
    .update(bundle.files.find((f) => f.path === contract.path)?.text ?? '')
    .digest('hex');

async function* quarantineRows(
  delivery: SortedDelivery,
): AsyncGenerator<readonly [number, string, string | null, number]> {
  for await (const { row, reason, column, line } of delivery.setAside()) yield [row, reason, column, line];
}

async function* damageRows(spans: string): AsyncGenerator<readonly [number, number, string]> {
  for await (const [from, to, reason] of textRows(spans)) yield [Number(from), Number(to), reason as string];
}
