/** The engine-free door of monitoring: leads for the desk, and what casework does with them. */
export { type LeadAtWork, settleLead, takeLead } from './commands/settle-lead.ts';
export { withdrawForLink } from './commands/withdraw-for-link.ts';
export { findEvidence, leadEventsOfHousehold, leadsOfHousehold } from './queries/household-leads.ts';
export { householdOfLead, householdsOfLeads } from './queries/households-of-leads.ts';
export { type LeadCounts, leadCounts, ruleTitles } from './queries/lead-counts.ts';
export { type LeadWithoutVerification, leadDetail } from './queries/lead-detail.ts';
export { openLeadCounts } from './queries/open-lead-counts.ts';
export { searchLeads } from './queries/search-leads.ts';
