export { importAuthorisations, listAuthorisations, revokeAuthorisation } from './authorisation/index.ts';
export { destroyRaw } from './commands/destroy-raw.ts';
export { type FeedContract, feedContracts, getContract } from './domain/contract.ts';
export { describeFeeds, type FeedDescription } from './domain/describe.ts';
export { reasonText } from './domain/reasons.ts';
export { findExchanges } from './exchange/lists.ts';
export { type Destroyed, listDestroyed, runRetention } from './exchange/retention.ts';
export { acceptDelivery, feedQuality } from './quality/index.ts';
export { qualityReport, reportTemplate } from './quality/report.ts';
export { qualityDocument } from './quality/word.ts';
export { correctedHeader, correctedLine, readCorrectedFile } from './quarantine/corrected-file.ts';
export {
  correctRow,
  deliveredValues,
  deliveryInForce,
  discardRows,
  inWords,
  type OpenedRow,
  openQuarantined,
} from './quarantine/rows.ts';
export { findByRows, findOpen, type QuarantinedRow } from './quarantine/store.ts';
export { deliveriesOf, feedAccounts, type IntakeAccount, quarantineOf } from './queries/accounts.ts';
export { type DeliveryHead, deliveryHead } from './queries/delivery-head.ts';
export { openRow } from './queries/open-row.ts';
export type { DeliveredRow } from './raw/delivered.ts';
export { openRequest, recordEvent, SHARING_EVENTS, type SharingRequest, sharingRequests } from './sharing/index.ts';
