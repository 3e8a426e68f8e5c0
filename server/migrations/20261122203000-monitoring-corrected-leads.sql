-- A lead whose link was decided otherwise is told anew, or withdrawn with its cause.
alter table monitoring.lead_event drop constraint lead_event_what_check;
alter table monitoring.lead_event add constraint lead_event_what_check
  check (what in ('raised', 'grown', 'viewed', 'verified', 'closed', 'withdrawn', 'reopened', 'not-found', 'corrected'));
-- An increment folds anew what people did since the run it goes on from.
create index lead_event_at on monitoring.lead_event (at);
