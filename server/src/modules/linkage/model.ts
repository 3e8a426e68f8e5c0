import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { Keyring } from '../../platform/crypto/index.ts';
import { sql, type Tx } from '../../platform/database/index.ts';
import { failed, invalid } from '../../platform/errors.ts';
import type { Lake, StagedFile } from '../../platform/lake/index.ts';
import { type Bundle, oncePerBundle } from '../../platform/packs/index.ts';
import { type Model, modelHash, readModel, writeModel } from './matching/index.ts';
import { findAdopted } from './store/models.ts';

/** The model in force: the one adopted here, else the packs' starting model. */
export interface ModelInForce {
  hash: string;
  origin: 'adopted' | 'starting';
}

/**
 * The packs' starting model (linkage/model.yaml: comment lines, then JSON), learnt on a made county.
 * @throws link-model-missing, link-model
 */
export const startingModel: (bundle: Bundle) => { model: Model; hash: string } = oncePerBundle((bundle) => {
  const file = bundle.under('linkage').findLast((f) => f.path.endsWith('/model.yaml'));
  if (!file)
    throw invalid(
      'link-model-missing',
      '规则包里没有 linkage/model.yaml',
      '请从 packs/national 取来，或另行训练并采用',
    );
  const json = file.text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');
  // The text is the version: a field that a later release adds must not make another model of it.
  return { model: readModel(json, file.path), hash: createHash('sha256').update(json).digest('hex') };
});

/** Which model a run started now would pin. */
export async function modelInForce(tx: Tx, bundle: Bundle): Promise<ModelInForce> {
  const adopted = await findAdopted(tx);
  return adopted ? { hash: adopted, origin: 'adopted' } : { hash: startingModel(bundle).hash, origin: 'starting' };
}

/** The model that a run pinned; before pins named one, the model in force. */
export async function pinnedModel(tx: Tx, bundle: Bundle, runId: string): Promise<string> {
  const { rows } = await sql<{ model: string | null }>`
    select pinned ->> 'model' as model from platform.run where id = ${runId}::uuid`.execute(tx.db);
  return rows[0]?.model ?? (await modelInForce(tx, bundle)).hash;
}

export const modelPath = (hash: string): string => `models/${hash}.sealed`;

/** Seals a model into the lake: it lists digests of names that many people share. */
export async function stageModel(place: { lake: Lake; keys: Keyring }, model: Model): Promise<StagedFile> {
  const path = modelPath(modelHash(model));
  return place.lake.stage(path, async (tmp) => {
    await writeFile(tmp, place.keys.seal(Buffer.from(writeModel(model)), path), { mode: 0o600 });
    return 1;
  });
}

/**
 * A model by its hash: the packs' own, or one from the lake.
 * @throws link-model-lost when neither holds it
 */
export async function loadModel(place: { lake: Lake; keys: Keyring; bundle: Bundle }, hash: string): Promise<Model> {
  const starting = startingModel(place.bundle);
  if (starting.hash === hash) return starting.model;
  const path = modelPath(hash);
  const sealed = await readFile(place.lake.path(path)).catch(() => undefined);
  if (!sealed)
    throw failed('link-model-lost', `找不到认人模型 ${hash.slice(0, 12)}`, '请从备份恢复数据湖，或训练并采用新的模型');
  return readModel(place.keys.open(sealed, path).toString('utf8'), path);
}
