import { literal } from '../../../platform/engine/index.ts';
import type { Step } from '../../../platform/jobs/step.ts';
import { deleteCoverage, insertCoverage } from '../store-simulation.ts';
import { assessmentPath, householdPath } from './feed-rows.ts';

const rollPath = (runId: string): string => `entitlements/${runId}/roll.parquet`;

/**
 * Step of the month, after the decisions: counts for each programme and village how many it covers and pays, for the
 * programmes' pages. Gives {rows}.
 */
export const coverageStep: Step = async ({ engine, lake, runId, period }) => {
  const file = (path: string) => `read_parquet(${literal(lake.path(path))})`;
  const rows = await engine.all<{
    programme: string;
    division_id: number;
    outcome: string;
    decisions: bigint;
    paid: bigint;
  }>(`WITH roll AS (SELECT DISTINCT household_id, unnest([person_id, 0]) AS person_id, programme
      FROM ${file(rollPath(runId))} WHERE status = 'active' AND household_id IS NOT NULL AND person_id IS NOT NULL)
    SELECT d.programme, h.residence_division_id AS division_id, d.outcome, count(*) AS decisions, count(r.household_id) AS paid
    FROM ${file(assessmentPath(runId, 'decision'))} d JOIN ${file(householdPath(runId))} h USING (household_id)
    LEFT JOIN roll r ON r.household_id = d.household_id AND r.programme = d.programme
      AND r.person_id = coalesce(d.person_id, 0)
    WHERE d.certain GROUP BY ALL ORDER BY ALL`);
  return {
    files: [],
    async write(tx) {
      await deleteCoverage(tx, runId);
      await insertCoverage(tx, { runId, period }, rows);
      return { rows: rows.length };
    },
  };
};
