-- What every decision of one programme, division and month has in common: titles, clauses, sources of the thresholds, and
-- who can supply a missing input. A decision's own explanation then holds only the family's values.
create table assessment.frame (
  bundle_hash text not null references packs.bundle (hash),
  period text not null,
  division text not null,
  programme text not null,
  frame jsonb not null,
  primary key (bundle_hash, period, division, programme)
);
grant select, insert on assessment.frame to doudi_app;
select platform.restrict('assessment.frame', '{system,village,township,county,supervisor,auditor}', '{system}');

-- The code under which the household's parameters were resolved.
alter table assessment.decision add column division text not null default '';
alter table assessment.decision alter column division drop default;
