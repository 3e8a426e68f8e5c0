-- Deliveries of department files: what came, what became of every row. Nothing here says who anybody is.
create schema intake;
grant usage on schema intake to doudi_app;

create table intake.delivery (
  id uuid primary key,
  feed text not null,
  kind text not null check (kind in ('snapshot', 'events')),
  period text not null check (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  file_name text not null,
  form text not null check (form in ('csv', 'xlsx')),
  encoding text not null,
  sha256 text not null,
  bytes bigint not null,
  received_at timestamptz not null,
  created_at timestamptz not null,
  created_by uuid not null,
  status text not null check (status in ('current', 'superseded')),
  superseded_by uuid references intake.delivery (id),
  contract_sha256 text not null,
  received bigint not null,
  accepted bigint not null,
  unchanged bigint not null,
  quarantined bigint not null,
  refused bigint not null,
  reasons jsonb not null,
  unknown_headers text[] not null,
  absent_columns text[] not null,
  accepted_path text not null,
  identity_path text not null,
  raw_path text not null,
  check (received = accepted + unchanged + quarantined + refused)
);
-- One current delivery for a feed and month; a corrected file supersedes.
create unique index on intake.delivery (feed, period) where status = 'current';
create index on intake.delivery (feed, period, sha256);

-- Data keys, wrapped by the data directory's key: destroying a row destroys the file.
create table intake.delivery_key (
  delivery_id uuid not null references intake.delivery (id),
  part text not null check (part in ('raw', 'identity')),
  wrapped bytea,
  destroyed_at timestamptz,
  primary key (delivery_id, part),
  check ((wrapped is null) = (destroyed_at is not null))
);

-- Rows set aside, by number and reason; their content is only in the sealed file.
create table intake.quarantine (
  id bigint generated always as identity primary key,
  delivery_id uuid not null references intake.delivery (id),
  row bigint not null,
  reason text not null,
  column_name text,
  state text not null default 'open' check (state in ('open', 'released')),
  unique (delivery_id, row)
);
create index on intake.quarantine (delivery_id, reason, row);

-- Rows refused for want of a lawful basis: their number and the reason, nothing else.
create table intake.refused (
  delivery_id uuid not null references intake.delivery (id),
  row bigint not null,
  reason text not null,
  primary key (delivery_id, row)
);

-- Bytes that belong to no record: titles above the header, blank lines, padding.
create table intake.damage (
  delivery_id uuid not null references intake.delivery (id),
  from_byte bigint not null,
  to_byte bigint not null,
  reason text not null,
  primary key (delivery_id, from_byte),
  check (to_byte > from_byte)
);

grant select, insert, update on intake.delivery, intake.delivery_key, intake.quarantine to doudi_app;
grant select, insert on intake.refused, intake.damage to doudi_app;
select platform.restrict('intake.delivery', '{system,village,township,county,supervisor,auditor}', '{system}');
select platform.restrict('intake.delivery_key', '{system,village,township,county,supervisor,auditor}', '{system}');
select platform.restrict('intake.quarantine', '{system,county,supervisor,auditor}', '{system}');
select platform.restrict('intake.refused', '{system,county,supervisor,auditor}', '{system}');
select platform.restrict('intake.damage', '{system,county,supervisor,auditor}', '{system}');
