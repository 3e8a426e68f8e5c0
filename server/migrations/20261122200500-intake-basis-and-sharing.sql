-- On what basis department data is asked for and kept: consents, lists sent, requests with their clocks, alarms that
-- somebody looked at, and what was destroyed.

-- Consents to verification (核对授权, 社会救助法第四十条、第四十一条). Who it is stands sealed; `person_token` is the keyed
-- index of the citizen number. The divisions are those of the family it is for, since an obligor may live anywhere.
create table intake.authorisation (
  id uuid primary key,
  person_token bytea not null,
  sealed bytea not null,
  subject text not null check (subject in ('applicant', 'member', 'obligor')),
  signer text not null check (signer in ('self', 'guardian')),
  valid_from date not null,
  valid_until date not null,
  purpose text not null,
  document_sha256 text not null check (document_sha256 ~ '^[0-9a-f]{64}$'),
  recorded_at timestamptz not null,
  recorded_by uuid not null,
  -- From this day on it is no basis any more.
  revoked_on date,
  revoked_reason text,
  hukou_division_id int not null,
  residence_division_id int not null,
  check (valid_until >= valid_from),
  check ((revoked_on is null) = (revoked_reason is null)),
  unique (person_token, document_sha256, valid_from)
);
create index on intake.authorisation (valid_from, valid_until);
grant select, insert, update on intake.authorisation to doudi_app;
select platform.protect('intake.authorisation');

-- Lists sent to a department (scope list) and their answers. Rows stay when list and answer are destroyed: this is the
-- record of use (政务数据共享条例: 使用日志; 网络数据安全管理条例: 提供、委托处理记录).
create table intake.exchange (
  id uuid primary key,
  feed text not null,
  purpose text not null,
  lawful_basis text not null,
  period text check (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  case_ref text,
  persons int not null check (persons > 0),
  list_path text not null,
  sent_sha256 text not null,
  sent_on date not null,
  sent_at timestamptz not null,
  sent_by uuid not null,
  answered_at timestamptz,
  delivery_id uuid references intake.delivery (id),
  -- Last day on which list and answer are kept, by the pack's rule of the day it was sent.
  retain_until date not null,
  destroyed_at timestamptz,
  check ((period is null) <> (case_ref is null)),
  check ((answered_at is null) = (delivery_id is null))
);
create index on intake.exchange (feed, sent_on);
-- The list's data key, wrapped: forgetting it destroys the list.
create table intake.exchange_key (
  exchange_id uuid primary key references intake.exchange (id),
  wrapped bytea
);
grant select, insert, update on intake.exchange, intake.exchange_key to doudi_app;
select platform.restrict('intake.exchange', '{system,county,supervisor,auditor}', '{system}');
select platform.restrict('intake.exchange_key', '{system}', '{system}');

-- Requests to a department for what it does not deliver, or for a correction; due days are worked out from the events and
-- the calendar when they are read, so that a newly published calendar counts at once.
create table intake.sharing_request (
  id uuid primary key,
  feed text not null,
  department text not null,
  kind text not null check (kind in ('supply', 'correction')),
  condition text not null check (condition in ('unconditional', 'conditional')),
  period text check (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  purpose text not null,
  lawful_basis text not null,
  created_at timestamptz not null,
  created_by uuid not null
);
create table intake.sharing_event (
  request_id uuid not null references intake.sharing_request (id),
  seq int not null,
  kind text not null check (kind in ('sent', 'extended', 'agreed', 'refused', 'provided', 'corrected', 'escalated', 'withdrawn')),
  happened_on date not null,
  note text not null,
  recorded_at timestamptz not null,
  recorded_by uuid not null,
  primary key (request_id, seq)
);
create index on intake.sharing_request (feed, created_at);
grant select, insert on intake.sharing_request, intake.sharing_event to doudi_app;
select platform.restrict('intake.sharing_request', '{system,county,supervisor,auditor}', '{system,county}');
select platform.restrict('intake.sharing_event', '{system,county,supervisor,auditor}', '{system,county}');

-- What a delivery's columns were like, for the alarm of the next one. Counts only, of columns that identify nobody.
create table intake.column_profile (
  delivery_id uuid not null references intake.delivery (id),
  column_name text not null,
  rows bigint not null,
  filled bigint not null,
  codes jsonb,
  primary key (delivery_id, column_name)
);
grant select, insert on intake.column_profile to doudi_app;
select platform.restrict('intake.column_profile', '{system,county,supervisor,auditor}', '{system}');

-- A suspicious whole state that somebody asked about and found right: from then on absence in it means "none" again.
create table intake.acceptance (
  delivery_id uuid primary key references intake.delivery (id),
  reason text not null check (length(reason) >= 4),
  accepted_at timestamptz not null,
  accepted_by uuid not null
);
grant select, insert on intake.acceptance to doudi_app;
select platform.restrict('intake.acceptance', '{system,village,township,county,supervisor,auditor}', '{system,county}');

-- What was destroyed, when and by which rule.
create table intake.destruction (
  id bigint generated always as identity primary key,
  what text not null check (what in ('raw', 'list')),
  object_id uuid not null,
  feed text not null,
  period text,
  rule text not null,
  destroyed_at timestamptz not null,
  destroyed_by uuid not null,
  unique (what, object_id)
);
grant select, insert on intake.destruction to doudi_app;
select platform.restrict('intake.destruction', '{system,county,supervisor,auditor}', '{system}');
