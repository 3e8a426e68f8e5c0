export { registry } from '../registry/index.ts';
