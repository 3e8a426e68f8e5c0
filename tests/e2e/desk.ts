import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { removeData } from '../doudi.ts';

const cli = fileURLToPath(new URL('../../server/src/entry/cli.ts', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
const patience = 120_000;

/** A desk that answers, and how to end it. */
export type Desk = { url: string; close: () => Promise<void> };

/**
 * Builds a small county with `doudi demo` and serves it; with DOUDI_E2E_URL set, uses the desk that already runs there.
 * DOUDI_E2E_DATA keeps the county between runs.
 */
export async function openDesk(persons: number): Promise<Desk> {
  const running = process.env.DOUDI_E2E_URL;
  if (running) return { url: running.replace(/\/$/, ''), close: async () => undefined };
  const kept = process.env.DOUDI_E2E_DATA;
  const data = kept ?? (await mkdtemp(join(tmpdir(), 'doudi-e2e-')));
  await finished(
    run(['demo', '--persons', String(persons), '--months', '2', '--no-serve', '--data', data, '--json'], 'inherit'),
    'doudi demo',
  );
  const port = await freePort();
  const log = join(data, 'serve.log');
  const serving = run(['serve', '--data', data, '--port', String(port)], openSync(log, 'w'));
  const url = `http://127.0.0.1:${port}`;
  const close = async () => {
    const ended = new Promise((done) => serving.once('exit', done));
    if (serving.exitCode === null) {
      serving.kill('SIGTERM');
      await ended;
    }
    if (!kept) removeData(data);
  };
  try {
    await healthy(url, serving);
  } catch (thrown) {
    console.error((await readFile(log, 'utf8')).slice(-2000));
    await close();
    throw thrown;
  }
  return { url, close };
}

/** What a command says goes to the file, or to our own stderr; its stdout is a program's and is not shown. */
function run(args: string[], said: number | 'inherit'): ChildProcess {
  return spawn(process.execPath, [cli, ...args], { cwd: root, stdio: ['ignore', 'ignore', said] });
}

async function finished(child: ChildProcess, what: string): Promise<void> {
  const code = await new Promise<number | null>((done) => child.once('exit', done));
  if (code !== 0) throw new Error(`${what} ended with ${code}`);
}

async function healthy(url: string, serving: ChildProcess): Promise<void> {
  const until = performance.now() + patience;
  while (performance.now() < until) {
    if (serving.exitCode !== null) throw new Error(`doudi serve ended with ${serving.exitCode}`);
    const answer = await fetch(`${url}/api/health`).catch(() => undefined);
    if (answer?.ok) return;
    await wait(200);
  }
  throw new Error('doudi serve did not become healthy');
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? done(address.port) : failed(new Error('no port'))));
    });
  });
}
