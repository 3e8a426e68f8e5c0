create schema monitoring;
grant usage on schema monitoring to doudi_app;

-- Which deliveries a month's findings had read: what an earlier month never saw is new when it comes late.
create table monitoring.delivery_read (
  period text not null,
  feed text not null,
  delivery_id uuid not null,
  delivery_period text not null,
  primary key (period, delivery_id)
);
grant select, insert on monitoring.delivery_read to doudi_app;
select platform.restrict('monitoring.delivery_read', '{system}', '{system}');

-- A lead is (household, kind, cause). Its sentences hold no names: {person} and {head} are filled in for who may see them.
create table monitoring.lead (
  id bigint generated always as identity primary key,
  run_id uuid not null references platform.run (id),
  period text not null,
  household_id bigint not null,
  person_id bigint,
  head_person_id bigint,
  kind text not null check (kind in ('missed', 'undue', 'shock', 'watch')),
  cause text not null,
  level text not null check (level in ('red', 'orange', 'yellow', 'blue')),
  level_rank smallint not null,
  undetermined boolean not null,
  certain boolean not null,
  headline text not null,
  metric bigint,
  limit_value bigint,
  -- Conditions as the desk shows them, made from the run's values and the packs in force then.
  speaks_for jsonb not null,
  bundle_hash text not null,
  status text not null check (status in ('open', 'verified', 'closed', 'withdrawn')),
  hukou_division_id int not null,
  residence_division_id int not null,
  township_id int not null,
  raised_on date not null,
  visit_due date not null,
  decide_due date not null,
  provisional boolean not null,
  -- The next day by which something must be done; null when nothing is left to do.
  due date,
  last_found_period text not null,
  -- False once a later run no longer finds what still waits for people.
  found boolean not null default true,
  -- When somebody first went to see; the clock of the visit is measured by it.
  visited_on date,
  finished_on date,
  rest_until date,
  verdict text
);
create unique index lead_one_at_a_time on monitoring.lead (household_id, kind, cause) where status in ('open', 'verified');
create index on monitoring.lead (household_id);
create index on monitoring.lead (period, kind, cause);
create index on monitoring.lead (due, id);
create index on monitoring.lead (level_rank, id);
create index on monitoring.lead (person_id);

create table monitoring.lead_event (
  id bigint generated always as identity primary key,
  lead_id bigint not null references monitoring.lead (id),
  at timestamptz not null,
  actor_id uuid not null references platform.actor (id),
  what text not null check (what in ('raised', 'grown', 'viewed', 'verified', 'closed', 'withdrawn', 'reopened', 'not-found')),
  text text not null,
  hukou_division_id int not null,
  residence_division_id int not null
);
create index on monitoring.lead_event (lead_id, id);

create table monitoring.evidence (
  id bigint generated always as identity primary key,
  lead_id bigint not null references monitoring.lead (id),
  direction text not null check (direction in ('for', 'against')),
  person_id bigint,
  feed text not null,
  period text not null,
  delivery_id uuid not null,
  "row" bigint not null,
  role text not null,
  says text not null,
  method text,
  certain boolean not null,
  hukou_division_id int not null,
  residence_division_id int not null
);
create index on monitoring.evidence (lead_id);
create index on monitoring.evidence (delivery_id, "row");

grant select, insert, update on monitoring.lead, monitoring.lead_event to doudi_app;
grant select, insert, delete on monitoring.evidence to doudi_app;
select platform.protect('monitoring.lead');
select platform.protect('monitoring.lead_event');
select platform.protect('monitoring.evidence');
