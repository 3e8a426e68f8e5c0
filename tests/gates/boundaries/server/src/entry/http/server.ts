export { engine } from '../../modules/monitoring/batch.ts';
