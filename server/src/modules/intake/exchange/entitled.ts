import type { Tx } from '../../../platform/database/index.ts';
import { conflict } from '../../../platform/errors.ts';
import type { Lake } from '../../../platform/lake/index.ts';
import { openNumbersInForce } from '../authorisation/index.ts';
import type { FeedContract } from '../domain/contract.ts';
import { openListedNumbers } from './lists.ts';

/**
 * Numbers of the only people whose rows of a feed may be kept on a civil date; null where the feed's basis covers everyone.
 * Scope authorised: those whose 核对授权 is in force (社会救助法第四十条、第四十一条). Scope list: those on the lists sent out.
 * @throws list-missing when no list of the feed is open: then nobody was asked about, and nothing may be kept
 */
export async function entitledNumbers(
  tx: Tx,
  lake: Lake,
  contract: FeedContract,
  date: string,
): Promise<string[] | null> {
  if (contract.scope === 'authorised') return openNumbersInForce(tx, date);
  if (contract.scope !== 'list') return null;
  const listed = await openListedNumbers(tx, lake, contract.id, date);
  if (listed) return listed;
  throw conflict(
    'list-missing',
    `${contract.title}：没有发出过核对名单，或名单已按期销毁`,
    `请先 doudi exchange send ${contract.id} --purpose … 发出名单，再收反馈`,
  );
}
