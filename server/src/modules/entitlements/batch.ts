export { recoverStep } from './commands/recover.ts';
export { rollPath, rollStep } from './commands/roll.ts';
