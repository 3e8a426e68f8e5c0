/** The engine-free door of casework: verifications of leads. */
export { recordVerification } from './commands/record-verification.ts';
export { reviewLink } from './commands/review-link.ts';
export { factsInForce } from './queries/facts-in-force.ts';
export { verifiedLead, visitsOf } from './queries/verified-lead.ts';
