import { writeFile } from 'node:fs/promises';
import { isDrawn } from './domain/audit-sample.ts';
import type { ReviewSettings } from './domain/review-settings.ts';
import type { Score } from './domain/score.ts';
import type { StepDelivery } from './doubtful.ts';
import type { DecisionRow } from './store/decisions.ts';
import type { Weighed } from './weigh.ts';

const keyOf = (d: { deliveryId: string; row: string; role: string; personId: string }) =>
  `${d.deliveryId} ${d.row} ${d.role} ${d.personId}`;

/**
 * Turns weights into links and questions: the one person whom the weight speaks for clearly is linked (probable, until
 * somebody confirms it), the rest is asked. What rules decided gets the weight beside it.
 * @param path CSV of (d, row, role, person_id, method, certain, reason), without identity @returns all questions of the step
 */
export async function settleWeighed(
  deliveries: readonly StepDelivery[],
  ruled: readonly DecisionRow[],
  weighed: readonly Weighed[],
  settings: ReviewSettings,
  path: string,
): Promise<DecisionRow[]> {
  const lines: string[] = [];
  const asked: DecisionRow[] = [];
  const scores = new Map<string, Score>();
  const byRow = Map.groupBy(weighed, (w) => `${w.d},${w.row},${w.role}`);
  for (const [place, candidates] of byRow) {
    const [first] = candidates;
    const delivery = first && deliveries[first.d];
    if (!delivery) continue;
    const { deliveryId, feed } = delivery;
    for (const w of candidates) scores.set(keyOf({ deliveryId, ...w }), w.score);
    if (!first.open) continue;
    const linked = candidates.find((w) => w.automatic);
    const reason = linked ? 'weight' : 'weight-doubtful';
    lines.push(`${place},${linked?.personId ?? ''},${linked ? 'weight' : 'none'},false,${reason}\n`);
    const every = linked && settings.audit.every.weight;
    for (const w of linked ? [linked] : candidates.slice(0, settings.candidates))
      asked.push({
        ...{ deliveryId, feed, row: w.row, role: w.role, personId: w.personId, householdId: w.householdId },
        ...{ subject: w.subject, score: w.score, method: linked ? 'weight' : 'none', reason },
        kind: linked ? 'probable' : 'review',
        blind: every !== undefined && isDrawn(every, settings.audit.seed, { deliveryId, row: w.row, role: w.role }),
        hukouDivisionId: w.hukou,
        residenceDivisionId: w.residence,
      });
  }
  await writeFile(path, lines.join(''), { mode: 0o600 });
  return [...ruled.map((d) => ({ ...d, score: scores.get(keyOf(d)) ?? null })), ...asked];
}
