import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Engine, literal } from '../../server/src/platform/engine/index.ts';
import { dedupeFile, linkFiles } from './our-linker.ts';
import { noBins, scorePairs } from './score.ts';

const FILES = fileURLToPath(new URL('../../../shared/oracles/linkage/', import.meta.url));

/**
 * The English files everybody uses, with what their truth is hidden in taken away: ids are numbers by a hash. FEBRL4 as a
 * linking, FEBRL dataset 1 and fake_1000 as clusters, the latter two by pairs within clusters.
 */
export async function benchKnownFiles(engine: Engine, dir: string): Promise<void> {
  if (!existsSync(FILES)) {
    console.log('FEBRL and fake_1000: ../shared/oracles/linkage is not there, left out');
    return;
  }
  const febrl = (name: string) =>
    `read_csv(${literal(`${FILES}febrl/${name}.csv`)}, all_varchar = true, header = true, quote = '')`;
  await engine.run(`CREATE OR REPLACE MACRO opaque(id) AS 'r' || (hash(id) % 1000000007)::VARCHAR`);
  const write = (query: string, file: string) => engine.run(`COPY (${query}) TO ${literal(file)} (HEADER)`);
  const four = join(dir, 'febrl4');
  mkdirSync(four, { recursive: true });
  for (const [side, name] of [
    ['left', 'dataset4a'],
    ['right', 'dataset4b'],
  ] as const)
    await write(
      `SELECT opaque(rec_id) AS id, * EXCLUDE (rec_id) FROM ${febrl(name)} ORDER BY 1`,
      join(four, `${side}.csv`),
    );
  await write(
    `SELECT opaque(l.rec_id) AS left_id, opaque(r.rec_id) AS right_id FROM ${febrl('dataset4a')} l JOIN ${febrl('dataset4b')} r
      ON split_part(l.rec_id, '-', 2) = split_part(r.rec_id, '-', 2)`,
    join(four, 'truth.csv'),
  );
  const linked = await linkFiles(join(four, 'left.csv'), join(four, 'right.csv'), four);
  const score = await scorePairs(engine, linked.pairs, join(four, 'truth.csv'), noBins());
  console.log(
    `FEBRL4          ${linked.took.seconds.toFixed(1)} s, at p ≥ .5 P ${score.half.precision.toFixed(5)} R ${score.half.recall.toFixed(5)} F1 ${score.half.f1.toFixed(5)} (wanted ≥ .9998; Splink's example settings .9991)`,
  );

  for (const [title, source, group, wanted] of [
    ['FEBRL dataset 1', febrl('dataset1'), "split_part(rec_id, '-', 2)", ''],
    [
      'fake_1000',
      `(SELECT *, unique_id AS rec_id FROM read_csv(${literal(`${FILES}fake_1000/fake_1000.csv`)}, all_varchar = true, header = true))`,
      'cluster',
      ' (wanted ≥ .95; Splink .923)',
    ],
  ] as const) {
    const out = join(dir, title.replaceAll(' ', '-'));
    mkdirSync(out, { recursive: true });
    const hidden = title === 'fake_1000' ? 'rec_id, unique_id, cluster' : 'rec_id';
    await write(`SELECT opaque(rec_id) AS id, * EXCLUDE (${hidden}) FROM ${source} ORDER BY 1`, join(out, 'input.csv'));
    const { clusters, took } = await dedupeFile(join(out, 'input.csv'), out);
    const [f] = await engine.all<{ same: bigint; made: bigint; wanted: bigint }>(`
      WITH judged AS (SELECT c.cluster_id AS made, t.truth FROM read_csv(${literal(clusters)}, all_varchar = true, header = true) c
        JOIN (SELECT opaque(rec_id) AS id, ${group} AS truth FROM ${source}) t ON t.id = c.record_id)
      SELECT (SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) AS n FROM judged GROUP BY made, truth))::BIGINT AS same,
        (SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) AS n FROM judged GROUP BY made))::BIGINT AS made,
        (SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) AS n FROM judged GROUP BY truth))::BIGINT AS wanted`);
    const [same, made, truth] = [Number(f?.same ?? 0), Number(f?.made ?? 0), Number(f?.wanted ?? 0)];
    console.log(
      `${title.padEnd(15)} ${took.seconds.toFixed(1)} s, clusters P ${(same / made).toFixed(4)} R ${(same / truth).toFixed(4)} F1 ${((2 * same) / (made + truth)).toFixed(4)}${wanted}`,
    );
  }
}
