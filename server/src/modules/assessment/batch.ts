export { assessmentPath, feedRows, householdPath, linksPath, personPath } from './commands/feed-rows.ts';
export { type FeedRows, linkedRows } from './plan/linked-rows.ts';
