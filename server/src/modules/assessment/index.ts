/** The engine-free door of assessment: what was decided about a household, for the desk. */
export { decisionsOf } from './queries/decisions-of.ts';
