-- What a delivered file consists of, where a row stands in it, and what became of quarantined rows afterwards.
alter table intake.delivery drop constraint delivery_form_check;
alter table intake.delivery add constraint delivery_form_check check (form in ('csv', 'xlsx', 'zip'));

-- The sheets of a workbook, the files of a zip; one without name where the file is one table.
create table intake.section (
  delivery_id uuid not null references intake.delivery (id),
  seq int not null,
  name text,
  first_row bigint not null,
  received bigint not null,
  encoding text not null,
  delimiter text not null,
  headers text[] not null,
  absent_columns text[] not null,
  primary key (delivery_id, seq)
);
grant select, insert on intake.section to doudi_app;
select platform.restrict('intake.section', '{system,county,supervisor,auditor}', '{system}');

alter table intake.quarantine add column line bigint;
alter table intake.quarantine add column settled_at timestamptz;
alter table intake.quarantine add column settled_by uuid;
alter table intake.quarantine drop constraint quarantine_state_check;
-- discarded: looked at and left; it stays counted as quarantined, since nothing of it was accepted.
alter table intake.quarantine add constraint quarantine_state_check check (state in ('open', 'released', 'discarded'));
create policy county_settles on intake.quarantine for update
  using ((select platform.acting_role()) = 'county') with check ((select platform.acting_role()) = 'county');

-- A corrected row, sealed, until it is released and after; the delivered row stays in the raw file as it came.
create table intake.correction (
  quarantine_id bigint primary key references intake.quarantine (id),
  sealed bytea not null,
  columns text[] not null,
  made_by uuid not null,
  made_at timestamptz not null,
  -- Why the last attempt to release it failed; null while it was not tried.
  fault text,
  fault_column text
);
grant select, insert, update, delete on intake.correction to doudi_app;
select platform.restrict('intake.correction', '{system,county,supervisor,auditor}', '{system,county}');

-- Rows released from a delivery's quarantine: an immutable part of their own, with its own id for links and evidence.
create table intake.part (
  id uuid primary key,
  delivery_id uuid not null references intake.delivery (id),
  seq int not null,
  rows bigint not null,
  accepted_path text not null,
  identity_path text not null,
  wrapped bytea,
  created_at timestamptz not null,
  created_by uuid not null,
  unique (delivery_id, seq)
);
grant select, insert, update on intake.part to doudi_app;
select platform.restrict('intake.part', '{system,village,township,county,supervisor,auditor}', '{system}');

-- Which part of the delivery a released row is in.
alter table intake.quarantine add column part_id uuid references intake.part (id);
