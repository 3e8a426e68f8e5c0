import { sql, type Tx } from '../../../platform/database/index.ts';

/** A model as the desk and the command line list it. */
export interface ListedModel {
  hash: string;
  state: 'proposed' | 'adopted' | 'retired';
  summary: ModelSummary;
  proposedAt: string;
  adoptedAt: string | null;
  reason: string | null;
}

/** What a model says, without its lists of values: bits of each level, how many records it saw. */
export interface ModelSummary {
  learnt: { left: number; right: number; pairs: number; rounds: number; seed: number };
  prior: number;
  comparisons: { id: string; levels: { id: string; bits: number }[] }[];
  rules: string[];
}

/** Hash of the adopted model, if one was adopted. */
export async function findAdopted(tx: Tx): Promise<string | undefined> {
  const { rows } = await sql<{ hash: string }>`select hash from linkage.model where state = 'adopted'`.execute(tx.db);
  return rows[0]?.hash;
}

/** Proposes a model; proposing the same again changes nothing. */
export async function insertProposed(
  tx: Tx,
  model: { hash: string; path: string; summary: ModelSummary },
): Promise<void> {
  await sql`insert into linkage.model (hash, path, state, summary, proposed_at, proposed_by)
    values (${model.hash}, ${model.path}, 'proposed', ${JSON.stringify(model.summary)}::jsonb, ${tx.clock.now()}, ${tx.actor.id})
    on conflict (hash) do nothing`.execute(tx.db);
  tx.audit({ action: 'linkage.model.propose', object: `model/${model.hash}` });
}

/** All models proposed here, newest first. */
export async function listModels(tx: Tx): Promise<ListedModel[]> {
  const { rows } = await sql<{
    hash: string;
    state: ListedModel['state'];
    summary: ModelSummary;
    proposed_at: Date;
    adopted_at: Date | null;
    reason: string | null;
  }>`select hash, state, summary, proposed_at, adopted_at, reason from linkage.model order by proposed_at desc, hash`.execute(
    tx.db,
  );
  return rows.map((r) => ({
    ...{ hash: r.hash, state: r.state, summary: r.summary, reason: r.reason },
    proposedAt: r.proposed_at.toISOString(),
    adoptedAt: r.adopted_at?.toISOString() ?? null,
  }));
}
