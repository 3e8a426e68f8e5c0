import type { Engine } from '../../../../platform/engine/index.ts';
import type { Atom, Pairing } from '../compare/comparison.ts';
import { atomKeys, atomsOf } from '../compare/comparisons.ts';
import type { Field } from '../fields/field.ts';
import type { PreparedSide } from '../side/prepare.ts';

/** Records that agree on all atoms of a rule are compared. */
export interface Rule {
  id: string;
  atoms: readonly Atom[];
}

/** The key columns of a side: one for each combination of slots, at most four for a rule. */
const MAX_VARIANTS = 4;

/** SQL of a rule's keys on one side: NULL where one of the atoms is missing. */
export function ruleKeys(rule: Rule, fields: readonly Field[], side: 'left' | 'right'): string[] {
  let combinations: string[][] = [[]];
  for (const atom of rule.atoms) {
    const field = fields.find((f) => f.name === atom.field);
    const keys = field ? atomKeys(atom, field, side) : [];
    combinations = combinations.flatMap((before) => keys.map((key) => [...before, key])).slice(0, MAX_VARIANTS);
  }
  return combinations.map((keys) => {
    if (keys.length === 0) return '0::UINTEGER';
    const known = keys.map((key) => `(${key}) IS NOT NULL`).join(' AND ');
    return `CASE WHEN ${known} THEN (hash(${keys.join(', ')}) >> 32)::UINTEGER END`;
  });
}

/** The rules named in a model, for these fields. */
export function rulesOf(
  model: { rules: readonly { id: string; atoms: readonly string[] }[] },
  atoms: readonly Atom[],
): Rule[] {
  return model.rules.map((rule) => ({
    id: rule.id,
    atoms: rule.atoms.map((id) => atoms.find((a) => a.id === id)).filter((a) => a !== undefined),
  }));
}

const SAMPLE = 40_000;
const MAX_RULES = 14;
/** So few pairs are all compared, without keys. */
const EVERY_PAIR = 600_000;
const ROUNDS = 3;
/** A rule without atoms: every record with every other. */
const ALL: Rule = { id: 'all', atoms: [] };

/** How many pairs all rules together may propose, and one of them. */
const budget = (left: number, right: number) => {
  const larger = Math.max(left, right);
  return { all: Math.max(3_000_000, 30 * larger), each: Math.max(1_000_000, 6 * larger) };
};

interface Candidate extends Rule {
  pairs: number;
}

/**
 * Chooses blocking rules by what the data hold: each is estimated on a sample of both sides, and the choice covers as many of
 * the errors and gaps that true pairs may have as the budget of pairs allows.
 */
export async function chooseRules(
  engine: Engine,
  fields: readonly Field[],
  pairing: Pairing,
  left: PreparedSide,
  right: PreparedSide,
): Promise<{ rules: Rule[]; pairs: number }> {
  const every = left.table === right.table ? (left.rows * (left.rows - 1)) / 2 : left.rows * right.rows;
  if (every <= EVERY_PAIR) return { rules: [ALL], pairs: every };
  const atoms = atomsOf(fields, pairing);
  const most = budget(left.rows, right.rows);
  await sampleKeys(engine, fields, atoms, left, 'left', 'block_l');
  await sampleKeys(engine, fields, atoms, right, pairing.right, 'block_r');
  const [sizes] = await engine.all<{ l: bigint; r: bigint }>(
    'SELECT (SELECT count(*) FROM block_l) AS l, (SELECT count(*) FROM block_r) AS r',
  );
  const scale = (left.rows / Number(sizes?.l || 1)) * (right.rows / Number(sizes?.r || 1));
  const present = await presence(engine, atoms);
  const candidates: Candidate[] = [];
  const consider = async (chosen: readonly Atom[]) => {
    const on = chosen.map((a) => `l.a${atoms.indexOf(a)} = r.a${atoms.indexOf(a)}`);
    const group = chosen.map((a) => `a${atoms.indexOf(a)}`).join(', ');
    const counted = (table: string) => `(SELECT ${group}, count(*) AS n FROM ${table} GROUP BY ALL)`;
    const [row] = await engine.all<{ n: number | null }>(
      `SELECT sum(l.n::DOUBLE * r.n) AS n FROM ${counted('block_l')} AS l JOIN ${counted('block_r')} AS r ON ${on.join(' AND ')}`,
    );
    const pairs = Number(row?.n ?? 0) * scale;
    candidates.push({ id: chosen.map((a) => a.id).join('+'), atoms: chosen, pairs });
    return pairs;
  };
  const open = (chosen: readonly Atom[]) =>
    new Set(chosen.map((a) => a.field)).size === chosen.length &&
    !candidates.some((c) => c.pairs <= most.each / 4 && within(c.atoms, chosen));
  for (const atom of atoms) await consider([atom]);
  for (const [i, a] of atoms.entries()) for (const b of atoms.slice(i + 1)) if (open([a, b])) await consider([a, b]);
  const frequent = atoms.filter((a) => (candidates.find((c) => c.id === a.id)?.pairs ?? 0) > 100 * most.each);
  for (const [i, a] of frequent.entries())
    for (const [j, b] of frequent.entries())
      for (const c of frequent.slice(j + 1)) if (i < j && open([a, b, c])) await consider([a, b, c]);
  await engine.run('DROP TABLE block_l; DROP TABLE block_r');
  return cover(
    candidates.filter((c) => c.pairs <= most.each),
    atoms,
    present,
    most.all,
    Math.max(left.rows, right.rows),
  );
}

