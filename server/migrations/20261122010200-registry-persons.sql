-- Persons and 户籍 households under random ids; names and numbers are in the identity store alone.
create table registry.person (
  id bigint primary key,
  household_id bigint not null,
  relation text not null,
  sex text check (sex in ('male', 'female')),
  birth date,
  hukou_type text,
  hukou_division_id int not null,
  residence_division_id int not null,
  registered_from date not null,
  -- Since when in this household with this relation; what was before is in registry.former_membership.
  member_from date not null,
  -- First month whose register did not hold the person: kept as a member until a second month confirms it,
  -- since a single file may have the row in quarantine.
  missing_since text,
  registered_to date,
  known_at timestamptz not null
);
create index person_household on registry.person (household_id);

create table registry.household (
  id bigint primary key,
  head_person_id bigint not null,
  hukou_division_id int not null,
  residence_division_id int not null,
  size int not null,
  -- Keyed blind index of the 户号; the number itself is nowhere in the database.
  hukou_key bytea not null,
  -- Changes when anything the registry says of the household or its members does.
  input_hash text not null,
  known_at timestamptz not null
);

-- History: when it was true (valid), when we held it so (known). What holds today is in registry.person alone: a first month
-- of a million persons would otherwise be written twice.
create table registry.former_membership (
  household_id bigint not null,
  person_id bigint not null,
  relation text not null,
  valid_from date not null,
  valid_to date,
  known_from timestamptz not null,
  known_to timestamptz,
  hukou_division_id int not null,
  residence_division_id int not null
);
create index former_membership_person on registry.former_membership (person_id);
create index former_membership_household on registry.former_membership (household_id);

-- Facts of concerned households, copied from accepted rows so that the desk never opens the lake.
create table registry.fact (
  id bigint generated always as identity primary key,
  household_id bigint not null,
  person_id bigint,
  kind text not null,
  title text not null,
  value text,
  feed text not null,
  delivery_id uuid not null,
  row_no bigint not null,
  role text not null,
  certain boolean not null,
  as_of date,
  stale boolean not null,
  period text not null,
  hukou_division_id int not null,
  residence_division_id int not null
);
create index fact_household on registry.fact (household_id);

-- Which register each run stands on, and where its sealed index of persons lies.
create table registry.snapshot (
  run_id uuid primary key,
  period text not null,
  delivery_id uuid not null,
  persons_path text not null,
  persons bigint not null,
  households bigint not null,
  known_at timestamptz not null
);

grant usage on schema registry to doudi_app;
grant select, insert, update, delete on registry.person, registry.household, registry.former_membership, registry.fact to doudi_app;
grant select, insert on registry.snapshot to doudi_app;
select platform.protect('registry.person');
select platform.protect('registry.household');
select platform.protect('registry.former_membership');
select platform.protect('registry.fact');
select platform.restrict('registry.snapshot', '{system,county,supervisor,auditor}', '{system}');

-- Every membership with both times; known_to null is what we hold today, valid_to null besides is a member today.
create view registry.membership with (security_invoker = true) as
  select household_id, id as person_id, relation, member_from as valid_from, null::date as valid_to, known_at as known_from,
    null::timestamptz as known_to, hukou_division_id, residence_division_id
  from registry.person where registered_to is null
  union all
  select household_id, person_id, relation, valid_from, valid_to, known_from, known_to, hukou_division_id, residence_division_id
  from registry.former_membership;
grant select on registry.membership to doudi_app;

-- After a large write the planner must know of it at once; ANALYZE asks for this right of a role that owns nothing.
grant maintain on registry.person, registry.household, registry.former_membership, registry.fact, identity.person, identity.token
  to doudi_app;

-- Four tokens a person: with a foreign key and a second index each, a first month of a million persons spends most of its time
-- here. Tokens of one person are found by what they were made of, and written in the transaction of the person.
alter table identity.token drop constraint token_person_id_fkey;
drop index identity.token_person_id_idx;
