/** The engine-free door of the registry: a household as the desk sees it. */
export { unmask } from './commands/unmask.ts';
export { ageAt, coverNumber, coverPhone, RELATIONS } from './domain/cover.ts';
export { type NamedMember, namedMembers } from './queries/named-members.ts';
export { factSource, type HouseholdPortrait, portrait } from './queries/portrait.ts';
export { coveredNames, type HouseholdMatch, searchHouseholds, searchTokens } from './queries/search.ts';
export { type DivisionCode, divisionCodes, importDivisions, townships } from './store/divisions.ts';
export { openIdentityOf, placesOf } from './store/households.ts';
