import { rm } from 'node:fs/promises';
import { currentDeliveries, openIdentity } from '../../../modules/intake/batch.ts';
import { modelInForce, proposeModel } from '../../../modules/linkage/batch.ts';
import { adoptModel, listModels, type ModelSummary } from '../../../modules/linkage/index.ts';
import { sql, system, type Tx } from '../../../platform/database/index.ts';
import { openEngine } from '../../../platform/engine/index.ts';
import { invalid, notFound, usage } from '../../../platform/errors.ts';
import { type Installation, openInstallation } from '../../../platform/installation.ts';
import type { Output } from '../output.ts';

interface Options {
  data: string;
  packs?: string[];
  now?: string;
  period?: string;
  reason?: string;
  as?: string;
}

/** `doudi linkage train|adopt|models`: the model that weighs whose row it is. */
export async function command(options: Options, out: Output, args: string[]): Promise<number> {
  const [what, hash] = args;
  const installation = await openInstallation(options);
  try {
    if (what === 'train') await train(installation, options, out);
    else if (what === 'adopt') await adopt(installation, options, out, hash);
    else if (what === 'models') await models(installation, out);
    else throw usage('linkage-what', `不认识的动作：${what ?? ''}`, 'doudi linkage train、adopt 或 models');
    return 0;
  } finally {
    await installation.close();
  }
}

async function train(installation: Installation, options: Options, out: Output): Promise<void> {
  const { db, lake, keys, clock, bundle } = installation;
  const tempDir = await lake.workDir('engine');
  const engine = await openEngine({ tempDir });
  try {
    const deliveries = await db.withActor(system('训练认人模型'), async (tx) =>
      currentDeliveries(tx, bundle, options.period ?? (await newestPeriod(tx))),
    );
    const context = { db, lake, engine, clock, keys, bundle, progress: out.progress };
    const made = await proposeModel(
      context,
      deliveries.map((d) => ({
        feed: d.feed,
        deliveryId: d.deliveryId,
        period: d.period,
        accepted: lake.path(d.acceptedPath),
        openIdentity: () => openIdentity({ db, lake, keys }, d),
      })),
    );
    out.result(
      { hash: made.hash, ...made.summary },
      `${shown(made.summary)}\n已提出模型 ${made.hash.slice(0, 12)}；看过后用 doudi linkage adopt ${made.hash.slice(0, 12)} --reason … --as … 采用`,
    );
  } finally {
    engine.close();
    await rm(tempDir, { recursive: true, force: true });
  }
}

async function newestPeriod(tx: Tx): Promise<string> {
  const { rows } = await sql<{ period: string }>`
    select period from registry.snapshot order by period desc limit 1`.execute(tx.db);
  if (!rows[0]) throw invalid('register-missing', '还没有登记人口，无从训练', '请先 doudi run 一个月份');
  return rows[0].period;
}

async function adopt(
  installation: Installation,
  options: Options,
  out: Output,
  hash: string | undefined,
): Promise<void> {
  const { reason } = options;
  if (!hash || !reason)
    throw usage('linkage-adopt', '要写明模型与理由', 'doudi linkage adopt <hash> --reason "…" --as <用户名>');
  // Models are the system's to write; who adopted it stands in the purpose of the trail.
  const by = options.as ? await actorOf(installation, options.as) : undefined;
  const adopted = await installation.db.withActor(system(`采用认人模型${by ? `（${options.as}）` : ''}`), (tx) =>
    adoptModel(tx, hash, by ? `${reason}（${options.as}）` : reason),
  );
  out.result(adopted, `已采用模型 ${adopted.hash.slice(0, 12)}；下次 doudi run 按它认人`);
}

async function models(installation: Installation, out: Output): Promise<void> {
  const found = await installation.db.withActor(system('查看认人模型'), async (tx) => ({
    force: await modelInForce(tx, installation.bundle),
    models: await listModels(tx),
  }));
  const line = (m: (typeof found.models)[number]) =>
    `${m.hash.slice(0, 12)} ${m.state} ${m.proposedAt.slice(0, 16)} 行 ${m.summary.learnt.right}${m.reason ? ` ${m.reason}` : ''}`;
  const origin = found.force.origin === 'adopted' ? '本县采用' : '规则包所带的起始模型（按造的县训练）';
  out.result(found, [`现用 ${found.force.hash.slice(0, 12)}：${origin}`, ...found.models.map(line)].join('\n'));
}

/** The id of an account by its name. @throws actor-unknown */
export async function actorOf(installation: Installation, username: string): Promise<string> {
  const found = await installation.db.withActor(system('按用户名取账号'), async (tx) => {
    const { rows } = await sql<{ id: string }>`
      select id from platform.actor where username = ${username} and active`.execute(tx.db);
    return rows[0]?.id;
  });
  if (!found) throw notFound('actor-unknown', `没有账号 ${username}，或已停用`, '请用登录时的用户名');
  return found;
}

const shown = (summary: ModelSummary): string =>
  [
    `先验 ${summary.prior.toFixed(1)} 比特；登记 ${summary.learnt.left} 人，行 ${summary.learnt.right}`,
    ...summary.comparisons.map(
      (c) =>
        `${c.id.padEnd(16)} ${c.levels.map((l) => `${l.id} ${l.bits > 0 ? '+' : ''}${l.bits.toFixed(1)}`).join('  ')}`,
    ),
  ].join('\n');
