/** The linker as a library over the engine: Fellegi-Sunter with nothing but files or tables, no database. See README.md. */
export { type KeyedSide, keySide } from './block/keys.ts';
export { type LinkPlan, readPlan } from './config.ts';
export { AUTOMATIC_BITS, REVIEW_BITS } from './decide/decide.ts';
export { clustersOf } from './dedupe.ts';
export { type Field, KINDS, type Kind } from './fields/field.ts';
export { guessConfiguration, type SeenColumn } from './files/guess.ts';
export { type CsvForm, csvForm, openCsv } from './files/open-csv.ts';
export { trainModel } from './learn/train.ts';
export { type Linked, type LinkOptions, linkPrepared, linkTables, needsReview } from './link.ts';
export { type Matcher, matcherOf } from './matcher.ts';
export { type Model, modelHash, readModel, writeModel } from './model.ts';
export { weightsChart } from './report/chart.ts';
export { reviewColumns, reviewSelect } from './report/review.ts';
export { priorBits, type ScoredPairs, scorePairs } from './score/score.ts';
export { type Place, type PreparedSide, prepareSide } from './side/prepare.ts';
