/** The engine door of monitoring: the steps of the month, the score against a truth, and what the command line lists. */
export { evidencePath, findingsPath, findingsStep } from './commands/find.ts';
export { leadsStep } from './commands/raise-leads.ts';
export { withdrawForLink } from './commands/withdraw-for-link.ts';
export { type ListedLead, listLeads } from './queries/list-leads.ts';
export { type Score, score } from './score/score.ts';
