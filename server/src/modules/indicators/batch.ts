/** The engine door of indicators: the last step of the month. */
export { monthStep } from './commands/month-step.ts';
