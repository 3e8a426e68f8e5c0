export { assessStep } from './commands/assess.ts';
export { concernedDecisionsStep } from './commands/concerned.ts';
export { coverageStep } from './commands/coverage.ts';
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
export { type SimulatedChange, type SimulatedMonth, simulatedChanges, simulateMonth } from './commands/simulate.ts';
export { simulateRequest } from './commands/simulate-request.ts';
export { correctedPath, readOf, type TouchedResult, touchedPath, touchedStep } from './commands/touched.ts';
export { traceRequest } from './commands/trace-request.ts';
export { packsOf } from './domain/rulebook.ts';
export { type FeedRows, linkedRows } from './plan/linked-rows.ts';
