/** The engine-free door of linkage: names, sounds and numbers as every module writes them, and decisions for the desk. */
export { adoptModel } from './commands/adopt-model.ts';
export { closeConflict } from './commands/close-conflict.ts';
export { type DecidedLink, decideLink } from './commands/decide-link.ts';
export { undoLink } from './commands/undo-link.ts';
export { type Agreement, type ComparedField, compare, type PersonIdentity } from './domain/agreement.ts';
export {
  birthOf,
  checkCharacter,
  isValidNumber,
  normaliseNumber,
  repairsOf,
  sexOf,
  upgrade15,
} from './domain/citizen-number.ts';
export { coverName, initialsOf, namesAgree, normaliseName, soundOf, surnameOf, syllables } from './domain/name.ts';
export { openSubject, type SubjectIdentity } from './domain/subject.ts';
export { type BlindResult, blindResults } from './queries/blind-results.ts';
export { linkSource } from './queries/link-source.ts';
export { type LinkOverride, linkOverrides, type OpenDecision, openDecisions } from './queries/review.ts';
export { type ListedModel, listModels, type ModelSummary } from './store/models.ts';
