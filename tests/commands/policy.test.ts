import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { BUILTIN_PACKS } from '../../server/src/platform/installation.ts';
import { doudi } from '../doudi.ts';

const dir = mkdtempSync(join(tmpdir(), 'doudi-policy-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const demo = join(BUILTIN_PACKS, '321324-sihong-demo');

function file(name: string, content: unknown): string {
  const path = join(dir, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

interface Assessed {
  programme: string;
  outcome: string;
  amount: string | null;
  missing: string[];
}

test('both engines of doudi assess give the same answer, and the unknown is undetermined', async () => {
  const input = file('family.json', [{ id: 'f1', division: '321324', persons: [{ id: 'p1' }] }]);
  const answers: Assessed[][] = [];
  for (const engine of ['js', 'sql']) {
    const done = await doudi([
      'assess',
      '--input',
      input,
      '--at',
      '2026-10-01',
      '--packs',
      demo,
      '--engine',
      engine,
      '--json',
    ]);
    assert.equal(done.code, 0, done.stderr);
    const rows = JSON.parse(done.stdout) as Assessed[];
    answers.push(rows.map(({ programme, outcome, amount, missing }) => ({ programme, outcome, amount, missing })));
  }
  assert.ok((answers[0]?.length ?? 0) > 0);
  assert.deepEqual(answers[1], answers[0]);
  // Nothing is known of this person: an unknown income is never a denial and never zero.
  assert.equal(answers[0]?.find((a) => a.programme === 'subsistence')?.outcome, 'undetermined');
});

test('an unknown field is an error that says where, and a malformed --set is wrong usage', async () => {
  const odd = file('odd.json', { division: '321324', persons: [{ id: 'p', facts_of: 1 }] });
  const refused = await doudi(['assess', '--input', odd, '--at', '2026-10-01', '--json']);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /facts_of/);
  const known = file('known.json', { division: '321324', persons: [{ id: 'p' }] });
  const usage = await doudi(['assess', '--input', known, '--at', '2026-10-01', '--set', 'nonsense', '--json']);
  assert.equal(usage.code, 2);
  assert.equal(usage.stdout, '');
});

test('the packs of the repository have no fault that can be seen before running', async () => {
  const done = await doudi(['policy', 'check', '--json']);
  assert.equal(done.code, 0, done.stdout);
  assert.deepEqual((JSON.parse(done.stdout) as { errors: unknown[] }).errors, []);
});