/** Whether agreeing on `specific` means agreeing on `general`. */
const within = (general: readonly Atom[], specific: readonly Atom[]): boolean =>
  general.every((g) => specific.some((s) => s.id === g.id || s.implies.includes(g.id)));

async function sampleKeys(
  engine: Engine,
  fields: readonly Field[],
  atoms: readonly Atom[],
  prepared: PreparedSide,
  side: 'left' | 'right',
  table: string,
): Promise<void> {
  const every = Math.max(1, Math.floor(prepared.rows / SAMPLE));
  const keys = atoms.map((atom, i) => {
    const field = fields.find((f) => f.name === atom.field);
    return `${field ? atomKeys(atom, field, side)[0] : 'NULL'} AS a${i}`;
  });
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT ${keys.join(', ')} FROM ${prepared.table} WHERE hash(rid) % ${every} = 0`,
  );
}

async function presence(engine: Engine, atoms: readonly Atom[]): Promise<number[]> {
  const known = atoms.map((_, i) => `avg((a${i} IS NOT NULL)::INTEGER) AS p${i}`).join(', ');
  const [l] = await engine.all<Record<string, number>>(`SELECT ${known} FROM block_l`);
  const [r] = await engine.all<Record<string, number>>(`SELECT ${known} FROM block_r`);
  return atoms.map((_, i) => Number(l?.[`p${i}`] ?? 0) * Number(r?.[`p${i}`] ?? 0));
}

/** Imagined true pairs with the errors and gaps that are to be expected; rules are taken that find the most for their cost. */
function cover(
  candidates: readonly Candidate[],
  atoms: readonly Atom[],
  present: readonly number[],
  budgetOfPairs: number,
  rows: number,
): { rules: Rule[]; pairs: number } {
  const trials = 4000;
  const random = sequence();
  const agree = Array.from({ length: trials }, () => imagine(atoms, present, random));
  const foundBy = (rules: readonly Rule[], trial: readonly boolean[]) =>
    rules.filter((rule) => rule.atoms.every((a) => trial[atoms.indexOf(a)])).length;
  const rules: Rule[] = [];
  let pairs = 0;
  // A second and third round ask that most pairs be found by several rules: what is imagined here is milder than life.
  for (let round = 1; round <= ROUNDS; round++) {
    let missed = agree.flatMap((trial, t) => (foundBy(rules, trial) < round ? [t] : []));
    while (rules.length < MAX_RULES && missed.length > 0) {
      let best: Candidate | undefined;
      let bestWorth = 0;
      for (const c of candidates) {
        if (pairs + c.pairs > budgetOfPairs || rules.includes(c)) continue;
        const ids = c.atoms.map((a) => atoms.indexOf(a));
        const found = missed.filter((t) => ids.every((i) => agree[t]?.[i])).length;
        const worth = found / (c.pairs + rows);
        if (found > 0 && worth > bestWorth) [best, bestWorth] = [c, worth];
      }
      if (!best) break;
      const ids = best.atoms.map((a) => atoms.indexOf(a));
      missed = missed.filter((t) => !ids.every((i) => agree[t]?.[i]));
      rules.push(best);
      pairs += best.pairs;
    }
  }
  return { rules, pairs };
}

function imagine(atoms: readonly Atom[], present: readonly number[], random: () => number): boolean[] {
  const whole = new Map<string, { good: boolean; reliability: number; known: number }>();
  return atoms.map((atom, i) => {
    let state = whole.get(atom.field);
    if (!state) {
      state = { good: random() < atom.reliability, reliability: atom.reliability, known: random() };
      whole.set(atom.field, state);
    }
    if (state.known >= (present[i] ?? 0)) return false;
    if (state.good) return true;
    return random() < Math.max(0, (atom.reliability - state.reliability) / (1 - state.reliability));
  });
}

/** A fixed sequence of numbers in [0, 1) (Park and Miller): the choice of rules must not change from run to run. */
function sequence(): () => number {
  let state = 20_261_122;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
