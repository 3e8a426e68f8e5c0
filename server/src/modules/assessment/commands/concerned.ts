import { existsSync } from 'node:fs';
import type { Decision, Family, Plan } from '@doudi/policy';
import type { Tx } from '../../../platform/database/index.ts';
import { idsIn, loadIds } from '../../../platform/engine/ids.ts';
import { type Cell, literal, type Row } from '../../../platform/engine/index.ts';
import type { RunContext, Step } from '../../../platform/jobs/step.ts';
import { feedContracts } from '../../intake/batch.ts';
import { Explainer } from '../domain/explain.ts';
import { familyOf } from '../domain/family.ts';
import { inputsOf, type Rulebook, rollInput, rulebookOf } from '../domain/rulebook.ts';
import { verifiedInWords } from '../domain/verified.ts';
import { nearestWhole } from '../domain/written.ts';
import { readFamilies } from '../plan/families.ts';
import { feedsOfInputs, supplierOf } from '../plan/suppliers.ts';
import { readVerified } from '../plan/verified-inputs.ts';
import {
  decisionColumns,
  deleteDecisions,
  type FigureRow,
  householdsShown,
  insertDecisions,
  insertFigures,
  keepFrame,
} from '../store.ts';
import { assessmentPath, householdPath, verifiedPath } from './feed-rows.ts';

/** Where the run's findings and roll lie; both are read by path alone, since they come later in the flow. */
const findingsPath = (runId: string): string => `findings/${runId}.parquet`;
const rollPath = (runId: string): string => `entitlements/${runId}/roll.parquet`;

const CONCERNED = 'concerned_household';
const SHOWN = 'shown_household';

/**
 * Step of the month, after the findings: copies the decisions about households with a finding or an active award, with
 * their explanations, to assessment.decision. Each is decided once more by the JavaScript backend, of which the explanation
 * is made; `disagreed` counts where it differs from the batch and must be 0.
 * Gives {households, decisions, disagreed}.
 */
export const concernedDecisionsStep: Step = async (context) => ({
  files: [],
  async write(tx) {
    const households = await gatherConcerned(tx, context);
    const state: State = { disagreed: 0, figures: [] };
    await deleteDecisions(tx, context.runId);
    const telling = await keepFrames(tx, context);
    const decisions = await insertDecisions(tx, decisionRows(context, telling, state));
    await insertFigures(tx, state.figures);
    await context.engine.run(`DROP TABLE IF EXISTS ${CONCERNED}`);
    return { households, decisions, disagreed: state.disagreed };
  },
});

/**
 * Households with a finding or an active award, and those to whom the month's desk already shows something; an increment looks
 * at the touched ones alone, the rest stands as the run computed it that touched them last.
 */
