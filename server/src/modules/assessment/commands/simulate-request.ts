import { z } from 'zod';
import { sql, system } from '../../../platform/database/index.ts';
import { type RequestContext, requestKind } from '../../../platform/jobs/request-kind.ts';
import { SIMULATION_KIND } from '../queries/simulations.ts';
import { deleteOldSimulations, insertSimulationChanges } from '../store-simulation.ts';
import { changedRows, type SimulatedMonth, simulateMonth } from './simulate.ts';

/** What the desk asks: one month, and how many of the stored months up to it also show their cost. */
export const SimulationInput = z.strictObject({
  period: z.string(),
  months: z.number().int().min(1).max(12),
  title: z.string(),
  text: z.string(),
});

/** Name of the reform in messages: it is no file. */
const FILE = '试算方案';
/** Simulations of one person whose lists are kept. */
const KEPT = 10;

/** Cost of the programmes in one stored month, before and under the reform. */
export interface MonthCost {
  period: string;
  programmes: { programme: string; before: string; after: string }[];
}

/** The simulation that a desk asks for, over the households that the asker sees. */
export const simulateRequest = requestKind(SIMULATION_KIND, SimulationInput, async (context, input) => {
  const sight = context.asker.divisionIds;
  const reform = { path: FILE, text: input.text };
  const periods = await storedPeriods(context, input.period, input.months);
  const months: MonthCost[] = [];
  const told = (month: SimulatedMonth) =>
    months.push({
      period: month.period,
      programmes: month.programmes.map((p) => ({
        programme: p.programme,
        before: p.before.amount,
        after: p.after.amount,
      })),
    });
  for (const [i, period] of periods.entries()) {
    context.progress(`试算 ${period}`, i, periods.length + 1);
    told(await simulateMonth(context, { period, reform, sight }));
  }
  context.progress(`试算 ${input.period}`, periods.length, periods.length + 1);
  // Last, so that its changed households are the ones left in the engine.
  const month = await simulateMonth(context, { period: input.period, reform, sight });
  told(month);
  return {
    files: [],
    async write(tx) {
      await deleteOldSimulations(tx, context.asker.id, KEPT);
      await insertSimulationChanges(tx, context.requestId, changedRows(context.engine));
      return JSON.parse(JSON.stringify({ ...month, months }));
    },
  };
});

/** Months with a finished run, before `period` and within the months asked for, oldest first. */
async function storedPeriods(context: RequestContext, period: string, months: number): Promise<string[]> {
  const [year = 0, month = 0] = period.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - months, 1)).toISOString().slice(0, 7);
  return context.db.withActor(system('试算'), async (tx) => {
    const { rows } = await sql<{ period: string }>`select distinct period from platform.run
      where finished_at is not null and period >= ${first} and period < ${period} order by period`.execute(tx.db);
    return rows.map((r) => r.period);
  });
}
