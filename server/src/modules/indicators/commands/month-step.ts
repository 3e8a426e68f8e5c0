import { literal } from '../../../platform/engine/index.ts';
import type { Step } from '../../../platform/jobs/step.ts';
import { householdPath, personPath } from '../../assessment/batch.ts';
import { findingsPath } from '../../monitoring/batch.ts';
import { insertFlow, insertTotal } from '../store.ts';

/** Last step of the month: its numbers by village of residence, and what linkage counted. Gives {persons, households, found}. */
export const monthStep: Step = async ({ engine, lake, runId, period }) => {
  const rows = await engine.all(`
    select h.residence_division_id as division_id, cast(sum(p.persons) as bigint) as persons, count(*) as households,
      count(f.household_id) as found
    from read_parquet(${literal(lake.path(householdPath(runId)))}) h
    join (select household_id, count(*) as persons from read_parquet(${literal(lake.path(personPath(runId)))})
      group by household_id) p on p.household_id = h.household_id
    left join (select distinct household_id from read_parquet(${literal(lake.path(findingsPath(runId)))})) f
      on f.household_id = h.household_id
    group by h.residence_division_id order by h.residence_division_id`);
  const flow = rows.map((r) => ({
    divisionId: Number(r.division_id),
    persons: Number(r.persons),
    households: Number(r.households),
    householdsWithFindings: Number(r.found),
  }));
  const sum = (pick: (r: (typeof flow)[number]) => number) => flow.reduce((total, r) => total + pick(r), 0);
  return {
    files: [],
    async write(tx) {
      await insertFlow(tx, { runId, period }, flow);
      await insertTotal(tx, { runId, period });
      return {
        persons: sum((r) => r.persons),
        households: sum((r) => r.households),
        found: sum((r) => r.householdsWithFindings),
      };
    },
  };
};
