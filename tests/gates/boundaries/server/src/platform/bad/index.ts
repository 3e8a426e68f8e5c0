export { registry } from '../../modules/registry/index.ts';
