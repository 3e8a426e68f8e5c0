import { rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { civilDate } from '../../../platform/clock.ts';
import { system } from '../../../platform/database/index.ts';
import { failed, usage } from '../../../platform/errors.ts';
import { hashFile } from '../../../platform/lake/index.ts';
import { type FeedContract, feedContracts, getContract } from '../domain/contract.ts';
import { cellReasonOf } from '../domain/reasons.ts';
import { entitledNumbers } from '../exchange/entitled.ts';
import { SliceSorter, type Sorted } from '../plan/sort-slices.ts';
import { entitledMark } from '../plan/typed.ts';
import { type Canonical, canonicalise } from '../source/canonical.ts';
import { LineFinder } from '../source/lines.ts';
import { openSource, type Source } from '../source/open.ts';
import { textRows } from '../source/text-rows.ts';
import { type DeliveryRow, findCurrent } from '../store.ts';
import type { IntakeDeps, IntakeInput } from './intake-file.ts';

/** A row set aside: its number, why, of which column (name in the contract), and its line in the file, sheet or entry. */
export interface SetAside {
  row: number;
  reason: string;
  column: string | null;
  line: number;
}

/** A delivered file, read and judged; everything in it lies in the work folder. */
export interface SortedDelivery {
  contract: FeedContract;
  sha256: string;
  /** The deliveries in force of the feed when the file was judged. */
  before: readonly DeliveryRow[];
  source: Source;
  canonical: Canonical;
  sorted: Sorted;
  setAside(): AsyncGenerator<SetAside>;
}

/** What is known of a file before it is read: its contract, its digest and what is in force. */
export interface Announced {
  /** What the file's entry said when its digest was made; see `unchangedSince`. */
  stamp: string;
  contract: FeedContract;
  sha256: string;
  before: readonly DeliveryRow[];
  codes: readonly { code: string; currentId: number }[];
  entitled: readonly string[] | null;
}

/**
 * Looks up what a file is judged by.
 * @throws usage period-invalid, feed-unknown, file-unreadable; conflict list-missing
 */
export async function announce(deps: IntakeDeps, input: IntakeInput): Promise<Announced> {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(input.period))
    throw usage('period-invalid', `月份写法不对：${input.period}`, '请写成 2026-09');
  const contract = getContract(feedContracts(deps.bundle), input.feed);
  const stamp = await stampOf(input.file).catch(() => '');
  const sha256 = await hashFile(input.file).catch(() => {
    throw usage('file-unreadable', `文件不存在或不能读取：${basename(input.file)}`, '请核对路径与权限');
  });
  return deps.db.withActor(system(`导入 ${contract.title} ${input.period}`), async (tx) => ({
    stamp,
    contract,
    sha256,
    before: await findCurrent(tx, null, contract.id),
    codes: await deps.divisionCodes(tx),
    entitled: await entitledNumbers(tx, deps.lake, contract, civilDate(input.receivedAt)),
  }));
}

/** Size, inode and times of a file: a program that writes to it cannot leave its ctime as it was. */
async function stampOf(file: string): Promise<string> {
  const { size, ino, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
  return [size, ino, mtimeNs, ctimeNs].join();
}

/**
 * Refuses a file that was written to since its stamp was taken: what was read is then not what the digest names.
 * @throws file-changed
 */
export async function unchangedSince(stamp: string, file: string): Promise<void> {
  if ((await stampOf(file).catch(() => '')) !== stamp)
    throw failed('file-changed', '文件在读取过程中被改动', '请确认文件已传输完毕，再重新导入');
}

/** The secret by which keys and contents of a feed's rows are hashed. */
export const rowSalt = (deps: Pick<IntakeDeps, 'keys'>, contract: FeedContract): string =>
  deps.keys.blindIndex('intake rows', contract.id).toString('hex');

/**
 * Reads a delivered file and gives every row its verdict, then does `use` with what came out; work files are removed after it.
 * @throws invalid file-empty, file-xls, encoding-utf16, header-missing, header-twice, xlsx-…, zip-…; failed file-changed, accounting
 */
export async function sortDelivery<T>(
  deps: IntakeDeps,
  input: IntakeInput,
  announced: Announced,
  name: string,
  use: (delivery: SortedDelivery, workDir: string) => Promise<T>,
): Promise<T> {
  const { contract, sha256, before } = announced;
  const workDir = await deps.lake.workDir(`intake-${contract.id}`);
  let sorter: SliceSorter | undefined;
  try {
    const source = await openSource(contract, input.file, workDir);
    const salt = rowSalt(deps, contract);
    const slices = await SliceSorter.open(deps.engine, {
      name: name.replaceAll('-', ''),
      contract,
      codes: announced.codes,
      salt,
      state: stateBefore(contract, input.period, before).flatMap((d) => acceptedFiles(deps, d)),
      workDir,
      entitled: announced.entitled?.map((number) => entitledMark(salt, number)),
    });
    sorter = slices;
    const canonical = await canonicalise(source.sections, workDir, (slice) => slices.add(slice), deps.progress);
    await unchangedSince(announced.stamp, input.file);
    const sorted = await slices.finish(canonical);
    const setAside = () =>
      setAsideRows(contract, announced.entitled === null ? canonical.faults : null, canonical, sorted);
    return await use({ contract, sha256, before, source, canonical, sorted, setAside }, workDir);
  } finally {
    await sorter?.close();
    // Plain copies of what departments sent do not outlive the reading.
    await rm(workDir, { recursive: true, force: true });
  }
}

/** Absolute paths (or patterns) of all accepted rows of a delivery: its file and what was released since. */
export const acceptedFiles = (deps: Pick<IntakeDeps, 'lake'>, d: DeliveryRow): string[] =>
  [d.acceptedPath, ...d.parts.map((p) => p.acceptedPath)].map((path) => deps.lake.path(path));

/** The deliveries that are the feed's state before one of `period`: snapshot, the newest older one; events, all others. */
export function stateBefore(contract: FeedContract, period: string, current: readonly DeliveryRow[]): DeliveryRow[] {
  if (contract.kind === 'events') return current.filter((d) => d.period !== period);
  return current.filter((d) => d.period < period).slice(-1);
}

async function* setAsideRows(
  contract: FeedContract,
  faults: string | null,
  canonical: Canonical,
  sorted: Sorted,
): AsyncGenerator<SetAside> {
  if (faults)
    for await (const [row, reason, line] of textRows(faults))
      yield { row: Number(row), reason: reason as string, column: null, line: Number(line) };
  const issueLine = new LineFinder(canonical.lines);
  for await (const { row, issue } of sorted.issues())
    yield {
      row,
      reason: cellReasonOf(issue % 100) as string,
      column: contract.columns[Math.floor(issue / 100)]?.name ?? null,
      line: await issueLine.of(row),
    };
  const conflictLine = new LineFinder(canonical.lines);
  for await (const row of sorted.conflicts())
    yield { row, reason: 'key-conflict', column: contract.key.at(-1) ?? null, line: await conflictLine.of(row) };
}
