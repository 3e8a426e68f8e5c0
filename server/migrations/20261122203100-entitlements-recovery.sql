-- Money that was paid on a link which was undone: what was paid for a month, what would have been due, and why. Nobody is asked
-- for it here; the case that decides about it is people's work.
create table entitlements.recovery (
  id bigint generated always as identity primary key,
  household_id bigint not null,
  person_id bigint,
  programme text not null,
  award_no text not null,
  period text not null,
  paid_fen bigint not null,
  due_fen bigint not null,
  cause text not null check (cause in ('link-undone')),
  state text not null default 'open' check (state in ('open', 'withdrawn')),
  run_id uuid not null references platform.run (id),
  opened_at timestamptz not null,
  -- When the link was held again: nothing is to be recovered then.
  withdrawn_at timestamptz,
  hukou_division_id int not null,
  residence_division_id int not null,
  check (paid_fen > due_fen and due_fen >= 0),
  check ((state = 'withdrawn') = (withdrawn_at is not null)),
  unique nulls not distinct (household_id, person_id, programme, award_no, period)
);
create index recovery_open on entitlements.recovery (state, period) where state = 'open';
grant select, insert, update on entitlements.recovery to doudi_app;
select platform.protect('entitlements.recovery');
