-- Roles are made by the server start (they are of the cluster, not of the database); schemas belong to doudi_owner.
create schema platform;
create schema registry;
create schema audit;
create schema lake;
create schema packs;
create schema identity;
grant usage on schema platform, registry, audit, lake, packs, identity to doudi_app;

-- Divisions: ids are stable, codes and names are dated; towns merge, split and move.
create table registry.division (
  id int primary key,
  level text not null check (level in ('country', 'province', 'city', 'county', 'township', 'village')),
  parent_id int references registry.division (id)
);
create table registry.division_name (
  division_id int not null references registry.division (id),
  code text not null,
  name text not null,
  valid_from date not null,
  valid_to date,
  primary key (division_id, valid_from)
);
create index on registry.division_name (code);
create table registry.division_succession (
  from_id int not null references registry.division (id),
  to_id int not null references registry.division (id),
  effective date not null,
  cite text not null,
  primary key (from_id, to_id, effective)
);

-- Who acts. One current grant per actor, so that nobody holds two of the three administrators.
create table platform.actor (
  id uuid primary key,
  username text not null unique,
  display_name text not null,
  active boolean not null default true,
  created_at timestamptz not null
);
create table platform.role_grant (
  actor_id uuid primary key references platform.actor (id),
  role text not null check (role in ('system', 'village', 'township', 'county', 'supervisor', 'auditor',
    'system-administrator', 'security-administrator', 'audit-administrator')),
  division_id int references registry.division (id),
  granted_by uuid references platform.actor (id),
  granted_at timestamptz not null
);
create table platform.mandate (
  id uuid primary key default uuidv7(),
  auditor_id uuid not null references platform.actor (id),
  division_id int not null references registry.division (id),
  title text not null,
  valid_from date not null,
  valid_until date not null,
  given_by uuid not null references platform.actor (id),
  given_at timestamptz not null,
  check (valid_until >= valid_from)
);

-- The divisions below one, with those whose succession leads there (what an abolished town recorded stays visible to its successor).
create function registry.divisions_below(root int) returns int[]
language sql stable security definer set search_path = registry, pg_temp as $$
  with recursive below as (
    select id from registry.division where id = root
    union
    select e.lower from (
      select id as lower, parent_id as upper from registry.division
      union all
      select from_id, to_id from registry.division_succession) e
    join below b on e.upper = b.id
  )
  select coalesce(array_agg(id order by id), '{}') from below
$$;

-- The only way to become somebody: the database derives sight itself; settings are local to the transaction.
create function platform.act_as(who uuid, today date) returns table (role text, divisions int[])
language plpgsql volatile security definer set search_path = platform, pg_temp as $$
declare
  held platform.role_grant;
  seen int[] := '{}';
begin
  select g.* into held from platform.role_grant g join platform.actor a on a.id = g.actor_id
    where g.actor_id = who and a.active;
  if held.role is null then
    perform set_config('doudi.actor', '', true), set_config('doudi.role', '', true), set_config('doudi.divisions', '{}', true);
    return query select 'none'::text, '{}'::int[];
    return;
  end if;
  if held.role = 'system' then
    select coalesce(array_agg(d.id), '{}') into seen from registry.division d;
  elsif held.role = 'auditor' then
    select coalesce(array_agg(distinct x), '{}') into seen
      from platform.mandate m, unnest(registry.divisions_below(m.division_id)) x
      where m.auditor_id = who and today between m.valid_from and m.valid_until;
  elsif held.role in ('village', 'township', 'county', 'supervisor') and held.division_id is not null then
    seen := registry.divisions_below(held.division_id);
  end if;
  perform set_config('doudi.actor', who::text, true), set_config('doudi.role', held.role, true),
    set_config('doudi.divisions', seen::text, true);
  return query select held.role, seen;
end $$;

create function platform.sight() returns int[] language sql stable parallel safe
  as $$ select coalesce(nullif(current_setting('doudi.divisions', true), '')::int[], '{}') $$;
create function platform.acting_role() returns text language sql stable parallel safe
  as $$ select coalesce(current_setting('doudi.role', true), '') $$;
create function platform.acting_actor() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('doudi.actor', true), '')::uuid $$;

