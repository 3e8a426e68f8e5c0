import type { Tx } from '../../../platform/database/index.ts';
import { yuan } from '../domain/yuan.ts';
import { findFigures } from '../store.ts';

/** The figures at the head of a household's page; money in yuan per month, null where it is unknown. */
export interface HouseholdFigures {
  period: string;
  /** Members of the assessed family (共同生活家庭成员). */
  familySize: number | null;
  income: string | null;
  /** Income per head, rounded half up to the fen for showing; decisions compare totals, never this. */
  incomePerHead: string | null;
  /** The local standard per head. */
  standard: string | null;
}

/** A concerned household's newest figures; undefined when it has none or is outside the actor's sight. */
export async function figuresOf(tx: Tx, householdId: string): Promise<HouseholdFigures | undefined> {
  const row = await findFigures(tx, householdId);
  if (!row) return undefined;
  const income = row.income_fen === null ? null : BigInt(row.income_fen);
  const size = BigInt(row.family_size ?? 0);
  return {
    period: row.period,
    familySize: row.family_size,
    income: income === null ? null : yuan(income),
    incomePerHead: income === null || size === 0n ? null : yuan((income * 2n + size) / (size * 2n)),
    standard: row.standard_fen === null ? null : yuan(BigInt(row.standard_fen)),
  };
}
