export { periodsUntil } from './calendar.ts';
export { buildCounty } from './county.ts';
export type { SynthOptions, SynthReport } from './generate.ts';
export { generate } from './generate.ts';
export { compare, Sweep } from './sweep.ts';
