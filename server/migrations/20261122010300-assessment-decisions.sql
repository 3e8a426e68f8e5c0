-- What was decided about households that somebody will look at (a finding, an award); everything decided about everyone
-- stays in the lake under the run. A decision cites the packs by hash and the facts by run, so that it can be replayed.
create schema assessment;
grant usage on schema assessment to doudi_app;

create table assessment.decision (
  id bigint generated always as identity primary key,
  run_id uuid not null references platform.run (id),
  period text not null,
  bundle_hash text not null references packs.bundle (hash),
  input_hash text not null,
  household_id bigint not null,
  person_id bigint,
  programme text not null,
  outcome text not null check (outcome in ('eligible', 'ineligible', 'undetermined')),
  amount_fen bigint,
  reasons text[] not null,
  missing text[] not null,
  branch text,
  -- Conditions with values, thresholds, clauses and sources; the sentence; what is missing and who can supply it.
  explanation jsonb not null,
  decided_at timestamptz not null,
  hukou_division_id int not null,
  residence_division_id int not null,
  check ((outcome = 'eligible') = (amount_fen is not null)),
  check (outcome = 'undetermined' or cardinality(missing) = 0),
  unique nulls not distinct (run_id, household_id, programme, person_id)
);
create index decision_household on assessment.decision (household_id, period);
grant select, insert, delete on assessment.decision to doudi_app;
select platform.protect('assessment.decision');
