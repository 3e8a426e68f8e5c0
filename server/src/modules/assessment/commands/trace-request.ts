import type { Trace, TraceRow } from '@doudi/contracts';
import { type ExplanationNode, explain, formatScaled } from '@doudi/policy';
import { z } from 'zod';
import { sql } from '../../../platform/database/index.ts';
import { failed, notFound } from '../../../platform/errors.ts';
import { requestKind } from '../../../platform/jobs/request-kind.ts';
import { publishedBundle } from '../../../platform/packs/index.ts';
import { feedContracts } from '../../intake/batch.ts';
import { familyOf } from '../domain/family.ts';
import { rulebookOf } from '../domain/rulebook.ts';
import { readFamilies } from '../plan/families.ts';
import { feedsOfInputs, supplierOf } from '../plan/suppliers.ts';
import { TRACE_KIND } from '../queries/traces.ts';
import { assessmentPath } from './feed-rows.ts';

/**
 * Why a stored decision came out as it did, as the whole tree: its family's inputs are read again from the run's files and
 * decided by the run's own packs.
 */
export const traceRequest = requestKind(
  TRACE_KIND,
  z.strictObject({ decision: z.string() }),
  async (context, input) => {
    const found = await context.asAsker(async (tx) => {
      const { rows } = await sql<{
        run_id: string;
        period: string;
        bundle_hash: string;
        household_id: string;
        person_id: string | null;
        programme: string;
      }>`select run_id, period, bundle_hash, household_id, person_id, programme from assessment.decision
      where id = ${input.decision}`.execute(tx.db);
      const row = rows[0];
      if (!row) throw notFound('decision-unknown', '没有这个决定，或不在本账号的职权范围内', '请从家庭页重新打开');
      return { ...row, bundle: await publishedBundle(tx, row.bundle_hash) };
    });
    const { plan, inputsRead } = rulebookOf(found.bundle, found.period);
    const { engine, lake } = context;
    const path = (what: 'household_input' | 'person_input') => lake.path(assessmentPath(found.run_id, what));
    await engine.run(`CREATE TEMP TABLE traced AS SELECT ${BigInt(found.household_id)}::BIGINT AS household_id`);
    const paths = { household: path('household_input'), person: path('person_input') };
    let trace: Trace | undefined;
    for await (const rows of readFamilies(engine, paths, 'traced', inputsRead)) {
      const family = familyOf(rows.household, rows.persons, inputsRead);
      const evaluation = plan.evaluate(family);
      const decision = evaluation.decisions.find(
        (d) => d.programme === found.programme && d.person === found.person_id,
      );
      if (!decision) continue;
      const told = explain(plan, family, evaluation, decision);
      const departments = new Map(feedContracts(found.bundle).map((c) => [c.id, c.department]));
      const feeds = feedsOfInputs();
      trace = {
        programme: told.programme,
        title: told.title,
        outcome: told.outcome,
        amount: decision.amountFen === null ? null : formatScaled(decision.amountFen, 2),
        monthly: plan.programmes.find((p) => p.id === told.programme)?.period === 'month',
        period: found.period,
        sentences: told.zh,
        conditions: told.conditions.map(({ title, holds, cite, sentence, comparisons }) => ({
          ...{ title, holds, cite, sentence, comparisons },
        })),
        missing: told.missing.map(({ name, title }) => ({
          name,
          title,
          supplier: supplierOf(name, feeds, departments),
        })),
        parameters: told.parameters.map((p) => ({
          ...{ title: p.title, value: p.text, unit: p.unit, cite: p.cite, from: p.from },
          borrowedFrom: p.borrowedFrom?.title ?? null,
        })),
        tree: flat(told.tree, 0),
      };
    }
    if (!trace) throw failed('trace-lost', '那次测算的依据已经找不到', '请联系系统管理员核对数据湖');
    const result = trace;
    return { files: [], write: async () => JSON.parse(JSON.stringify(result)) };
  },
);

/** The tree as lines with their depth, as the page and the contract take it. */
function flat({ children, ...node }: ExplanationNode, depth: number): TraceRow[] {
  return [{ depth, ...node }, ...children.flatMap((child) => flat(child, depth + 1))];
}
