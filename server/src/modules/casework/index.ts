/** The engine-free door of casework: verifications of leads. */
export { recordVerification } from './commands/record-verification.ts';
export { reviewLink } from './commands/review-link.ts';
export { undoReview } from './commands/undo-review.ts';
export { factsInForce } from './queries/facts-in-force.ts';
export { linkDetail } from './queries/link-detail.ts';
export { linkQueue } from './queries/link-queue.ts';
export { verifiedLead, visitsOf } from './queries/verified-lead.ts';
