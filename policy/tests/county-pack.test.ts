import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  assess,
  checkPacks,
  compilePolicies,
  formatLocatedError,
  readFamily,
  readPacks,
  testPolicies,
} from '../src/index.ts';
import { repositoryPacks } from './pack-files.ts';

const root = join(import.meta.dirname, 'fixtures');

/** The county of the language manual and a second one, read beside the national pack as `--packs DIR` would. */
function countyFiles(): { path: string; text: string }[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: path.slice(root.length + 1), text: readFileSync(path, 'utf8') }));
}

test('counties write tiers, shares, roundings, limits and programmes of their own without touching TypeScript', async () => {
  const { packs, errors } = readPacks([...repositoryPacks((p) => p.startsWith('national/')), ...countyFiles()]);
  assert.deepEqual([...errors, ...checkPacks(packs, { months: ['2026-10'] })].map(formatLocatedError), []);
  const report = await testPolicies(packs);
  const counties = ['990101-qingshi', '990103-yunling'];
  const own = report.failed
    .filter((f) => counties.includes(f.pack))
    .map((f) => `${f.case}: ${f.expected} ≠ ${f.actual}`);
  assert.deepEqual(own, []);
  assert.deepEqual(
    counties.map((id) => report.packs[id]?.passed),
    [9, 18],
  );
});

test("a county's change takes no other county's branch away, and says its pack and clause", async () => {
  const { packs } = readPacks([...repositoryPacks((p) => p.startsWith('national/')), ...countyFiles()]);
  const given = (division: string) => ({
    division,
    others: 'none',
    household: { quick_aid: true, event_self_pay: '300.00', residence_kind: 'rural', income_declared: true },
    persons: [{ id: '1', birth_date: '1980-01-01', wage: division === '990103' ? '100.00' : '0' }],
    obligors: [],
  });
  const families = ['990101', '990103'].map((division) => {
    const { family, faults } = readFamily(given(division), packs);
    assert.deepEqual(faults, []);
    assert.ok(family);
    return family;
  });
  const plan = compilePolicies(packs, { month: '2026-10' });
  const branches = families.map((f) => plan.evaluate(f).decisions.find((d) => d.programme === 'temporary-aid')?.branch);
  assert.deepEqual(branches, ['quick', '990103-yunling']);
  const { assessments } = await assess(packs, families, { at: '2026-10-01' });
  const reasons = assessments.filter((a) => a.programme === 'subsistence').map((a) => a.reasons);
  const rules = reasons.map((list) => list.filter((r) => r.code.startsWith('rule:')).map((r) => `${r.code} ${r.cite}`));
  assert.deepEqual(rules[0], ['rule:subsistence_payment 青政发〔2026〕1号第五条、第六条']);
  assert.ok(rules[1]?.includes('rule:work_cost 云政〔2026〕1号第三条'), JSON.stringify(rules));
});
