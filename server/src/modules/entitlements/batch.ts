export { rollPath, rollStep } from './commands/roll.ts';
