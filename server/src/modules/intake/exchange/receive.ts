import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { system } from '../../../platform/database/index.ts';
import { usage } from '../../../platform/errors.ts';
import { type IntakeDeps, type IntakeResult, intakeFile } from '../commands/intake-file.ts';
import { feedContracts, getContract } from '../domain/contract.ts';
import { isLocked, unlockFromDepartment } from './department-file.ts';
import { findExchanges, markAnswered } from './lists.ts';

export interface ReceiveInput {
  feed: string;
  file: string;
  receivedAt: Date;
  /** Needed only when the answer came locked. */
  password: string | null;
  /** The month when the list was for one case. */
  period: string | null;
}

/** What an answer brought: rows of people on the list are kept, all others refused and blanked. */
export type ReceivedAnswer = IntakeResult & { exchangeId: string };

/**
 * Takes in a department's answer to the newest list of a feed. Rows of people who are on no list are refused: only their
 * number and the reason stay, and their bytes are blanked in the sealed file.
 * @throws exchange-scope, list-missing, exchange-period, answer-password, answer-locked, and what intakeFile throws
 */
export async function receiveAnswer(deps: IntakeDeps, input: ReceiveInput): Promise<ReceivedAnswer> {
  const contract = getContract(feedContracts(deps.bundle), input.feed);
  if (contract.scope !== 'list')
    throw usage('exchange-scope', `${contract.title}不是名单核对的数据`, '请直接 doudi intake');
  const actor = system(`收名单反馈 ${contract.title}`);
  const open = await deps.db.withActor(actor, (tx) => findExchanges(tx, contract.id));
  const exchange = open.find((e) => e.destroyed_at === null);
  if (!exchange)
    throw usage('list-missing', `${contract.title}：没有尚在保存期内的名单`, `请先 doudi exchange send ${contract.id}`);
  const period = exchange.period ?? input.period;
  if (!period) throw usage('exchange-period', '名单是为一件办理发出的，没有月份', '请写 --period，说明反馈归入哪个月');
  const work = await deps.lake.workDir('answer');
  try {
    const bytes = await readFile(input.file).catch(() => {
      throw usage('file-unreadable', `文件不存在或不能读取：${basename(input.file)}`, '请核对路径与权限');
    });
    let file = input.file;
    if (isLocked(bytes)) {
      if (!input.password)
        throw usage('answer-password', '反馈文件是加密的', '请写 --password-file，用发出名单时的口令打开');
      file = join(work, 'answer');
      await writeFile(file, unlockFromDepartment(bytes, input.password), { mode: 0o600 });
    }
    const fileName = basename(input.file).replace(/\.enc$/, '');
    const result = await intakeFile(deps, { file, feed: contract.id, period, receivedAt: input.receivedAt, fileName });
    await deps.db.withActor(actor, async (tx) => {
      await markAnswered(tx, exchange.id, result.deliveryId);
      tx.audit({
        action: 'exchange.receive',
        object: `exchange/${exchange.id}`,
        details: { delivery: result.deliveryId, received: result.received, refused: result.refused },
      });
    });
    return { ...result, exchangeId: exchange.id };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
