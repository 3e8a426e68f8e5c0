import { system } from '../../../platform/database/index.ts';
import { type Engine, literal } from '../../../platform/engine/index.ts';
import type { RunContext, Step } from '../../../platform/jobs/step.ts';
import { carry } from '../../../platform/lake/carry.ts';
import type { StagedFile } from '../../../platform/lake/index.ts';
import { feedRows, formerPath, householdPath, personPath } from '../../assessment/batch.ts';
import { programmeTitles } from '../domain/programme-titles.ts';
import { rollSql } from '../plan/roll.ts';
import { awardColumns, replaceAwards } from '../store.ts';

/** Where the roll of a run lies: every row of the assistance feed, with the person and household it is about. */
export const rollPath = (runId: string): string => `entitlements/${runId}/roll.parquet`;

/**
 * Step of the month: assistance feed + links → roll Parquet, and entitlements.award for those whose household is known.
 * Gives {rows, awards, active, unknown, fresh}: `unknown` rows are about nobody in the register.
 */
export const rollStep: Step = async (context) => {
  const { rows, states } = await feedRows(context, ['assistance']);
  const [assistance] = rows;
  if (!assistance) throw new Error('feedRows gave nothing for the feed it was asked for');
  const path = rollPath(context.runId);
  const roll = rollSql(assistance, {
    person: context.lake.path(personPath(context.runId)),
    former: context.lake.path(formerPath(context.runId)),
    household: context.lake.path(householdPath(context.runId)),
  });
  const kept = await rollOfBase(context);
  const file = kept
    ? await carry(context.lake, kept, path)
    : await context.lake.stage(path, async (tmp) => {
        await context.engine.run(`COPY (${roll} ORDER BY household_id, award_no, "row")
          TO ${literal(tmp)} (FORMAT parquet, COMPRESSION zstd)`);
        return countRows(context.engine, `read_parquet(${literal(tmp)})`);
      });
  const staged = `read_parquet(${literal(context.lake.path(path))})`;
  return {
    files: [file],
    async write(tx) {
      const titles = programmeTitles(context.bundle);
      const period = assistance.deliveries[0]?.period;
      const known = 'household_id IS NOT NULL AND hukou_division_id IS NOT NULL';
      const awards = kept
        ? await countRows(context.engine, staged, known)
        : period
          ? await replaceAwards(tx, period, awardRows(context.engine, staged, titles))
          : 0;
      return {
        rows: file.rows,
        awards,
        active: await countRows(context.engine, staged, "status = 'active'"),
        unknown: await countRows(context.engine, staged, 'household_id IS NULL'),
        fresh: states.get('assistance') === 'fresh',
      };
    },
  };
};

/** The roll of the run that an increment goes on from, when neither the assistance feed nor the register changed since. */
async function rollOfBase({ db, lake, touched }: RunContext): Promise<StagedFile | undefined> {
  if (!touched || touched.changed.includes('assistance') || touched.changed.includes('register')) return undefined;
  const found = await db.withActor(system('沿用在册名单'), (tx) => lake.list(tx, rollPath(touched.baseRunId)));
  return found[0];
}

async function* awardRows(
  engine: Engine,
  staged: string,
  titles: ReadonlyMap<string, string>,
): AsyncGenerator<readonly unknown[]> {
  const query = `SELECT household_id, person_id, programme, programme AS programme_title, award_no, period, month,
      amount_fen, persons, status, started, stopped, certain, delivery_id, "row" AS row_no,
      hukou_division_id, residence_division_id
    FROM ${staged} WHERE household_id IS NOT NULL AND hukou_division_id IS NOT NULL`;
  for await (const batch of engine.stream(query)) {
    for (const row of batch) {
      const title = titles.get(String(row.programme)) ?? row.programme;
      yield awardColumns.map((name) => (name === 'programme_title' ? title : row[name]));
    }
  }
}

async function countRows(engine: Engine, relation: string, condition = 'true'): Promise<number> {
  const [row] = await engine.all<{ n: bigint }>(`SELECT count(*) AS n FROM ${relation} WHERE ${condition}`);
  return Number(row?.n ?? 0n);
}
