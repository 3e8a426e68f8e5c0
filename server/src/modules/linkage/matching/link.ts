import type { KeyedSide } from './block/keys.ts';
import { keySide } from './block/keys.ts';
import type { LinkPlan } from './config.ts';
import { AUTOMATIC_BITS, decidePairs, REVIEW_BITS } from './decide/decide.ts';
import { type Trained, trainModel } from './learn/train.ts';
import { matcherOf } from './matcher.ts';
import { type Model, modelHash } from './model.ts';
import { priorBits, scorePairs } from './score/score.ts';
import { type Place, type PreparedSide, prepareSide } from './side/prepare.ts';

/** Pairs below this are not kept: they say nothing, also not about their rivals. */
const FLOOR = -6;

export interface LinkOptions {
  assignment?: 'one-to-one' | 'many';
  /** Prefix of the engine tables that are made (default `link`). */
  prefix?: string;
}

/** What a linking left in the engine. */
export interface Linked {
  /** l, r (rid), bits, probability, gap: pairs that stand, each record in one pair at most unless `many`. */
  decided: string;
  /** All pairs kept, with levels g0 … and bits b0 …, see `ScoredPairs`. */
  scored: string;
  model: Model;
  modelHash: string;
  /** Bits of the prior: what every scored pair starts from. */
  prior: number;
  compared: number;
  /** Right records whose best pair is neither surely theirs nor surely not. */
  review: number;
}

/**
 * Links two keyed sides with a model: the whole of a daily delivery against a register kept prepared and keyed.
 * @param left made by `prepareSide` and `keySide`, kept by the caller as long as its engine is open
 */
export async function linkPrepared(
  place: Place,
  plan: LinkPlan,
  model: Model,
  left: KeyedSide,
  right: KeyedSide,
  options: LinkOptions = {},
): Promise<Linked> {
  const prefix = options.prefix ?? 'link';
  const matcher = matcherOf(plan, model, left.table === right.table);
  const assignment = options.assignment ?? plan.assignment;
  const prior = priorBits(model, assignment);
  const scored = await scorePairs(place, matcher, model, left, right, FLOOR, `${prefix}_scored`, prior);
  await decidePairs(place, scored, assignment, `${prefix}_decided`);
  const [review] = await place.engine.all<{ n: bigint }>(
    `SELECT count(DISTINCT r) AS n FROM ${prefix}_decided WHERE ${needsReview}`,
  );
  return {
    decided: `${prefix}_decided`,
    scored: scored.table,
    model,
    modelHash: modelHash(model),
    prior,
    compared: scored.compared,
    review: Number(review?.n ?? 0),
  };
}

/** SQL on a decided pair: whether a person should look at it. */
export const needsReview = `(log2(greatest(probability, 1e-30) / greatest(1 - probability, 1e-30)) BETWEEN ${REVIEW_BITS} AND ${AUTOMATIC_BITS} OR (gap < ${AUTOMATIC_BITS} AND bits >= ${REVIEW_BITS}))`;

/**
 * Links two tables, or one with itself for `dedupe`; learns a model unless one is given.
 * @param sources tables with `rid` (1 …) and the plan's columns as text; `right` null compares the left with itself
 */
export async function linkTables(
  place: Place,
  plan: LinkPlan,
  sources: { left: string; right: string | null },
  options: LinkOptions & { model?: Model } = {},
): Promise<Linked & { left: KeyedSide; right: KeyedSide }> {
  const prefix = options.prefix ?? 'link';
  const { engine } = place;
  const left = await prepareSide(place, plan.fields, 'left', sources.left, `${prefix}_l0`);
  const right =
    sources.right === null ? null : await prepareSide(place, plan.fields, 'right', sources.right, `${prefix}_r0`);
  const trained = options.model ? null : await trainModel(place, plan, left, right, `${prefix}_l`);
  const model = options.model ?? (trained as Trained).model;
  const keyed = await keyBoth(place, plan, model, left, right, prefix, trained?.keyedLeft ?? null);
  await engine.run(`DROP TABLE ${left.table}`);
  if (right) await engine.run(`DROP TABLE ${right.table}`);
  const linked = await linkPrepared(place, plan, model, keyed.left, keyed.right, {
    ...options,
    ...(right ? {} : { assignment: 'many' as const }),
  });
  return { ...linked, ...keyed };
}

async function keyBoth(
  place: Place,
  plan: LinkPlan,
  model: Model,
  left: PreparedSide,
  right: PreparedSide | null,
  prefix: string,
  ready: KeyedSide | null,
): Promise<{ left: KeyedSide; right: KeyedSide }> {
  const matcher = matcherOf(plan, model, right === null);
  const keyed = ready ?? (await keySide(place, matcher, model, left, `${prefix}_l`));
  return { left: keyed, right: right ? await keySide(place, matcher, model, right, `${prefix}_r`) : keyed };
}
