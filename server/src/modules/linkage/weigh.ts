import { sql, system } from '../../platform/database/index.ts';
import { type Engine, literal, type Row } from '../../platform/engine/index.ts';
import type { RunContext } from '../../platform/jobs/step.ts';
import { amongPeople, withoutIdentities } from './domain/rarities.ts';
import type { ReviewSettings } from './domain/review-settings.ts';
import type { Score } from './domain/score.ts';
import type { SubjectIdentity } from './domain/subject.ts';
import { identityOf } from './doubtful.ts';
import { chooseOneToOne } from './matching/decide/one-to-one.ts';
import { keySide, type LinkPlan, type Model, matcherOf, prepareSide, priorBits, readPlan } from './matching/index.ts';
import { engineDigest } from './matching/model.ts';
import { scoredSelect } from './matching/score/score.ts';
import { TABLES } from './plan/rows.ts';
import { CONCERNED, dropWeighing, PAIRS, pairsOf, persons, ROWS, scoredFrom, WEIGH } from './plan/weigh.ts';

/** What a row and a person of the register are compared by. */
export const PLAN: LinkPlan = readPlan(
  `assignment: many
fields:
  - { kind: name, column: name }
  - { kind: birth-date, column: birth }
  - { kind: sex, column: sex }
  - { kind: citizen-number, column: number }
  - { kind: phone, column: phone }
  - { kind: address, column: address }
  - { kind: region, left: [hukou_code, residence_code], right: [division_code] }
  - { kind: household, column: hukou_no }
`,
  'linkage',
);

/** A person whom a row may be, with the weight of the evidence. */
export interface Weighed {
  d: number;
  row: string;
  role: string;
  personId: string;
  householdId: string;
  hukou: number;
  residence: number;
  subject: SubjectIdentity;
  score: Score;
  /** False when rules settled the row: the weight is only shown. */
  open: boolean;
  /** The machine links the row to this person: enough bits, and enough more than the next. */
  automatic: boolean;
}

/** Divisions with their codes, for the engine. */
export async function loadCodes(context: Pick<RunContext, 'db' | 'engine'>): Promise<void> {
  const rows = await context.db.withActor(system('认人取区划代码'), async (tx) => {
    const found = await sql<{ id: number; code: string }>`select distinct on (division_id) division_id as id, code
      from registry.division_name order by division_id, valid_from desc`.execute(tx.db);
    return found.rows;
  });
  await context.engine.run(`CREATE OR REPLACE TEMP TABLE ${WEIGH.codes} (id INTEGER, code VARCHAR)`);
  if (rows.length > 0)
    await context.engine.run(
      `INSERT INTO ${WEIGH.codes} VALUES ${rows.map((r) => `(${r.id}, ${literal(r.code)})`).join(', ')}`,
    );
}

/**
 * A model as it weighs here (see `amongPeople`). When its list of frequent names was made by another version of engine or
 * preparation, the names of the list cannot be known again: all names then have the mean rarity, and the rest holds.
 */
export async function fitted(engine: Engine, model: Model, people: number): Promise<Model> {
  const digest = await engineDigest(engine);
  const known = model.digest === digest ? model : withoutIdentities(model, Number.POSITIVE_INFINITY);
  return { ...amongPeople(known, people), digest };
}

/**
 * Weighs every row that numbers did not settle against the persons whom its name, birth date, phone, address or household
 * lead to. Rows of one household's list are told apart together: two of them are not one person.
 * @param work private folder for files of a moment
 * @returns pairs of at least the bits that are worth a look, by row, best first
 */
