-- Until when a fact found at the door stands for what the registers say; the form that asked for it declares how long.
-- A fact without it was recorded before any validity was declared, and stands for nothing.
alter table casework.verified_fact add column valid_until date;
create index verified_fact_validity on casework.verified_fact (valid_until) where valid_until is not null;
