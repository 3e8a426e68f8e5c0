-- Why a fact takes its person out of the family that is assessed (dead, in prison, moved out); null for all others.
alter table registry.fact add column outside text;
