import type { Coverage, CoveredResponse } from '@doudi/contracts';
import { sql, type Tx } from '../../../platform/database/index.ts';
import { coveredNames, placesOf, townships } from '../../registry/index.ts';
import { yuan } from '../domain/yuan.ts';
import { townshipNames } from './simulations.ts';

/** Whom each programme covers by the newest run that counted it, by township, of the villages that the actor sees. */
export async function coverageOf(tx: Tx): Promise<Coverage> {
  const { rows } = await sql<{
    period: string;
    programme: string;
    division_id: number;
    outcome: 'eligible' | 'ineligible' | 'undetermined';
    decisions: number;
    paid: number;
  }>`select c.period, c.programme, c.division_id, c.outcome, c.decisions, c.paid from assessment.coverage c
    where c.run_id = (select r.id from platform.run r where r.finished_at is not null
      and exists (select 1 from assessment.coverage x where x.run_id = r.id)
      order by r.period desc, r.finished_at desc, r.id desc limit 1)`.execute(tx.db);
  const townshipOf = await townships(tx);
  const of = (division: number) => townshipOf.get(division) ?? 0;
  const names = await townshipNames(
    tx,
    rows.map((r) => of(r.division_id)),
  );
  const programmes = Map.groupBy(rows, (r) => r.programme);
  return {
    period: rows[0]?.period ?? null,
    programmes: [...programmes].map(([programme, own]) => ({
      programme,
      townships: [...Map.groupBy(own, (r) => of(r.division_id))].map(([id, cells]) => {
        const count = (outcome: string) =>
          cells.filter((c) => c.outcome === outcome).reduce((n, c) => n + c.decisions, 0);
        return {
          id,
          name: names.get(id) ?? '',
          eligible: count('eligible'),
          ineligible: count('ineligible'),
          undetermined: count('undetermined'),
          paid: cells.reduce((n, c) => n + c.paid, 0),
        };
      }),
    })),
  };
}

/** Families that a programme decided in one way, of the concerned ones of the newest month, under the actor's sight. */
export async function coveredHouseholds(
  tx: Tx,
  programme: string,
  filter: { outcome: string; townshipId?: number | undefined; cursor?: string | undefined; limit: number },
): Promise<CoveredResponse> {
  const { townshipId = null, cursor = null } = filter;
  const { rows } = await sql<{
    id: string;
    household_id: string;
    person_id: string | null;
    amount_fen: string | null;
    residence_division_id: number;
    head_person_id: string | null;
  }>`select d.id, d.household_id, d.person_id, d.amount_fen, d.residence_division_id, h.head_person_id
    from assessment.decision d left join registry.household h on h.id = d.household_id
    where d.period = (select max(r.period) from platform.run r where r.finished_at is not null)
      -- A household that an increment did not touch stands as the run decided it that touched it last.
      and d.run_id = (select x.run_id from assessment.decision x where x.household_id = d.household_id and x.period = d.period
        order by x.decided_at desc, x.id desc limit 1)
      and d.programme = ${programme} and d.outcome = ${filter.outcome}
      and (${townshipId}::int is null or d.residence_division_id = any(registry.divisions_below(${townshipId})))
      and (${cursor}::bigint is null or d.id > ${cursor}::bigint)
    order by d.id limit ${filter.limit + 1}`.execute(tx.db);
  const page = rows.slice(0, filter.limit);
  const names = await coveredNames(
    tx,
    page.flatMap((r) => (r.head_person_id === null ? [] : [r.head_person_id])),
  );
  const places = await placesOf(
    tx,
    page.map((r) => r.residence_division_id),
  );
  return {
    households: page.map((r) => ({
      id: r.id,
      householdId: r.household_id,
      head: names.get(r.head_person_id ?? '') ?? '未具名',
      township: places.get(r.residence_division_id)?.township ?? '',
      village: places.get(r.residence_division_id)?.village ?? '',
      amount: r.amount_fen === null ? null : yuan(BigInt(r.amount_fen)),
      ofPerson: r.person_id !== null,
    })),
    nextCursor: rows.length > filter.limit ? (page.at(-1)?.id ?? null) : null,
  };
}
