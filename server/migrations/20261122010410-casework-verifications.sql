create schema casework;
grant usage on schema casework to doudi_app;

create table casework.verification (
  id bigint generated always as identity primary key,
  lead_id bigint not null,
  -- The client's idempotency key: a phone may send the same verification twice.
  key uuid not null unique,
  body_hash text not null,
  household_id bigint not null,
  person_id bigint,
  rule text not null,
  kind text not null,
  verdict text not null check (verdict in ('confirmed', 'refuted', 'resolved-elsewhere', 'unreachable')),
  visited_on date not null,
  note text not null,
  answers jsonb not null,
  actor_id uuid not null references platform.actor (id),
  at timestamptz not null,
  hukou_division_id int not null,
  residence_division_id int not null
);
create index on casework.verification (lead_id);
create index on casework.verification (household_id);
create index on casework.verification (rule);

-- What a visit established goes back as a verified fact, in the vocabulary of the policies.
create table casework.verified_fact (
  id bigint generated always as identity primary key,
  verification_id bigint not null references casework.verification (id),
  household_id bigint not null,
  person_id bigint,
  input text not null,
  value text not null,
  as_of date not null,
  hukou_division_id int not null,
  residence_division_id int not null
);
create index on casework.verified_fact (household_id);

grant select, insert on casework.verification, casework.verified_fact to doudi_app;
select platform.protect('casework.verification');
select platform.protect('casework.verified_fact');
