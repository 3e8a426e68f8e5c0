import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doudi } from '../doudi.ts';

test('what cannot be read or is not known is refused before a database is opened, with the way to mend it', async () => {
  const lacking = await doudi(['authorisations', 'import', '/nowhere/consents.csv', '--json']);
  assert.equal(lacking.code, 2);
  const { error } = JSON.parse(lacking.stderr) as { error: { code: string; cure: string } };
  assert.equal(error.code, 'file-unreadable');
  assert.ok(error.cure.length > 0 && !lacking.stderr.includes('/nowhere'));
  const unknown = await doudi(['sharing', 'record', 'some-id', 'answered', '--json']);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /agreed/);
});

test('a list is never sent without saying what for', async () => {
  const done = await doudi(['exchange', 'send', 'income-tax', '--period', '2026-10']);
  assert.equal(done.code, 2);
  assert.match(done.stderr, /--purpose/);
});