async function gatherConcerned(tx: Tx, context: RunContext): Promise<number> {
  const { engine, lake, runId, touched } = context;
  const sources = [
    { path: lake.path(findingsPath(runId)), where: 'true' },
    { path: lake.path(rollPath(runId)), where: "status = 'active'" },
  ].filter(({ path }) => existsSync(path));
  const ids = sources.map(
    ({ path, where }) =>
      `SELECT household_id FROM read_parquet(${literal(path)}) WHERE household_id IS NOT NULL AND ${where}`,
  );
  const among = `SELECT household_id FROM read_parquet(${literal(lake.path(householdPath(runId)))})
    ${touched ? `WHERE household_id IN (SELECT household_id FROM read_parquet(${literal(touched.households)}))` : ''}`;
  const within = touched && (await idsIn(engine, touched.households, 'household_id'));
  await loadIds(engine, SHOWN, 'household_id', await householdsShown(tx, context.period, within));
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${CONCERNED} AS
    SELECT DISTINCT household_id FROM (${[...ids, `SELECT household_id FROM ${SHOWN}`].join(' UNION ALL ')})
    JOIN (${among}) USING (household_id)`);
  await engine.run(`DROP TABLE ${SHOWN}`);
  const [row] = await engine.all<{ n: bigint }>(`SELECT count(*) AS n FROM ${CONCERNED}`);
  return Number(row?.n ?? 0n);
}

/** What is gathered while the families pass. */
interface State {
  disagreed: number;
  figures: FigureRow[];
}

/** Everything that the rows of one run share. */
interface Telling {
  rulebook: Rulebook;
  explainers: ReadonlyMap<string, Explainer>;
}

/** Keeps the frames of the concerned households' divisions and readies an explainer for each. */
async function keepFrames(tx: Tx, context: RunContext): Promise<Telling> {
  const rulebook = rulebookOf(context.bundle, context.period);
  const { plan } = rulebook;
  const supplier = suppliers(context);
  const input = context.lake.path(assessmentPath(context.runId, 'household_input'));
  const divisions = await context.engine.all<{ division: string }>(
    `SELECT DISTINCT division FROM read_parquet(${literal(input)}) JOIN ${CONCERNED} USING (household_id)
     WHERE division IS NOT NULL ORDER BY division`,
  );
  const explainers = new Map<string, Explainer>();
  for (const { division } of divisions) {
    const explainer = new Explainer(plan, plan.resolve(division));
    explainers.set(division, explainer);
    for (const programme of plan.programmes) {
      const key = { bundle: context.bundle.hash, period: context.period, division, programme: programme.id };
      await keepFrame(tx, key, explainer.frame(programme, supplier));
    }
  }
  return { rulebook, explainers };
}

async function* decisionRows(
  context: RunContext,
  { rulebook, explainers }: Telling,
  state: State,
): AsyncGenerator<readonly unknown[]> {
  const { engine, lake, runId } = context;
  const path = (what: Parameters<typeof assessmentPath>[1]) => lake.path(assessmentPath(runId, what));
  const { plan, inputsRead, figures } = rulebook;
  const batch = await batchDecisions(context, path('decision'));
  const places = await householdPlaces(context, path('input_hash'));
  const types = new Map(plan.rules.variables.map((variable) => [variable.name, variable.type]));
  const reads = new Map(plan.programmes.map((programme) => [programme.id, inputsOf(plan, programme)]));
  const verified = Map.groupBy(await readVerified(verifiedPath(context), rulebook.vocabulary), (f) => f.householdId);
  const decidedAt = context.clock.now().toISOString();
  const paths = { household: path('household_input'), person: path('person_input') };
  for await (const rows of readFamilies(engine, paths, CONCERNED, inputsRead)) {
    const family = familyOf(rows.household, rows.persons, inputsRead);
    const place = places.get(family.id);
    const explainer = explainers.get(family.division);
    if (!place || !explainer) continue;
    const evaluation = plan.evaluate(family);
    const { hukou_division_id, residence_division_id } = place;
    const found = ({ programme, person }: Decision) => {
      const facts = (verified.get(family.id) ?? []).filter(
        (f) =>
          reads.get(programme)?.has(f.input.name) && (f.personId === null || f.personId === (person ?? f.personId)),
      );
      return facts.length > 0 ? { verified: facts.map(verifiedInWords) } : {};
    };
    const figure = (name: string) => nearestWhole(evaluation.household.get(name), types.get(name));
    state.figures.push({
      run_id: runId,
      period: context.period,
      household_id: family.id,
      family_size: figure(figures.family_size),
      income_fen: figure(figures.income),
      standard_fen: figure(figures.standard),
      hukou_division_id,
      residence_division_id,
    });
    for (const decision of evaluation.decisions) {
      if (batch.get(keyOf(family.id, decision.person, decision.programme)) !== resultOf(decision)) state.disagreed++;
      if (!isTold(decision, plan, family)) continue;
      const row: Record<string, unknown> = {
        run_id: runId,
        period: context.period,
        bundle_hash: context.bundle.hash,
        input_hash: place.input_hash,
        household_id: family.id,
        person_id: decision.person,
        programme: decision.programme,
        outcome: decision.outcome,
        amount_fen: decision.amountFen,
        reasons: decision.reasons,
        missing: decision.missing,
        branch: decision.branch,
        division: family.division,
        explanation: { ...explainer.explanation(decision, evaluation), ...found(decision) },
        decided_at: decidedAt,
        hukou_division_id,
        residence_division_id,
      };
      yield decisionColumns.map((name) => row[name]);
    }
  }
}

/**
 * Whether anybody asks about a decision: every one about the household; of a person what is not plainly "no", what the
 * person is on the roll for, and what a programme that names its persons (by `applies`) says of them.
 */
function isTold(decision: Decision, plan: Plan, family: Family): boolean {
  if (decision.person === null || decision.outcome !== 'ineligible') return true;
  const programme = plan.programmes.find((p) => p.id === decision.programme);
  if (programme?.applies) return true;
  const facts = family.persons.find((p) => p.id === decision.person)?.facts;
  return facts?.[rollInput(decision.programme)] === true;
}

const keyOf = (household: string, person: string | null, programme: string) =>
  `${household}/${person ?? ''}/${programme}`;

const resultOf = (d: Pick<Decision, 'outcome' | 'amountFen' | 'reasons'>) =>
  `${d.outcome}/${d.amountFen ?? ''}/${d.reasons.join(',')}`;

/** What the batch decided about the concerned households, by household, person and programme. */
async function batchDecisions(context: RunContext, path: string): Promise<Map<string, string>> {
  const out = new Map<string, string>();
  const query = `SELECT household_id, person_id, programme, outcome, amount_fen, array_to_string(reasons, ',') AS reasons
    FROM read_parquet(${literal(path)}) JOIN ${CONCERNED} USING (household_id) WHERE certain`;
  for await (const rows of context.engine.stream(query))
    for (const row of rows) {
      const person = row.person_id === null ? null : String(row.person_id);
      const key = keyOf(String(row.household_id), person, String(row.programme));
      out.set(key, `${row.outcome}/${row.amount_fen ?? ''}/${row.reasons ?? ''}`);
    }
  return out;
}

interface Place extends Row {
  household_id: bigint;
  input_hash: string;
  hukou_division_id: Cell;
  residence_division_id: Cell;
}

async function householdPlaces(context: RunContext, hashPath: string): Promise<Map<string, Place>> {
  const register = context.lake.path(householdPath(context.runId));
  const rows = await context.engine.all<Place>(`
    SELECT h.household_id, i.input_hash, h.hukou_division_id, h.residence_division_id
    FROM read_parquet(${literal(register)}) h JOIN ${CONCERNED} USING (household_id)
    JOIN read_parquet(${literal(hashPath)}) i ON i.household_id = h.household_id`);
  return new Map(rows.map((row) => [String(row.household_id), row]));
}

function suppliers(context: RunContext): (input: string) => string {
  const departments = new Map(feedContracts(context.bundle).map((contract) => [contract.id, contract.department]));
  const feeds = feedsOfInputs();
  const known = new Map<string, string>();
  return (input) => {
    const found = known.get(input) ?? supplierOf(input, feeds, departments);
    known.set(input, found);
    return found;
  };
}
