import { literal } from '../../../platform/engine/index.ts';
import type { Step } from '../../../platform/jobs/step.ts';
import { assessmentPath } from '../../assessment/batch.ts';
import { openRecoveries, type RecoveryRow, withdrawRecoveries } from '../store.ts';
import { rollPath } from './roll.ts';

/**
 * Step of the month: money paid on a link that was undone opens a recovery (DESIGN, decision 10): the household was entitled by the run
 * before, is not (or to less) now that the link is undone, and stands on the roll with more than is due. What is merely unknown
 * now recovers nothing. A recovery is withdrawn when the link is held again and the money was due. Gives {opened, withdrawn}.
 */
export const recoverStep: Step = async (context) => {
  const { before, corrected, engine, lake, period, runId } = context;
  if (!before || corrected === undefined) return { files: [], write: async () => ({ opened: 0, withdrawn: 0 }) };
  const file = (path: string) => `read_parquet(${literal(lake.path(path))})`;
  const decisions = (run: string) =>
    `(SELECT household_id, person_id, programme, outcome, amount_fen FROM ${file(assessmentPath(run, 'decision'))} WHERE certain)`;
  // A programme of persons is paid to the person, one of the family to the household whoever is insured.
  const rows = await engine.all(`
    WITH paid AS (
      SELECT household_id, person_id, programme, award_no, max(amount_fen) AS paid, any_value(hukou_division_id) AS hukou,
        any_value(residence_division_id) AS residence
      FROM ${file(rollPath(runId))} WHERE status = 'active' AND amount_fen > 0 AND hukou_division_id IS NOT NULL
      GROUP BY household_id, person_id, programme, award_no)
    SELECT DISTINCT n.household_id, n.person_id, n.programme, p.award_no, p.paid, coalesce(n.amount_fen, 0) AS due,
      b.outcome = 'eligible' AND c.undone AND n.outcome <> 'undetermined' AND p.paid > coalesce(n.amount_fen, 0) AS opens,
      n.outcome = 'eligible' AND coalesce(n.amount_fen, 0) >= p.paid AS held, p.hukou, p.residence
    FROM read_parquet(${literal(corrected)}) c
    JOIN ${decisions(runId)} n ON n.household_id = c.household_id
    JOIN ${decisions(before.runId)} b ON b.household_id = n.household_id AND b.programme = n.programme
      AND b.person_id IS NOT DISTINCT FROM n.person_id
    JOIN paid p ON p.household_id = n.household_id AND p.programme = n.programme
      AND (n.person_id IS NULL OR p.person_id = n.person_id)
    ORDER BY ALL`);
  const recoveries = rows.map((r): RecoveryRow & { opens: boolean; held: boolean } => ({
    householdId: String(r.household_id),
    personId: r.person_id === null ? null : String(r.person_id),
    programme: String(r.programme),
    awardNo: String(r.award_no),
    paidFen: String(r.paid),
    dueFen: String(r.due),
    hukouDivisionId: Number(r.hukou),
    residenceDivisionId: Number(r.residence),
    opens: r.opens === true,
    held: r.held === true,
  }));
  return {
    files: [],
    write: async (tx) => ({
      opened: await openRecoveries(
        tx,
        { runId, period },
        recoveries.filter((r) => r.opens),
      ),
      withdrawn: await withdrawRecoveries(
        tx,
        period,
        recoveries.filter((r) => r.held),
      ),
    }),
  };
};
