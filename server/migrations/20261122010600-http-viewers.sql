-- Who looked at a household is shown on its page to everybody who may see the household: the trail itself is read by
-- auditors alone, so this function (of the owner, under the forced sight of the asking actor) gives these lines and no others.
create policy owner_reads on audit.entry for select to doudi_owner using (true);
create function audit.viewers(household bigint, most int) returns table (at timestamptz, actor text, role text, purpose text)
language sql stable security definer set search_path = audit, registry, platform, pg_temp as $$
  select e.at, a.display_name, e.role, e.purpose
  from audit.entry e join platform.actor a on a.id = e.actor_id
  where e.object = 'household/' || household and e.action = 'registry.portrait'
    and exists (select 1 from registry.household h where h.id = household)
  order by e.seq desc limit most
$$;
revoke execute on function audit.viewers(bigint, int) from public;
grant execute on function audit.viewers(bigint, int) to doudi_app;
