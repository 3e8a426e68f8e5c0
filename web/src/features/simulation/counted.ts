import type { SimulationChange, SimulationResult } from '@doudi/contracts';

export const CHANGES: readonly SimulationChange[] = ['enters', 'gains', 'loses', 'leaves', 'opens', 'settles'];

/** How many decisions of one group change in each way, and by how much together (yuan, exact). */
export interface Counted {
  key: string;
  counts: Record<SimulationChange, number>;
  amount: string;
}

/** Cells of one programme gathered by a key, the groups with most changes first. */
export function counted(
  cells: SimulationResult['cells'],
  programme: string,
  keyOf: (cell: SimulationResult['cells'][number]) => string,
): Counted[] {
  const groups = Map.groupBy(
    cells.filter((c) => c.programme === programme),
    keyOf,
  );
  const total = ({ counts }: Counted) => CHANGES.reduce((n, change) => n + counts[change], 0);
  return [...groups]
    .map(([key, own]): Counted => {
      const counts: Record<SimulationChange, number> = {
        enters: 0,
        gains: 0,
        loses: 0,
        leaves: 0,
        opens: 0,
        settles: 0,
      };
      for (const cell of own) counts[cell.change] += cell.count;
      return { key, counts, amount: yuanOf(own.reduce((sum, c) => sum + fenOf(c.amount), 0n)) };
    })
    .sort((a, b) => total(b) - total(a) || (a.key < b.key ? -1 : 1));
}

/** What a programme costs in each month that was simulated. */
export function monthCosts(
  result: SimulationResult,
  programme: string,
): { period: string; before: string; after: string }[] {
  return result.months.flatMap(({ period, programmes }) => {
    const own = programmes.find((p) => p.programme === programme);
    return own ? [{ period, before: own.before, after: own.after }] : [];
  });
}

const fenOf = (amount: string) => BigInt(amount.replace('.', ''));
function yuanOf(fen: bigint): string {
  const digits = (fen < 0n ? -fen : fen).toString().padStart(3, '0');
  return `${fen < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
