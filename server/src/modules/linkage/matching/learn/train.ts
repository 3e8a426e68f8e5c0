import { invalid } from '../../../../platform/errors.ts';
import { type KeyedSide, keySide } from '../block/keys.ts';
import { chooseRules } from '../block/rules.ts';
import type { Comparison, Pairing } from '../compare/comparison.ts';
import { comparisonsOf } from '../compare/comparisons.ts';
import type { LinkPlan } from '../config.ts';
import { matcherOf } from '../matcher.ts';
import { engineDigest, type Model, modelHash, readModel, writeModel } from '../model.ts';
import { firstFound, joinsOf } from '../score/pairs.ts';
import type { Place, PreparedSide } from '../side/prepare.ts';
import { type Learnt, learn, type PatternCount } from './expectation.ts';
import { countPatterns, observeAll, observeKinships } from './observe.ts';
import { observeRarities } from './rarity.ts';
import { startOf } from './start.ts';

/** Records of the left side that may share one key before the key stops proposing pairs. */
const CAP = 500;
/** Candidate pairs that expectation maximisation sees. */
const TRAINING_PAIRS = 2_000_000;

/** A model, its hash (which is its version), and the left side already keyed by it where that was possible. */
export interface Trained {
  model: Model;
  hash: string;
  keyedLeft: KeyedSide | null;
}

/**
 * Learns a model from two prepared sides, or from one that is compared with itself. No truth is read.
 * @param keyedTable name for the left side with its keys, for a caller that goes on to link; without it that table is dropped
 * @throws link-nothing-common when the sides have no field in common, link-no-rule when no key proposes pairs
 */
export async function trainModel(
  place: Place,
  plan: LinkPlan,
  left: PreparedSide,
  right: PreparedSide | null,
  keyedTable: string | null = null,
): Promise<Trained> {
  const { engine } = place;
  const self = right === null;
  const other = right ?? left;
  const pairing: Pairing = { left: 'left', right: self ? 'left' : 'right' };
  const comparisons = comparisonsOf(plan.fields, pairing);
  if (comparisons.length === 0)
    throw invalid('link-nothing-common', '两边没有可以比对的共同字段', '在配置的 fields 中写出两边都有的列');
  place.progress?.('选取分块规则');
  const chosen = await chooseRules(engine, plan.fields, pairing, left, other);
  if (chosen.rules.length === 0)
    throw invalid('link-no-rule', '没有一组列能在可承受的数量内提出候选', '请加上出生日期、姓名、电话、地址一类的列');
  place.progress?.('统计各列相符的频度');
  const all = await observeAll(engine, plan.fields, comparisons, left, other, plan.seed);
  const kinships = await observeKinships(engine, plan.fields, comparisons, left, self);
  const rarities = await observeRarities(engine, plan.fields, comparisons, left, other);
  const learnt = { left: left.rows, right: other.rows, pairs: 0, rounds: 0, seed: plan.seed };
  const draft: Model = {
    format: 1,
    comparisons: comparisons.map((c, k) => ({
      id: c.id,
      levels: [...c.levels.map((l) => l.id), 'other'],
      m: startOf(c),
      u: all[k] ?? startOf(c),
    })),
    lambda: 1e-6,
    kinships: kinships.map((k) => ({ id: k.id, share: k.share, levels: k.levels.map((row) => row) })),
    rarities,
    rules: chosen.rules.map((r) => ({ id: r.id, atoms: r.atoms.map((a) => a.id), cap: CAP })),
    learnt,
    digest: await engineDigest(engine),
  };
  const every = Math.max(1, Math.floor(chosen.pairs / TRAINING_PAIRS));
  place.progress?.('训练权重');
  const { patterns, rows, keyedLeft } = await candidatePatterns(
    place,
    plan,
    draft,
    left,
    other,
    self,
    every,
    keyedTable,
  );
  const result = learn({
    patterns,
    all,
    kinships,
    // An empty file has no pairs, and still a model.
    pairs: Math.max(1, left.rows * rows),
    most: Math.max(1, self ? rows * 8 : Math.min(left.rows, rows) * 2),
    start: comparisons.map(startOf),
  });
  const made: Model = {
    ...draft,
    lambda: tidy(result.lambda),
    rarities: rarities.map((r) => ({ ...r, copies: tidy(copiesOf(r, comparisons, result, self ? 1 / left.rows : 0)) })),
    comparisons: draft.comparisons.map((c, k) => ({
      ...c,
      m: (result.m[k] ?? c.m).map(tidy),
      u: (result.u[k] ?? c.u).map(tidy),
    })),
    learnt: { ...learnt, pairs: patterns.reduce((a, p) => a + p.n, 0), rounds: result.rounds },
  };
  // As a file would give it back, so that the hash is the same.
  const model = readModel(writeModel(made), 'model');
  // A sample of one file has the caps of the whole only by chance, so a comparison with itself is keyed anew.
  if (keyedTable === null || self) await engine.run(`DROP TABLE ${keyedLeft.table}`);
  return { model, hash: modelHash(model), keyedLeft: keyedTable === null || self ? null : keyedLeft };
}

