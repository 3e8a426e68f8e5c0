-- Whose row it is: certain links are in the lake alone; what a person may have to look at is here.
create schema linkage;
grant usage on schema linkage to doudi_app;

create table linkage.linked (
  delivery_id uuid primary key,
  feed text not null,
  period text not null,
  path text not null,
  model text not null,
  run_id uuid not null,
  -- By method: rows of persons linked so, e.g. {"number": 812, "repaired-number": 9, "none": 40}.
  counts jsonb not null,
  linked_at timestamptz not null
);

create table linkage.decision (
  id uuid primary key default uuidv7(),
  delivery_id uuid not null,
  feed text not null,
  row_no bigint not null,
  role text not null,
  person_id bigint not null,
  method text not null,
  reason text not null,
  -- probable: linked, but not certain; review: not linked, this person is the candidate.
  kind text not null check (kind in ('probable', 'review')),
  state text not null default 'open' check (state in ('open', 'confirmed', 'rejected')),
  decided_by uuid,
  decided_at timestamptz,
  hukou_division_id int not null,
  residence_division_id int not null,
  unique (delivery_id, row_no, role, person_id)
);
create index decision_open on linkage.decision (state, feed) where state = 'open';
create index decision_person on linkage.decision (person_id);

grant select, insert, update on linkage.linked to doudi_app;
grant select, insert, update, delete on linkage.decision to doudi_app;
select platform.protect('linkage.decision');
select platform.restrict('linkage.linked', '{system,county,supervisor,auditor}', '{system}');
