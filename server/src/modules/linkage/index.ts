/** The engine-free door of linkage: names, sounds and numbers as every module writes them, and decisions for the desk. */
export { type DecidedLink, decideLink } from './commands/decide-link.ts';
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
export { type LinkOverride, linkOverrides, type OpenDecision, openDecisions } from './queries/review.ts';
