export { level } from '../monitoring/domain/level.ts';
