-- A row that found nobody is looked at again when the register changed: which register and model a delivery was linked by.
alter table linkage.linked add column persons_path text not null default '';
alter table linkage.linked alter column persons_path drop default;

-- What a person needs in order to judge, and what a decision was made by.
alter table linkage.decision
  add column household_id bigint,
  -- What the row says of somebody, sealed; it opens only by a decision that the actor sees.
  add column sealed bytea,
  -- Keyed index over all of that: the same text delivered again need not be judged again. Null where it says too little.
  add column subject bytea,
  add column carried_from uuid,
  -- In an automatic link drawn for the blind audit nothing that the machine thought is shown until it was judged.
  add column blind boolean not null default false,
  -- {prior, fields: [{field, level, bits}], thresholds: {automatic, gap, review}}
  add column weights jsonb,
  add column weight double precision,
  add column probability double precision,
  add column gap double precision,
  add column model text not null default '',
  add column note text,
  -- What the machine had said when a person judged a blind one.
  add column machine_kind text,
  drop constraint decision_kind_check,
  add constraint decision_kind_check check (kind in ('probable', 'review', 'certain'));
create index decision_subject on linkage.decision (subject) where subject is not null;
create index decision_carried on linkage.decision (carried_from) where carried_from is not null;

-- Things that cannot both be right: a number with two names, a person with two numbers, a relative's number or phone.
create table linkage.conflict (
  id uuid primary key default uuidv7(),
  kind text not null check (kind in ('number-shared', 'two-numbers', 'relative-number', 'relative-phone')),
  delivery_id uuid not null,
  feed text not null,
  row_no bigint not null,
  role text not null,
  -- Whose number (or phone) it is by the register; for two numbers, the person who has another one.
  person_id bigint not null,
  household_id bigint not null,
  -- The member of the same household whose name the row bears.
  other_person_id bigint,
  state text not null default 'open' check (state in ('open', 'closed')),
  closed_by uuid,
  closed_at timestamptz,
  note text,
  sealed bytea not null,
  subject bytea,
  found_at timestamptz not null,
  hukou_division_id int not null,
  residence_division_id int not null,
  unique (kind, delivery_id, row_no, role, person_id)
);
create index conflict_open on linkage.conflict (state, kind) where state = 'open';
create index conflict_person on linkage.conflict (person_id);
grant select, insert, update, delete on linkage.conflict to doudi_app;
select platform.protect('linkage.conflict');

-- Models: proposed by a training job, adopted by a person, pinned by runs. The artefact holds no name; it lies in the lake.
create table linkage.model (
  hash text primary key,
  path text not null,
  state text not null check (state in ('proposed', 'adopted', 'retired')),
  summary jsonb not null,
  proposed_at timestamptz not null,
  proposed_by uuid not null,
  adopted_at timestamptz,
  adopted_by uuid,
  reason text
);
create unique index model_adopted on linkage.model ((true)) where state = 'adopted';
grant select, insert, update on linkage.model to doudi_app;
select platform.restrict('linkage.model', '{system,county,supervisor,auditor}', '{system}');
