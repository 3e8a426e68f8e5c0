import { randomUUID } from 'node:crypto';
import type { Tx } from '../../../platform/database/index.ts';
import { notFound, usage } from '../../../platform/errors.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { exchangeRule } from '../sharing/rules.ts';
import { CONSENT_COLUMNS, type ConsentFault, readConsent } from './reading.ts';
import { type ConsentRow, endConsent, findConsents, findPlaces, insertConsent, openNumbersInForce } from './store.ts';
import { readTable } from './table.ts';

/** What became of an authorisation list, line by line. */
export interface ImportedConsents {
  received: number;
  recorded: number;
  unchanged: number;
  /** Lines that are no consent; who they name is not in it. */
  refused: ({ line: number } & ConsentFault)[];
}

/**
 * Records consents to verification (核对授权) from a list (CSV). A line that is no valid consent is reported and left out;
 * the others are recorded. The same line again changes nothing.
 * @throws table-header, table-quote
 */
export async function importAuthorisations(tx: Tx, bundle: Bundle, bytes: Buffer): Promise<ImportedConsents> {
  const age = exchangeRule(bundle, 'guardian-age', tx.clock.today()).value;
  const result: ImportedConsents = { received: 0, recorded: 0, unchanged: 0, refused: [] };
  for (const { line, cells } of readTable(bytes, CONSENT_COLUMNS)) {
    result.received++;
    const consent = readConsent(cells, age);
    if ('code' in consent) {
      result.refused.push({ line, ...consent });
      continue;
    }
    // An obligor may live anywhere: the application's family says who may see the consent.
    const places = (await findPlaces(tx, consent.applicant)) ?? (await findPlaces(tx, consent.number));
    if (!places) {
      result.refused.push({
        line,
        code: 'family-unknown',
        message: '申请人和被核对人都不在本县户籍登记中',
        cure: '请核对申请人身份证号；新迁入的，请先导入最新的户籍人口登记并运行当月',
      });
      continue;
    }
    const id = randomUUID();
    if (await insertConsent(tx, id, consent, places)) {
      result.recorded++;
      tx.audit({
        action: 'authorisation.record',
        object: `authorisation/${id}`,
        details: { from: consent.from, until: consent.until, subject: consent.subject, signer: consent.signer },
      });
    } else result.unchanged++;
  }
  return result;
}

/**
 * Consents under the actor's sight, by opaque id; names stay sealed.
 * @param inForceOn civil date; all when null
 */
export const listAuthorisations = (tx: Tx, inForceOn: string | null): Promise<ConsentRow[]> =>
  findConsents(tx, inForceOn);

/**
 * Ends a consent: from that day on the person's rows are refused. What was lawfully taken in before stays.
 * @param from civil date, not before today
 * @throws authorisation-unknown, date-past, reason-missing
 */
export async function revokeAuthorisation(tx: Tx, id: string, from: string, reason: string): Promise<void> {
  if (from < tx.clock.today())
    throw usage('date-past', '撤回不能早于今天', '撤回自当日起生效；此前依法取得的数据按保存期处理');
  if (reason.trim() === '') throw usage('reason-missing', '没有写撤回的事由', '请写明，如“本人撤回同意”');
  const known = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) && (await endConsent(tx, id, from, reason));
  if (!known)
    throw notFound(
      'authorisation-unknown',
      '没有这份有效的授权',
      '请用 doudi authorisations list 查编号；已撤回的不必再撤',
    );
  tx.audit({ action: 'authorisation.revoke', object: `authorisation/${id}`, details: { from } });
}

export type { ConsentRow } from './store.ts';
export { openNumbersInForce };
