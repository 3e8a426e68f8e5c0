import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Engine } from '../../../platform/engine/index.ts';
import { invalid } from '../../../platform/errors.ts';

const Probabilities = z.array(z.number().positive().max(1));

const ModelSchema = z.strictObject({
  format: z.literal(1),
  /** What each comparison's levels say: m among true pairs, u among all others; the last level is `other`. */
  comparisons: z.array(
    z.strictObject({ id: z.string(), levels: z.array(z.string()), m: Probabilities, u: Probabilities }),
  ),
  /** Share of true pairs among all pairs. */
  lambda: z.number().positive().max(1),
  /** Pairs of different people who share a household: their share among all pairs, and their levels (null: as m). */
  kinships: z.array(
    z.strictObject({ id: z.string(), share: z.number().min(0).max(1), levels: z.array(Probabilities.nullable()) }),
  ),
  /** How rare a value is, in bits: those listed by a digest of the value, and the rest. */
  rarities: z.array(
    z.strictObject({
      field: z.string(),
      part: z.string(),
      rest: z.number(),
      /** What a true pair itself adds to a value's frequency: a share of the records, taken off when a pair is weighed. */
      copies: z.number().min(0).default(0),
      listed: z.array(z.tuple([z.number(), z.array(z.number().int())])),
    }),
  ),
  /** Blocking: pairs agree on all atoms of one rule; a key with more left records than the cap is none. */
  rules: z.array(z.strictObject({ id: z.string(), atoms: z.array(z.string()), cap: z.number().int().min(1) })),
  /** What it was learnt from. */
  learnt: z.strictObject({
    left: z.number().int(),
    right: z.number().int(),
    pairs: z.number().int(),
    rounds: z.number().int(),
    seed: z.number().int(),
  }),
  /** How values are prepared and digested; see `engineDigest`. */
  digest: z.string(),
});

/** What was learnt, pinned: the same model on the same files gives the same links (DESIGN, dear later 9). */
export type Model = z.infer<typeof ModelSchema>;

/** Raised when a change of `fields/` makes other values of the same cells, so that older models no longer fit. */
const PREPARATION = 1;

/** What a model's digests of values depend on: how cells are prepared, and the engine's hash of a fixed word. */
export async function engineDigest(engine: Engine): Promise<string> {
  const [row] = await engine.all<{ d: bigint }>("SELECT hash('兜底') AS d");
  return `${PREPARATION}/${row?.d}`;
}

/** The model's version: a hash of all of it. */
export const modelHash = (model: Model): string => createHash('sha256').update(JSON.stringify(model)).digest('hex');

/** The model as a file. */
export const writeModel = (model: Model): string => `${JSON.stringify(model)}\n`;

/**
 * Reads a model that `writeModel` wrote.
 * @throws link-model when it is none
 */
export function readModel(text: string, file: string): Model {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw invalid('link-model', `${file} 不是 JSON`, '请给 doudi link --save-model 写出的文件');
  }
  const read = ModelSchema.safeParse(given);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw invalid(
    'link-model',
    `${file} 不是比对模型：${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    '请给 doudi link --save-model 写出的文件',
  );
}
