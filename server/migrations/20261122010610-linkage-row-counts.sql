-- A row names several persons (applicant, insured, spouse): what the month shows is rows that are somebody's, not persons named.
alter table linkage.linked
  add column rows_linked bigint not null default 0,
  add column rows_unlinked bigint not null default 0;
