-- What a reform would change, household by household: written by the worker for the request of who asked, read under sight.
create table assessment.simulation_change (
  id bigint generated always as identity primary key,
  request_id uuid not null references platform.request (id) on delete cascade,
  household_id bigint not null,
  person_id bigint,
  programme text not null,
  change text not null check (change in ('enters', 'leaves', 'gains', 'loses', 'opens', 'settles')),
  before text,
  after text,
  before_fen bigint,
  after_fen bigint,
  difference_fen bigint not null,
  kind text not null,
  in_conflict boolean not null,
  on_roll boolean not null,
  township_id int,
  hukou_division_id int not null,
  residence_division_id int not null
);
create index on assessment.simulation_change (request_id, id);
grant select, insert, delete on assessment.simulation_change to doudi_app;
select platform.protect('assessment.simulation_change');

-- How many families (persons) a programme covers in each village by the last run; counts only, seen by those who see the village.
create table assessment.coverage (
  run_id uuid not null references platform.run (id),
  period text not null,
  programme text not null,
  division_id int not null,
  outcome text not null check (outcome in ('eligible', 'ineligible', 'undetermined')),
  decisions int not null,
  -- Of these, who is paid by the programme now.
  paid int not null,
  primary key (run_id, programme, division_id, outcome)
);
grant select, insert, delete on assessment.coverage to doudi_app;
alter table assessment.coverage enable row level security;
alter table assessment.coverage force row level security;
create policy sight_read on assessment.coverage for select using (division_id = any ((select platform.sight())::int[]));
create policy system_write on assessment.coverage for all using ((select platform.acting_role()) = 'system')
  with check ((select platform.acting_role()) = 'system');
