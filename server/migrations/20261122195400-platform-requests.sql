-- Long work that the desk asks for: the HTTP process records it, a worker beside it does it with the engine.
create table platform.request (
  id uuid primary key default uuidv7(),
  kind text not null,
  input jsonb not null,
  asked_by uuid not null references platform.actor (id),
  purpose text not null,
  asked_at timestamptz not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed')),
  -- How often it was begun; also the token without which nothing can be finished.
  attempts int not null default 0,
  progress text,
  progress_done bigint,
  progress_total bigint,
  finished_at timestamptz,
  result jsonb,
  error jsonb
);
create index on platform.request (id) where state in ('waiting', 'running');
create index on platform.request (asked_by, id);
grant select, insert on platform.request to doudi_app;
grant update (state, attempts, progress, progress_done, progress_total, finished_at, result, error)
  on platform.request to doudi_app;

-- Who asked reads it, and nobody else; only the system moves it on.
alter table platform.request enable row level security;
alter table platform.request force row level security;
create policy own_read on platform.request for select using (
  asked_by = (select platform.acting_actor()) or (select platform.acting_role()) = 'system');
create policy own_ask on platform.request for insert with check (
  asked_by = (select platform.acting_actor()) and state = 'waiting' and attempts = 0 and result is null and error is null);
create policy system_work on platform.request for update using ((select platform.acting_role()) = 'system')
  with check ((select platform.acting_role()) = 'system');
