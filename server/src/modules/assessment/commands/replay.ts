import { rm } from 'node:fs/promises';
import type { Decision } from '@doudi/policy';
import { type Database, system } from '../../../platform/database/index.ts';
import { type Engine, openEngine } from '../../../platform/engine/index.ts';
import type { Lake } from '../../../platform/lake/index.ts';
import { publishedBundle } from '../../../platform/packs/index.ts';
import { familyOf } from '../domain/family.ts';
import { rulebookOf } from '../domain/rulebook.ts';
import { readFamilies } from '../plan/families.ts';
import { type DecisionRow, sampleDecisions } from '../store.ts';
import { assessmentPath } from './feed-rows.ts';

/** A past decision that came out otherwise when it was made again. */
export interface Difference {
  decisionId: string;
  period: string;
  programme: string;
  /** What differs, as stored and as computed again; ids and codes only. */
  fields: { name: 'outcome' | 'amount' | 'reasons' | 'missing'; was: string; is: string }[];
}

/**
 * Makes past decisions again from the facts that their run pinned in the lake and the packs that it pinned in the
 * database, by the JavaScript backend, and compares outcome, amount, reasons and what was missing.
 * Packs and facts of today play no part.
 * @param options.sample how many; @param options.seed chooses which; @param options.period only of this month
 */
export async function replay(
  deps: { db: Database; lake: Lake },
  options: { sample: number; seed: number; period?: string | undefined },
): Promise<{ replayed: number; differing: Difference[] }> {
  const past = await deps.db.withActor(system('重算既往决定'), (tx) => sampleDecisions(tx, options));
  const differing: Difference[] = [];
  const tempDir = await deps.lake.workDir('replay');
  const engine = await openEngine({ tempDir, memoryMb: 1024 });
  try {
    for (const [runId, decisions] of Map.groupBy(past, (d) => d.run_id)) {
      const again = await decideAgain({ ...deps, engine }, runId, decisions);
      for (const decision of decisions) {
        const fields = compare(
          decision,
          again.get(keyOf(decision.household_id, decision.person_id, decision.programme)),
        );
        if (fields.length > 0)
          differing.push({ decisionId: decision.id, period: decision.period, programme: decision.programme, fields });
      }
    }
  } finally {
    engine.close();
    await rm(tempDir, { recursive: true, force: true });
  }
  return { replayed: past.length, differing };
}

async function decideAgain(
  deps: { db: Database; lake: Lake; engine: Engine },
  runId: string,
  decisions: readonly DecisionRow[],
): Promise<Map<string, Decision>> {
  const out = new Map<string, Decision>();
  const paths = {
    household: deps.lake.path(assessmentPath(runId, 'household_input')),
    person: deps.lake.path(assessmentPath(runId, 'person_input')),
  };
  // One run pins one bundle; the hash is on every decision, so that each can be replayed by itself.
  for (const [hash, group] of Map.groupBy(decisions, (d) => d.bundle_hash)) {
    const period = group[0]?.period ?? '';
    const bundle = await deps.db.withActor(system('重算既往决定'), (tx) => publishedBundle(tx, hash));
    const { plan, inputsRead } = rulebookOf(bundle, period);
    const households = [...new Set(group.map((d) => d.household_id))].map((id) => `(${BigInt(id)})`);
    const relation = `(SELECT * FROM (VALUES ${households.join(', ')}) t(household_id))`;
    for await (const family of readFamilies(deps.engine, paths, relation, inputsRead))
      for (const decision of plan.evaluate(familyOf(family.household, family.persons, inputsRead)).decisions)
        out.set(keyOf(decision.household, decision.person, decision.programme), decision);
  }
  return out;
}

const keyOf = (household: string, person: string | null, programme: string) =>
  `${household}/${person ?? ''}/${programme}`;

function compare(was: DecisionRow, is: Decision | undefined): Difference['fields'] {
  if (!is) return [{ name: 'outcome', was: was.outcome, is: 'none' }];
  const pairs = [
    { name: 'outcome', was: was.outcome, is: is.outcome },
    { name: 'amount', was: was.amount_fen ?? '', is: is.amountFen === null ? '' : String(is.amountFen) },
    { name: 'reasons', was: was.reasons.join(','), is: is.reasons.join(',') },
    { name: 'missing', was: was.missing.join(','), is: is.missing.join(',') },
  ] as const;
  return pairs.filter((pair) => pair.was !== pair.is);
}
