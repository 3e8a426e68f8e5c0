export { registry } from '../../server/src/modules/registry/index.ts';