-- Puts a table that carries household rows under sight: hukou_division_id or residence_division_id must be in it.
-- Reading is by sight; writing is the system's, or by sight for those who work cases.
create function platform.protect(target regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format($p$create policy sight_read on %s for select using (
    hukou_division_id = any ((select platform.sight())::int[]) or residence_division_id = any ((select platform.sight())::int[]))$p$, target);
  execute format($p$create policy sight_write on %s for all using (
    (select platform.acting_role()) in ('system', 'village', 'township', 'county')
    and (hukou_division_id = any ((select platform.sight())::int[]) or residence_division_id = any ((select platform.sight())::int[])))
    with check (
    (select platform.acting_role()) in ('system', 'village', 'township', 'county')
    and (hukou_division_id = any ((select platform.sight())::int[]) or residence_division_id = any ((select platform.sight())::int[])))$p$, target);
end $$;

-- Puts a table under roles alone (no rows of persons): reading for the roles named, writing for others named.
-- Not forced on the owner, since act_as (which runs as the owner) must read grants before anybody acts.
create function platform.restrict(target regclass, readers text[], writers text[]) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('create policy role_read on %s for select using ((select platform.acting_role()) = any (%L::text[]))', target, readers);
  execute format('create policy role_write on %s for all using ((select platform.acting_role()) = any (%L::text[])) with check ((select platform.acting_role()) = any (%L::text[]))', target, writers, writers);
end $$;

grant select on registry.division, registry.division_name, registry.division_succession to doudi_app;
grant insert, update on registry.division, registry.division_name, registry.division_succession to doudi_app;
select platform.restrict('registry.division', '{system,village,township,county,supervisor,auditor,system-administrator,security-administrator,audit-administrator}', '{system}');
select platform.restrict('registry.division_name', '{system,village,township,county,supervisor,auditor,system-administrator,security-administrator,audit-administrator}', '{system}');
select platform.restrict('registry.division_succession', '{system,village,township,county,supervisor,auditor,system-administrator,security-administrator,audit-administrator}', '{system}');

grant select, insert, update on platform.actor, platform.role_grant, platform.mandate to doudi_app;
select platform.restrict('platform.actor', '{system,village,township,county,supervisor,auditor,system-administrator,security-administrator,audit-administrator}', '{system,system-administrator}');
select platform.restrict('platform.role_grant', '{system,system-administrator,security-administrator}', '{system,security-administrator}');
select platform.restrict('platform.mandate', '{system,security-administrator,auditor,audit-administrator}', '{system,security-administrator}');
-- Everyone reads their own grant.
create policy own_read on platform.role_grant for select using (actor_id = (select platform.acting_actor()));

insert into platform.actor (id, username, display_name, created_at)
  values ('00000000-0000-7000-8000-000000000001', 'system', '系统', '2026-01-01T00:00:00Z');
insert into platform.role_grant (actor_id, role, granted_at)
  values ('00000000-0000-7000-8000-000000000001', 'system', '2026-01-01T00:00:00Z');

-- Audit: insert only; the head is locked by each writer so that the chain has one end.
create table audit.entry (
  seq bigint primary key,
  at timestamptz not null,
  actor_id uuid not null,
  role text not null,
  action text not null,
  object text not null,
  purpose text,
  details text,
  previous bytea not null,
  hash bytea not null
);
create index on audit.entry (object, seq);
create table audit.head (only_one boolean primary key default true check (only_one), seq bigint not null, hash bytea not null);
insert into audit.head (seq, hash) values (0, decode(repeat('00', 32), 'hex'));
alter table audit.entry enable row level security;
alter table audit.entry force row level security;
create policy append on audit.entry for insert with check (actor_id = (select platform.acting_actor()));
create policy read on audit.entry for select using (
  (select platform.acting_role()) in ('system', 'audit-administrator', 'auditor') or actor_id = (select platform.acting_actor()));
grant select, insert on audit.entry to doudi_app;
grant select, update on audit.head to doudi_app;

-- The lake's manifest: a file exists when its row has committed.
create table lake.file (
  path text primary key,
  sha256 text not null,
  bytes bigint not null,
  row_count bigint not null,
  created_by text not null,
  created_at timestamptz not null
);
grant select, insert, delete on lake.file to doudi_app;
select platform.restrict('lake.file', '{system}', '{system}');

-- Packs as content-addressed bundles.
create table packs.blob (sha256 text primary key, content text not null);
create table packs.bundle (hash text primary key, published_at timestamptz not null, published_by uuid not null);
create table packs.bundle_file (
  bundle_hash text not null references packs.bundle (hash),
  path text not null,
  sha256 text not null references packs.blob (sha256),
  primary key (bundle_hash, path)
);
grant select, insert on packs.blob, packs.bundle, packs.bundle_file to doudi_app;

-- Identity apart: names, numbers, phones, accounts, encrypted; searched by keyed blind indexes met by equality.
create table identity.person (
  person_id bigint primary key,
  sealed bytea not null,
  hukou_division_id int not null,
  residence_division_id int not null
);
create table identity.token (
  kind text not null,
  token bytea not null,
  person_id bigint not null references identity.person (person_id),
  hukou_division_id int not null,
  residence_division_id int not null
);
create index on identity.token (token, kind);
create index on identity.token (person_id);
grant select, insert, update, delete on identity.person, identity.token to doudi_app;
select platform.protect('identity.person');
select platform.protect('identity.token');

-- The monthly run and its steps; a step's row commits with what it wrote.
create table platform.run (
  id uuid primary key default uuidv7(),
  period text not null,
  pin text not null unique,
  pinned jsonb not null,
  started_at timestamptz not null,
  finished_at timestamptz
);
create table platform.run_step (
  run_id uuid not null references platform.run (id),
  step text not null,
  finished_at timestamptz not null,
  seconds numeric not null,
  result jsonb not null,
  primary key (run_id, step)
);
grant select, insert, update on platform.run, platform.run_step to doudi_app;
select platform.restrict('platform.run', '{system,village,township,county,supervisor,auditor}', '{system}');
select platform.restrict('platform.run_step', '{system,county,supervisor,auditor}', '{system}');
