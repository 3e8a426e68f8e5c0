-- The figures at the head of a household's page, as the run's policies computed them; null is unknown.
create table assessment.figures (
  run_id uuid not null references platform.run (id),
  period text not null,
  household_id bigint not null,
  family_size int,
  income_fen bigint,
  standard_fen bigint,
  hukou_division_id int not null,
  residence_division_id int not null,
  primary key (household_id, run_id)
);
grant select, insert, delete on assessment.figures to doudi_app;
select platform.protect('assessment.figures');
