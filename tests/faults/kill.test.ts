import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { doudi, removeData } from '../doudi.ts';

// The line is killed with SIGKILL at random moments of `doudi run`; after each, every promise holds, and at the end
// the result is that of a run nobody disturbed. Nightly: 25 kills at 5,000 persons.
const nightly = process.env.DOUDI_NIGHTLY === '1';
const KILLS = nightly ? 25 : 3;
const PERSONS = nightly ? 5_000 : 2_000;
const SEED = 11;
const PERIOD = '2026-10';

const dir = mkdtempSync(join(tmpdir(), 'doudi-kill-'));
after(() => {
  for (const data of ['calm', 'killed', 'restored']) removeData(join(dir, data));
  rmSync(dir, { recursive: true, force: true });
});

interface Lead {
  kind: string;
  cause: string;
  level: string;
  undetermined: boolean;
  headline: string;
}

async function ok(args: string[]): Promise<unknown> {
  const done = await doudi([...args, '--json']);
  assert.equal(done.code, 0, done.stderr);
  return JSON.parse(done.stdout);
}

/** Leads without ids and times: what must be equal however often the run was killed. */
async function projection(data: string): Promise<string[]> {
  const leads = (await ok(['leads', 'list', '--period', PERIOD, '--data', data])) as Lead[];
  return leads.map((l) => [l.kind, l.cause, l.level, l.undetermined, l.headline].join('|')).sort();
}

test(`killed at ${KILLS} random moments of doudi run, nothing is lost, counted twice or changed`, async () => {
  const county = join(dir, 'county');
  await ok([
    'synth',
    '--division',
    '321324',
    '--persons',
    String(PERSONS),
    '--months',
    '1',
    '--seed',
    String(SEED),
    '--end',
    PERIOD,
    '--out',
    county,
  ]);
  const folder = join(county, 'deliveries', PERIOD);
  const files = readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
  const [calm, killed] = [join(dir, 'calm'), join(dir, 'killed')];
  for (const data of [calm, killed]) await ok(['intake', ...files, '--data', data, '--now', '2026-11-03']);

  const undisturbed = await doudi(['run', '--period', PERIOD, '--data', calm, '--now', '2026-11-03', '--json']);
  assert.equal(undisturbed.code, 0, undisturbed.stderr);
  const expected = await projection(calm);
  assert.ok(expected.length > 10, 'the undisturbed run must raise leads, else equality says nothing');

  const moments = fc.sample(fc.double({ min: 0.02, max: 0.98, noNaN: true }), { numRuns: KILLS, seed: SEED });
  let hits = 0;
  for (let attempt = 0; hits < KILLS && attempt < KILLS * 3; attempt++) {
    // A pack that differs by one comment makes a new pin, so that a finished run does not end the trial.
    const pack = join(dir, 'packs', `note-${attempt}`);
    mkdirSync(pack, { recursive: true });
    writeFileSync(join(pack, 'pack.yaml'), `id: note\ntitle: 备注 ${attempt}\ndivision: '650000'\nparent: national\n`);
    const run = ['run', '--period', PERIOD, '--data', killed, '--packs', pack, '--now', '2026-11-03', '--json'];
    const moment = moments[hits] ?? 0.5;
    const done = await doudi(run, { killAfterMs: moment * undisturbed.ms });
    if (done.killed) hits++;
    const verified = (await ok(['verify', '--data', killed, '--now', '2026-11-03'])) as {
      ok: boolean;
      checks: { name: string; broken: string[] }[];
    };
    assert.ok(verified.ok, JSON.stringify(verified.checks.filter((c) => c.broken.length > 0)));
    const finished = await doudi(run);
    assert.equal(finished.code, 0, finished.stderr);
  }
  assert.equal(hits, KILLS, 'not every kill hit a running process');
  assert.deepEqual(await projection(killed), expected);

  // The same pin again changes nothing and says so.
  const again = (await ok(['run', '--period', PERIOD, '--data', calm, '--now', '2026-11-03'])) as { repeated: boolean };
  assert.equal(again.repeated, true);
  assert.deepEqual(await projection(calm), expected);

  // A corrected file makes an increment; killed and taken up again, it leaves what an undisturbed one leaves.
  const corrected = join(dir, 'employment.csv');
  const lines = readFileSync(join(folder, 'employment.csv'), 'latin1').split('\n');
  writeFileSync(corrected, lines.slice(0, -4).join('\n'), 'latin1');
  const month = ['--feed', 'employment', '--period', PERIOD];
  for (const data of [calm, killed]) await ok(['intake', corrected, ...month, '--data', data, '--now', '2026-11-04']);
  const increment = (data: string) => ['run', '--period', PERIOD, '--data', data, '--now', '2026-11-04', '--json'];
  const steady = await doudi(increment(calm));
  assert.equal(steady.code, 0, steady.stderr);
  assert.ok((JSON.parse(steady.stdout) as { increment: unknown }).increment, 'only the touched are computed');
  const afterwards = await projection(calm);
  const broken = await doudi(increment(killed), { killAfterMs: (moments[0] ?? 0.5) * steady.ms });
  assert.ok(broken.killed, 'the kill hit a running increment');
  const resumed = (await ok(increment(killed))) as { increment: unknown };
  assert.ok(resumed.increment);
  assert.ok(((await ok(['verify', '--data', killed, '--now', '2026-11-04'])) as { ok: boolean }).ok);
  assert.deepEqual(await projection(killed), afterwards);

  // A backup restored elsewhere verifies and holds the same leads.
  await ok(['backup', '--data', killed, '--out', join(dir, 'backup')]);
  const restored = (await ok(['restore', '--from', join(dir, 'backup'), '--data', join(dir, 'restored')])) as {
    verified: { ok: boolean };
  };
  assert.ok(restored.verified.ok);
  assert.deepEqual(await projection(join(dir, 'restored')), afterwards);
});