export async function weighRows(
  context: RunContext,
  model: Model,
  settings: ReviewSettings,
  work: string,
): Promise<Weighed[]> {
  const { engine } = context;
  const place = { engine, work };
  try {
    await loadCodes(context);
    await engine.run(ROWS);
    const [counted] = await engine.all<{ n: bigint }>(`SELECT count(*) AS n FROM ${WEIGH.rows}`);
    if (Number(counted?.n ?? 0) === 0) return [];
    await engine.run(PAIRS);
    await engine.run(persons(CONCERNED));
    const left = await prepareSide(place, PLAN.fields, 'left', WEIGH.persons, 'weigh_l0');
    const right = await prepareSide(place, PLAN.fields, 'right', WEIGH.rows, 'weigh_r0');
    const [all] = await engine.all<{ n: bigint }>(`SELECT count(*) AS n FROM ${TABLES.persons}`);
    // Pairs are given by equality of values (PAIRS): the model's own keys are not asked.
    const fit = { ...(await fitted(engine, model, Number(all?.n ?? 0))), rules: [] };
    const matcher = matcherOf(PLAN, fit, false);
    const rare = await keySide(place, matcher, fit, left, 'weigh_l');
    const from = scoredFrom(rare.table, right.table);
    await engine.run(
      `CREATE OR REPLACE TEMP TABLE weigh_scored AS ${scoredSelect(matcher, fit, from, '0', settings.reviewBits - settings.gapBits)}`,
    );
    return await chosen(context, fit, settings, 'weigh_scored');
  } finally {
    for (const table of ['weigh_l0', 'weigh_r0', 'weigh_l', 'weigh_scored'])
      await engine.run(`DROP TABLE IF EXISTS ${table}`);
    for (const statement of dropWeighing()) await engine.run(statement);
  }
}

async function chosen(context: RunContext, model: Model, settings: ReviewSettings, table: string): Promise<Weighed[]> {
  const out: Weighed[] = [];
  let key = '';
  let group: Row[] = [];
  const settle = () => {
    out.push(...chooseIn(group, model, settings));
    group = [];
  };
  for await (const rows of context.engine.stream(pairsOf(table, model.comparisons.length))) {
    for (const r of rows) {
      const next = `${r.d} ${r.group}`;
      if (next !== key) settle();
      key = next;
      group.push(r);
    }
  }
  settle();
  return out;
}

/** The pairs of one household's list (or of one row): who is whom, with the rivals counted in. */
function chooseIn(group: readonly Row[], model: Model, settings: ReviewSettings): Weighed[] {
  const rivals = group.map((r) => ({ l: Number(r.l), r: Number(r.r), bits: Number(r.bits) }));
  const best = new Map(chooseOneToOne(rivals).map((c) => [`${c.l} ${c.r}`, c]));
  return group.flatMap((r) => {
    const weight = Number(r.bits);
    if (weight < settings.reviewBits) return [];
    const won = best.get(`${r.l} ${r.r}`);
    const gap = won && Number.isFinite(won.gap) ? won.gap : null;
    const fields = fieldsOf(r, model);
    // A name alone never links, however rare: something else that tells persons apart must agree too.
    const agreeing = fields.filter((f) => f.bits > 0 && f.field !== 'sex').length > 1;
    const enough = agreeing && weight >= settings.automaticBits && (gap === null || gap >= settings.gapBits);
    const odds = 2 ** Math.min(weight, 200);
    return [
      {
        ...{ d: Number(r.d), row: String(r.row), role: String(r.role), subject: identityOf(r) },
        ...{ personId: String(r.person_id), householdId: String(r.household_id) },
        ...{ hukou: Number(r.hukou_division_id), residence: Number(r.residence_division_id) },
        score: {
          prior: priorBits(model),
          fields,
          weight,
          probability: won ? won.probability : odds / (1 + odds) / Math.max(1, group.length),
          gap,
          thresholds: {
            automatic: settings.automaticBits,
            gap: settings.gapBits,
            review: settings.reviewBits,
          },
        },
        open: r.open === true,
        automatic: won !== undefined && enough,
      },
    ];
  });
}

/** What each comparison said, in bits; what neither side states says nothing and is left out. */
function fieldsOf(r: Row, model: Model): Score['fields'] {
  const fields = model.comparisons.flatMap((c, k) => {
    const level = Number(r[`g${k}`] ?? 0);
    return level === 0 ? [] : [{ field: c.id, level: c.levels[level - 1] ?? 'other', bits: Number(r[`b${k}`]) }];
  });
  const shared = Number(r.shared);
  return shared < -0.05 ? [...fields, { field: 'kin', level: 'shared', bits: shared }] : fields;
}
