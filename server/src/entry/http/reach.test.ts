import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const RECORD = `import { registerHooks } from 'node:module';
const seen = [];
registerHooks({ resolve(specifier, context, next) { const r = next(specifier, context); seen.push(r.url); return r; } });
process.on('exit', () => console.log(JSON.stringify(seen)));`;

/** Every module that is loaded when a file is imported, as the runtime resolved it. */
async function loaded(file: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      '--import',
      `data:text/javascript,${encodeURIComponent(RECORD)}`,
      '--input-type=module',
      '-e',
      `await import(${JSON.stringify(fileURLToPath(new URL(file, import.meta.url)))})`,
    ],
    { maxBuffer: 1 << 26 },
  );
  return JSON.parse(stdout) as string[];
}

const engine = (urls: string[]) => urls.filter((url) => /duckdb|platform\/engine/.test(url));

test('the HTTP process does not load the engine by any path; the batch door, for comparison, does', async () => {
  const web = await loaded('./index.ts');
  assert.ok(web.length > 100);
  assert.deepEqual(engine(web), []);
  assert.ok(engine(await loaded('../../modules/intake/batch.ts')).length > 0);
});
