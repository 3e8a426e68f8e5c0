export { readFile } from 'node:fs/promises';
export { synth } from '../../synth/src/index.ts';
