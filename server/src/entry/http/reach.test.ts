import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

const RECORD = `import { registerHooks } from 'node:module';
const seen = [];
registerHooks({ resolve(specifier, context, next) { const r = next(specifier, context); seen.push(r.url); return r; } });
process.on('exit', () => console.log(JSON.stringify({
  loaded: seen.length, engine: seen.filter((url) => /duckdb|platform\\/engine/.test(url)) })));`;

/** What is loaded when a file is imported, as the runtime resolved it: how many modules, and which of them are the engine. */
async function importing(file: string): Promise<{ loaded: number; engine: string[] }> {
  const url = new URL(file, import.meta.url).href;
  const hooks = `data:text/javascript,${encodeURIComponent(RECORD)}`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...['--import', hooks, '--input-type=module', '-e', `await import(${JSON.stringify(url)})`],
  ]);
  return JSON.parse(stdout) as { loaded: number; engine: string[] };
}

test('the HTTP process does not load the engine by any path; the batch door, for comparison, does', async () => {
  const web = await importing('./index.ts');
  assert.ok(web.loaded > 100);
  assert.deepEqual(web.engine, []);
  assert.ok((await importing('../../modules/intake/batch.ts')).engine.length > 0);
});
