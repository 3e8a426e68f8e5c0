import { type DemoAccount, seedDemoAccounts } from '../../platform/auth/index.ts';
import { openTestBed, type TestBed } from '../../platform/database/testing.ts';
import { bundleOf } from '../../platform/packs/index.ts';
import { type HttpDoor, type HttpOptions, startHttp } from './index.ts';
import type { LogLine } from './log.ts';

/** A browser of one person: keeps cookies, speaks JSON. */
export interface Visitor {
  get(path: string): Promise<Reply>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Reply>;
}
export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  // The tests look into answers of every route.
  body: Record<string, unknown>;
}

/** The web door on a test bed with the accounts of a demonstration. */
export interface TestDoor {
  bed: TestBed;
  door: HttpDoor;
  accounts: DemoAccount[];
  lines: LogLine[];
  /** A visitor who is nobody yet. */
  visitor(): Visitor;
  /** A visitor signed in under a name of the demonstration. */
  as(username: string): Promise<Visitor>;
  close(): Promise<void>;
}

/** Divisions of the tests: a county of two towns with a village each; the second town took over an abolished one. */
export const DIVISIONS = `
  insert into registry.division (id, level, parent_id) values
    (1, 'province', null), (2, 'city', 1), (3, 'county', 2), (10, 'township', 3), (11, 'village', 10),
    (20, 'township', 3), (21, 'village', 20), (30, 'township', 3), (12, 'village', 10);
  insert into registry.division_name (division_id, code, name, valid_from, valid_to) values
    (1, '320000', '江苏省', '2019-01-01', null), (2, '321300', '宿迁市', '2019-01-01', null),
    (3, '321324', '泗洪县', '2019-01-01', null), (10, '321324101', '双沟镇', '2019-01-01', null),
    (11, '321324101201', '罗岗村', '2019-01-01', null), (12, '321324101202', '草庙村', '2019-01-01', null),
    (20, '321324102', '上塘镇', '2019-01-01', null), (21, '321324102201', '垫湖村', '2019-01-01', null),
    (30, '321324199', '旧镇', '2019-01-01', '2020-07-01');
  insert into registry.division_succession (from_id, to_id, effective, cite) values (30, 20, '2020-07-01', 'test');`;

/** Opens the door; `prepare` writes rows before anybody comes. */
export async function openTestDoor(
  options: Partial<HttpOptions> & { prepare?: (bed: TestBed) => Promise<void>; demo?: boolean } = {},
): Promise<TestDoor> {
  const bed = await openTestBed();
  await bed.admin.query(DIVISIONS);
  const { prepare, demo = true, ...http } = options;
  await prepare?.(bed);
  const installation = { ...bed, bundle: bundleOf([]), demo };
  const accounts = await seedDemoAccounts({ ...installation, demo: true });
  const lines: LogLine[] = [];
  const door = await startHttp(installation, { port: 0, log: (line) => lines.push(line), ...http });
  const visitor = () => browser(door.url);
  return {
    bed,
    door,
    accounts,
    lines,
    visitor,
    async as(username) {
      const password = accounts.find((a) => a.username === username)?.password;
      const person = visitor();
      const reply = await person.post('/api/auth/sign-in/username', { username, password });
      if (reply.status !== 200) throw new Error(`sign-in of ${username}: ${reply.status} ${reply.text}`);
      return person;
    },
    async close() {
      await door.close();
      await bed.close();
    },
  };
}

/** A browser that has opened nothing yet. */
export function browser(url: string): Visitor {
  const jar = new Map<string, string>();
  const ask = async (path: string, init: RequestInit): Promise<Reply> => {
    const headers = new Headers(init.headers);
    headers.set('cookie', [...jar].map(([k, v]) => `${k}=${v}`).join('; '));
    const response = await fetch(`${url}${path}`, { ...init, headers, redirect: 'manual' });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const at = pair.indexOf('=');
      if (/max-age=0/i.test(cookie)) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const text = await response.text();
    const body = /^[{[]/.test(text) ? (JSON.parse(text) as Record<string, unknown>) : {};
    return { status: response.status, headers: response.headers, text, body };
  };
  return {
    get: (path) => ask(path, { method: 'GET' }),
    post: (path, body, headers) =>
      ask(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', origin: url, ...headers },
      }),
  };
}
