import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run } from '../tools/run.ts';

/**
 * The Python that has these packages of PyPI (`name==version`), in a virtual environment below the user's cache folder,
 * made on first use. The peers live there only: the product needs no Python. Gives the interpreter's path.
 * @throws Error when python3 or PyPI cannot be reached
 */
export async function pythonWith(packages: readonly string[]): Promise<string> {
  const key = createHash('sha256').update(packages.join('\n')).digest('hex').slice(0, 12);
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'doudi-bench');
  const home = join(cache, key);
  const python = join(home, 'bin', 'python');
  if (existsSync(join(home, 'ready'))) return python;
  console.log(`  installing ${packages.join(' ')} from PyPI into ${home}`);
  mkdirSync(cache, { recursive: true });
  rmSync(home, { recursive: true, force: true });
  await ran('python3', ['-m', 'venv', home]);
  await ran(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
  mkdirSync(join(home, 'making'));
  renameSync(join(home, 'making'), join(home, 'ready'));
  return python;
}

async function ran(command: string, args: string[]): Promise<void> {
  const { code, output } = await run(command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${output}`);
}
