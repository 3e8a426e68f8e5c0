import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { command as dedupe } from '../../server/src/entry/cli/commands/dedupe.ts';
import { command as link } from '../../server/src/entry/cli/commands/link.ts';
import { command as init } from '../../server/src/entry/cli/commands/link-init.ts';
import { openOutput } from '../../server/src/entry/cli/output.ts';

/** Runs a command as the CLI does and gives what it wrote as JSON. */
async function result(run: (out: ReturnType<typeof openOutput>) => Promise<number>): Promise<Record<string, unknown>> {
  let told: unknown;
  const out = {
    ...openOutput(true),
    result(value: unknown) {
      told = value;
    },
  };
  assert.equal(await run(out), 0);
  return told as Record<string, unknown>;
}

test('a guessed configuration links two files and finds the duplicates of one, as its contract says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'doudi-link-test-'));
  try {
    const at = (name: string) => join(folder, name);
    const people = Array.from({ length: 60 }, (_, i) => ({
      name: `${'王李张刘陈杨'[i % 6]}${'伟芳娜敏静丽强磊军洋'[i % 10]}${'杰娟涛明超秀霞'[i % 7]}`,
      birth: `19${40 + (i % 50)}-0${1 + (i % 9)}-1${i % 10}`,
      phone: `138${String(10_000_000 + i * 7919).slice(0, 8)}`,
    }));
    const rows = (prefix: string, skip: number) =>
      people.slice(skip).map((p, i) => `${prefix}${i + skip}, ${p.name}, ${p.birth}, ${p.phone}`);
    await writeFile(at('a.csv'), `id, 姓名, 出生日期, 手机\n${rows('a', 0).join('\n')}\n`);
    await writeFile(at('b.csv'), `\ufeffid,姓名,出生日期,手机\n${rows('b', 10).join('\n')}\n`);
    const guessed = await result((out) => init({ json: true }, out, [at('a.csv'), at('b.csv')]));
    await writeFile(at('c.yaml'), String(guessed.configuration));
    const options = { config: at('c.yaml'), minProbability: 0.5, memory: 512, json: true };
    const linked = await result((out) =>
      link(
        {
          ...options,
          left: at('a.csv'),
          right: at('b.csv'),
          out: at('pairs.csv'),
          chart: at('w.svg'),
          review: at('r.csv'),
        },
        out,
      ),
    );
    const [header, ...pairs] = (await readFile(at('pairs.csv'), 'utf8')).trim().split('\n');
    assert.equal(header, 'left_id,right_id,probability');
    assert.equal(pairs.length, 50);
    for (const pair of pairs) assert.match(pair, /^a(\d+),b\1,(0\.\d+|1\.0+)$/);
    for (const key of ['compared', 'model', 'review', 'seconds']) assert.ok(key in linked, key);
    assert.match(await readFile(at('r.csv'), 'utf8'), /^left_id,right_id,probability,bits,/);

    await writeFile(
      at('d.csv'),
      `姓名,出生日期,手机\n${[...rows('', 0), ...rows('', 20)].map((r) => r.split(', ').slice(1).join(',')).join('\n')}\n`,
    );
    const one = await result((out) => init({ json: true }, out, [at('d.csv')]));
    await writeFile(at('d.yaml'), String(one.configuration));
    await result((out) =>
      dedupe({ ...options, config: at('d.yaml'), input: at('d.csv'), out: at('clusters.csv') }, out),
    );
    const [clusterHeader, ...clusters] = (await readFile(at('clusters.csv'), 'utf8')).trim().split('\n');
    assert.equal(clusterHeader, 'record_id,cluster_id');
    // Without an id the rows are numbered from 1; row 61 is person 21 again.
    assert.equal(clusters.length, 100);
    assert.equal(clusters[60], '61,21');
    assert.equal(new Set(clusters.map((c) => c.split(',')[1])).size, 60);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
