create schema indicators;
grant usage on schema indicators to doudi_app;

-- The month's numbers by village, so that whoever sees a division sums what is theirs and nothing else.
create table indicators.month_flow (
  period text not null,
  run_id uuid not null references platform.run (id),
  persons bigint not null,
  households bigint not null,
  households_with_findings bigint not null,
  hukou_division_id int not null,
  residence_division_id int not null,
  primary key (run_id, residence_division_id)
);
create index on indicators.month_flow (period);
grant select, insert on indicators.month_flow to doudi_app;
select platform.protect('indicators.month_flow');

-- Counts of files, not of anybody: linked and unlinked rows of each feed.
create table indicators.month_total (
  run_id uuid primary key references platform.run (id),
  period text not null,
  linked jsonb not null,
  unlinked jsonb not null
);
grant select, insert on indicators.month_total to doudi_app;
select platform.restrict('indicators.month_total', '{system,village,township,county,supervisor,auditor}', '{system}');
