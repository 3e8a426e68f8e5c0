/** The engine door of linkage: the index of persons to link to, and the step that links a run's deliveries. */
export { openPersonIndex, PERSON_COLUMNS, personIndexPath, stagePersonIndex } from './person-index.ts';
