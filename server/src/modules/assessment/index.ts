/** The engine-free door of assessment: what was decided about a household and its figures, for the desk. */
export { decisionsOf } from './queries/decisions-of.ts';
export { figuresOf, type HouseholdFigures } from './queries/figures-of.ts';
