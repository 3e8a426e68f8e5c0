/** The engine-free door of indicators. */
export { monthAtGlance } from './queries/month-at-glance.ts';
