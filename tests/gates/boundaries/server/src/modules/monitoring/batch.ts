export { engine } from '../../platform/engine/index.ts';
