export { assessStep } from './commands/assess.ts';
export { concernedDecisionsStep } from './commands/concerned.ts';
export {
  assessmentPath,
  type DeliveryInForce,
  deliveriesInForce,
  feedRows,
  formerPath,
  householdPath,
  linksPath,
  personPath,
} from './commands/feed-rows.ts';
export { type Difference, replay } from './commands/replay.ts';
export { type FeedRows, linkedRows } from './plan/linked-rows.ts';
