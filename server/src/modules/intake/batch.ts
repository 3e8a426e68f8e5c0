export {
  type IntakeDeps,
  type IntakeInput,
  type IntakeResult,
  intakeFile,
} from './commands/intake-file.ts';
export { type Preview, previewFile } from './commands/preview-file.ts';
export { type FeedContract, feedContracts, getContract } from './domain/contract.ts';
export { type ReceivedAnswer, receiveAnswer } from './exchange/receive.ts';
export { type ExchangeDeps, type SentList, sendList } from './exchange/send.ts';
export { type Released, releaseRows } from './quarantine/release.ts';
export {
  type CurrentDelivery,
  currentDeliveries,
  currentRowsSql,
  type FeedFreshness,
  feedStates,
} from './queries/current.ts';
export { openIdentity } from './queries/open-identity.ts';
export { openMerged } from './queries/open-merged.ts';
export { intakeRequests } from './upload/requests.ts';
