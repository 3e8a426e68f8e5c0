import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { clustersOf, linkTables } from '../../../modules/linkage/batch.ts';
import type { Output } from '../output.ts';
import { csvCell, modelOf, openSide, planOf, withPlace, writeReports } from './link.ts';

interface Options {
  input: string;
  config: string;
  out: string;
  minProbability: number;
  model?: string;
  saveModel?: string;
  review?: string;
  chart?: string;
  memory: number;
  json: boolean;
}

/** `doudi dedupe`: which rows of one file are the same person. */
export async function command(options: Options, out: Output): Promise<number> {
  const started = performance.now();
  const plan = await planOf(options.config);
  return withPlace(
    out,
    async (place) => {
      const input = await openSide(place, plan, options.input, 'left', 'source_l');
      const linked = await linkTables(place, plan, { left: 'source_l', right: null }, await modelOf(options.model));
      await writeReports(place, linked, options, 'source_l_id');
      const least = Math.log2(options.minProbability / (1 - options.minProbability));
      const clusters = await clustersOf(place, plan, linked, linked.left, least);
      place.progress?.('写出结果');
      const file = createWriteStream(options.out);
      file.write('record_id,cluster_id\n');
      for await (const batch of place.engine.stream<{ rid: number; id: string }>(
        'SELECT rid, id FROM source_l_id ORDER BY rid',
      )) {
        const lines = batch.map(({ rid, id }) => `${csvCell(id)},${clusters[rid - 1]}\n`).join('');
        if (!file.write(lines)) await new Promise<void>((resolve) => file.once('drain', () => resolve()));
      }
      file.end();
      await finished(file);
      const seconds = Math.round((performance.now() - started) / 10) / 100;
      const distinct = new Set(clusters).size;
      out.result(
        {
          records: input.rows,
          clusters: distinct,
          compared: linked.compared,
          model: {
            hash: linked.modelHash,
            comparisons: linked.model.comparisons,
            lambda: linked.model.lambda,
            rules: linked.model.rules.map((r) => r.id),
          },
          review: linked.review,
          seconds,
        },
        `${input.rows} 行是 ${distinct} 个人；比对 ${linked.compared} 对，用时 ${seconds} 秒\n模型 ${linked.modelHash.slice(0, 12)}`,
      );
      return 0;
    },
    options.memory,
  );
}
