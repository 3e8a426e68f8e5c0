import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import {
  csvForm,
  type Linked,
  type LinkPlan,
  linkTables,
  type Model,
  openCsv,
  type Place,
  readModel,
  readPlan,
  reviewColumns,
  reviewSelect,
  weightsChart,
  writeModel,
} from '../../../modules/linkage/batch.ts';
import { openEngine } from '../../../platform/engine/index.ts';
import { invalid, usage } from '../../../platform/errors.ts';
import type { Output } from '../output.ts';

interface Options {
  left: string;
  right: string;
  config: string;
  out: string;
  minProbability: number;
  oneToOne?: boolean;
  many?: boolean;
  model?: string;
  saveModel?: string;
  review?: string;
  chart?: string;
  memory: number;
  json: boolean;
}

/** An engine and a folder of one's own (names and numbers lie in them), gone when the work ends. */
export async function withPlace<T>(out: Output, work: (place: Place) => Promise<T>, memoryMb = 3072): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'doudi-link-'));
  const engine = await openEngine({ tempDir: join(folder, 'spill'), memoryMb });
  try {
    return await work({ engine, work: folder, progress: (text, done, total) => out.progress(text, done, total) });
  } finally {
    engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reads a file into an engine table with the columns that a plan names, and the id as `id`. */
export async function openSide(
  place: Place,
  plan: LinkPlan,
  path: string,
  side: 'left' | 'right',
  table: string,
): Promise<{ rows: number }> {
  place.progress?.(`读取 ${path}`);
  const form = await csvForm(path);
  const named = [
    ...new Set([...plan.fields.flatMap((f) => f[side]), ...(plan.id[side] === null ? [] : [plan.id[side]])]),
  ];
  const missing = named.filter((name) => !form.columns.includes(name));
  if (missing.length > 0)
    throw invalid(
      'link-column-missing',
      `${path} 没有配置里写的列：${missing.join('、')}`,
      `文件的列是：${form.columns.join('、')}`,
    );
  await openCsv(place, path, form, named, table);
  const id = plan.id[side] === null ? 'rid::VARCHAR' : `trim("${plan.id[side].replaceAll('"', '""')}")`;
  await place.engine.run(
    `CREATE OR REPLACE TEMP TABLE ${table}_id AS SELECT rid::INTEGER AS rid, ${id} AS id FROM ${table}`,
  );
  const [n] = await place.engine.all<{ n: bigint }>(`SELECT count(*) AS n FROM ${table}`);
  return { rows: Number(n?.n ?? 0) };
}

/** Reads `--config`. */
export async function planOf(path: string): Promise<LinkPlan> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw invalid('link-config-missing', `读不到配置：${path}`, '用 doudi link init A.csv [B.csv] > C.yaml 写一份');
  });
  return readPlan(text, path);
}

/** A cell of a CSV file, quoted where it must be. */
export const csvCell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Writes what was asked for beside the result: the model, the chart of its weights, the pairs to be looked at. */
export async function writeReports(
  place: Place,
  linked: Linked,
  files: { saveModel?: string; review?: string; chart?: string },
  rightIds: string,
): Promise<void> {
  if (files.saveModel) await writeFile(files.saveModel, writeModel(linked.model));
  if (files.chart) await writeFile(files.chart, weightsChart(linked.model));
  if (!files.review) return;
  const columns = reviewColumns(linked);
  const file = createWriteStream(files.review, { mode: 0o600 });
  file.write(`${columns.map(csvCell).join(',')}\n`);
  for await (const rows of place.engine.stream<Record<string, string>>(reviewSelect(linked, 'source_l_id', rightIds)))
    file.write(rows.map((row) => `${Object.values(row).map(csvCell).join(',')}\n`).join(''));
  file.end();
  await finished(file);
}

/** Reads `--model`. */
export async function modelOf(path: string | undefined): Promise<{ model?: Model }> {
  if (path === undefined) return {};
  const text = await readFile(path, 'utf8').catch(() => {
    throw invalid('link-model-missing', `读不到模型：${path}`, '给 --save-model 写出的文件，或去掉 --model 重新训练');
  });
  return { model: readModel(text, path) };
}

/** `doudi link`: pairs of two files. */
export async function command(options: Options, out: Output): Promise<number> {
  for (const name of ['left', 'right', 'config', 'out'] as const)
    if (options[name] === undefined)
      throw usage(
        'link-option',
        `缺少 --${name}`,
        'doudi link --left A.csv --right B.csv --config C.yaml --out pairs.csv',
      );
  const started = performance.now();
  const plan = await planOf(options.config);
  return withPlace(
    out,
    async (place) => {
      const left = await openSide(place, plan, options.left, 'left', 'source_l');
      const right = await openSide(place, plan, options.right, 'right', 'source_r');
      const linked = await linkTables(
        place,
        plan,
        { left: 'source_l', right: 'source_r' },
        {
          ...(await modelOf(options.model)),
          ...(options.many
            ? { assignment: 'many' as const }
            : options.oneToOne
              ? { assignment: 'one-to-one' as const }
              : {}),
        },
      );
      await writeReports(place, linked, options, 'source_r_id');
      place.progress?.('写出结果');
      const file = createWriteStream(options.out);
      file.write('left_id,right_id,probability\n');
      let links = 0;
      const rows = place.engine.stream<{ a: string; b: string; p: number }>(
        `SELECT a.id AS a, b.id AS b, d.probability AS p FROM ${linked.decided} AS d JOIN source_l_id AS a ON a.rid = d.l JOIN source_r_id AS b ON b.rid = d.r WHERE d.probability >= ${options.minProbability} ORDER BY d.l, d.r`,
      );
      for await (const batch of rows) {
        links += batch.length;
        const lines = batch.map(({ a, b, p }) => `${csvCell(a)},${csvCell(b)},${p.toFixed(6)}\n`).join('');
        if (!file.write(lines)) await new Promise<void>((resolve) => file.once('drain', () => resolve()));
      }
      file.end();
      await finished(file);
      const seconds = Math.round((performance.now() - started) / 10) / 100;
      const summary = {
        left: left.rows,
        right: right.rows,
        compared: linked.compared,
        links,
        review: linked.review,
        model: {
          hash: linked.modelHash,
          comparisons: linked.model.comparisons,
          lambda: linked.model.lambda,
          rules: linked.model.rules.map((r) => r.id),
        },
        seconds,
      };
      out.result(
        summary,
        `左 ${left.rows} 行，右 ${right.rows} 行；比对 ${linked.compared} 对，相连 ${links} 对，待人看 ${linked.review} 条，用时 ${seconds} 秒\n模型 ${linked.modelHash.slice(0, 12)}`,
      );
      return 0;
    },
    options.memory,
  );
}
