export { level } from '../../modules/monitoring/domain/level.ts';