/** A probability as the model keeps it: reading the file back gives the same number. */
const tidy = (p: number): number => Math.min(1, Math.max(1e-12, Number(p.toPrecision(9))));

/**
 * A value is as frequent as its persons have records: the two records of a true pair make each other's value look commoner than
 * it is among strangers. What they add, on average: the pair's other record and, within one file, the record itself.
 */
function copiesOf(
  rarity: Model['rarities'][number],
  comparisons: readonly Comparison[],
  learnt: Learnt,
  itself: number,
): number {
  let agreed = 0;
  for (const [k, c] of comparisons.entries()) {
    const at = c.levels.findLastIndex((l) => l.frequency?.field === rarity.field && l.frequency.part === rarity.part);
    for (let i = 0; i <= at; i++) agreed += learnt.m[k]?.[i] ?? 0;
  }
  return learnt.lambda * Math.min(agreed, 1) + itself;
}

async function candidatePatterns(
  place: Place,
  plan: LinkPlan,
  draft: Model,
  left: PreparedSide,
  other: PreparedSide,
  self: boolean,
  every: number,
  keyedTable: string | null,
): Promise<{ patterns: PatternCount[]; rows: number; keyedLeft: KeyedSide }> {
  const { engine } = place;
  const matcher = matcherOf(plan, draft, self);
  const keyedLeft = await keySide(place, matcher, draft, left, keyedTable ?? 'train_l');
  const part = await engine.all<{ n: bigint }>(
    `CREATE OR REPLACE TEMP TABLE train_part AS SELECT * FROM ${other.table} WHERE hash(rid, ${plan.seed}) % ${every} = 0`,
  );
  const rows = Number(part[0]?.n ?? Object.values(part[0] ?? {})[0] ?? 0);
  // A sample of one side keeps all pairs of its records; keys of a self comparison have the left side's caps.
  const sampled = { ...other, table: 'train_part', rows };
  const keyedRight = await keySide(place, matcher, draft, { ...sampled, side: self ? 'left' : 'right' }, 'train_r');
  const joins = joinsOf(keyedLeft, keyedRight);
  const found: PatternCount[] = [];
  for (const [i, join] of joins.entries()) {
    place.progress?.('训练权重', i + 1, joins.length);
    const notSelf = self ? 'l.rid <> r.rid AND ' : '';
    found.push(
      ...(await countPatterns(
        engine,
        matcher.comparisons,
        `${keyedLeft.table} AS l JOIN train_r AS r ON l.${join.left} = r.${join.right} WHERE ${notSelf}${firstFound(joins, i, false)}`,
      )),
    );
  }
  await engine.run('DROP TABLE train_r; DROP TABLE train_part');
  return { patterns: merged(found), rows, keyedLeft };
}

function merged(patterns: readonly PatternCount[]): PatternCount[] {
  const sums = new Map<string, PatternCount>();
  for (const { levels, n } of patterns) {
    const key = levels.join();
    sums.set(key, { levels, n: n + (sums.get(key)?.n ?? 0) });
  }
  return [...sums.values()];
}
