-- A file that somebody is sending to the desk, in sealed pieces, until it was taken in or a day has passed.
create table intake.upload (
  id uuid primary key,
  feed text not null,
  period text not null check (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  file_name text not null,
  bytes bigint not null,
  parts int not null,
  wrapped bytea not null,
  created_by uuid not null,
  created_at timestamptz not null
);
create table intake.upload_part (
  upload_id uuid not null references intake.upload (id) on delete cascade,
  part int not null,
  sealed bytea not null,
  created_by uuid not null,
  primary key (upload_id, part)
);
grant select, insert, delete on intake.upload, intake.upload_part to doudi_app;
alter table intake.upload enable row level security;
alter table intake.upload force row level security;
alter table intake.upload_part enable row level security;
alter table intake.upload_part force row level security;
-- Who sends it has it, and the system that reads it; nobody else, not even in the same bureau.
create policy own_upload on intake.upload for all
  using ((select platform.acting_role()) = 'system'
    or (select platform.acting_role()) = 'county' and created_by = (select platform.acting_actor()))
  with check ((select platform.acting_role()) = 'system'
    or (select platform.acting_role()) = 'county' and created_by = (select platform.acting_actor()));
create policy own_part on intake.upload_part for all
  using ((select platform.acting_role()) = 'system'
    or (select platform.acting_role()) = 'county' and created_by = (select platform.acting_actor()))
  with check ((select platform.acting_role()) = 'system'
    or (select platform.acting_role()) = 'county' and created_by = (select platform.acting_actor()));
