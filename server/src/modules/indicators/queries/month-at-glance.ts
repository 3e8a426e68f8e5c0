import type { Month } from '@doudi/contracts';
import type { Tx } from '../../../platform/database/index.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { feedAccounts } from '../../intake/index.ts';
import { leadCounts, ruleTitles } from '../../monitoring/index.ts';
import { onTimeLine } from '../domain/on-time-line.ts';
import { flowOf, latestRun, totalOf } from '../store.ts';

/**
 * The month as one line with its losses, as far as the actor sees: persons, households and leads are those of their divisions;
 * counts of files are the county's.
 * @param period 'YYYY-MM'; the newest month that was run when absent, else the month of today
 */
export async function monthAtGlance(tx: Tx, bundle: Bundle, period?: string): Promise<Month> {
  const run = await latestRun(tx, period);
  const month = period ?? run?.period ?? tx.clock.today().slice(0, 7);
  const accounts = await feedAccounts(tx, bundle, month);
  const total = run ? await totalOf(tx, run.id) : { linked: {}, unlinked: {} };
  const flow = run ? await flowOf(tx, run.id) : { persons: 0, households: 0, householdsWithFindings: 0 };
  const counts = await leadCounts(tx, month);
  const titles = ruleTitles(bundle);
  const sum = (pick: (a: (typeof accounts)[number]) => number) => accounts.reduce((n, a) => n + pick(a), 0);
  const whole = (by: Record<string, number>) => Object.values(by).reduce((a, b) => a + b, 0);
  return {
    period: month,
    flow: {
      received: sum((a) => a.received),
      accepted: sum((a) => a.accepted),
      unchanged: sum((a) => a.unchanged),
      quarantined: sum((a) => a.quarantined),
      refused: sum((a) => a.refused),
      linked: whole(total.linked),
      unlinked: whole(total.unlinked),
      ...flow,
      leads: counts.leads,
      visited: counts.visited,
      confirmed: counts.confirmed,
    },
    feeds: accounts.map((a) => ({ ...a, linked: total.linked[a.feed] ?? 0 })),
    leadsByKind: counts.byKind,
    townships: counts.townships,
    onTimeLine: onTimeLine(bundle),
    rules: counts.rules.map((r) => ({ ...r, title: titles.get(r.rule) ?? r.rule })),
    run: run ? { id: run.id, finishedAt: run.finished_at.toISOString(), pin: run.pin } : null,
  };
}
