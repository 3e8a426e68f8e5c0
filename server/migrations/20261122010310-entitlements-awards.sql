-- The roll as the assistance feed says it, one row per award, person, programme and month.
create schema entitlements;
grant usage on schema entitlements to doudi_app;

create table entitlements.award (
  id bigint generated always as identity primary key,
  household_id bigint not null,
  -- Null when only the award's head is known: the insured person is no longer in the register.
  person_id bigint,
  programme text not null,
  programme_title text not null,
  award_no text not null,
  period text not null,
  -- The month that was paid, and what the whole household got for it.
  month text,
  amount_fen bigint,
  persons int,
  status text not null,
  started date,
  stopped date,
  certain boolean not null,
  delivery_id uuid not null,
  row_no bigint not null,
  hukou_division_id int not null,
  residence_division_id int not null,
  unique (period, delivery_id, row_no)
);
create index award_household on entitlements.award (household_id, period);
create index award_person on entitlements.award (person_id, period);
grant select, insert, update, delete on entitlements.award to doudi_app;
select platform.protect('entitlements.award');
