import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkPacks, formatLocatedError, readPacks, testPolicies } from '../src/index.ts';
import { repositoryPacks } from './pack-files.ts';

const root = join(import.meta.dirname, 'fixtures');

/** The county of the language manual, read beside the national pack as `--packs DIR` would. */
function countyFiles(): { path: string; text: string }[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: path.slice(root.length + 1), text: readFileSync(path, 'utf8') }));
}

test('a county writes tiers, shares, roundings and a least payment without touching TypeScript', async () => {
  const { packs, errors } = readPacks([...repositoryPacks((p) => p.startsWith('national/')), ...countyFiles()]);
  assert.deepEqual([...errors, ...checkPacks(packs, { months: ['2026-10'] })].map(formatLocatedError), []);
  const report = await testPolicies(packs.filter((p) => p.id === 'national' || p.id === '990101-qingshi'));
  const own = report.failed
    .filter((f) => f.pack === '990101-qingshi')
    .map((f) => `${f.case}: ${f.expected} ≠ ${f.actual}`);
  assert.deepEqual(own, []);
  assert.equal(report.packs['990101-qingshi']?.passed, 9);
});
