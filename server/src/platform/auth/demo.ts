import { randomInt } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '@doudi/contracts';
import { system, type Tx } from '../database/index.ts';
import { failed } from '../errors.ts';
import type { Installation } from '../installation.ts';
import { openAuth } from './library.ts';
import {
  countResidents,
  type DivisionRow,
  findActorByName,
  findDivisions,
  insertActor,
  insertMandate,
  upsertGrant,
} from './store.ts';

/** An account of the demonstration, with its password in clear: it opens nothing but made-up people. */
export interface DemoAccount {
  username: string;
  displayName: string;
  role: Role;
  division: string | null;
  divisionId: number | null;
  password: string;
}

/** Towns shown first when the county has them; otherwise the first two that have villages. */
const TOWNS = ['双沟镇', '上塘镇'];
/** Letters and digits that are not mistaken for each other on a screen. */
const PLAIN = 'abcdefghjkmnpqrstuvwxyz23456789';

const file = (dataDir: string) => join(dataDir, 'demo.json');

/**
 * Opens the accounts of a demonstration: two towns with a clerk and a village assistant each, county, supervisor, an auditor
 * with a mandate for one town, and the three administrators. Doing it again changes nothing.
 * @throws not-demo on a data directory that is not marked as a demonstration
 */
export async function seedDemoAccounts(
  installation: Pick<Installation, 'dir' | 'urls' | 'db' | 'keys' | 'demo'>,
): Promise<DemoAccount[]> {
  if (!installation.demo)
    throw failed('not-demo', '此数据目录不是演示目录，不设演示账号', '请用 doudi demo 新建演示目录');
  const password = savedPassword(installation.dir) ?? `${word(4)}-${word(4)}-${word(4)}`;
  const auth = openAuth({ url: installation.urls.auth, keys: installation.keys, origin: 'http://localhost' });
  try {
    const accounts = await installation.db.withActor(system('设置演示账号'), async (tx) => {
      const wanted = demoAccounts(await findDivisions(tx), await countResidents(tx), password);
      const ids = new Map<string, string>();
      for (const account of wanted) {
        const known = await findActorByName(tx, account.username);
        ids.set(account.username, known ?? (await open(tx, account)));
      }
      return wanted;

      async function open(within: Tx, account: DemoAccount): Promise<string> {
        const id = (await auth.accountOf(account.username)) ?? (await auth.openAccount(account));
        await insertActor(within, { id, username: account.username, displayName: account.displayName });
        await upsertGrant(within, { actorId: id, role: account.role, divisionId: account.divisionId });
        if (account.role === 'auditor') {
          const town = wanted.find((a) => a.role === 'township');
          if (town?.divisionId)
            await insertMandate(within, {
              auditorId: id,
              divisionId: town.divisionId,
              title: '社会救助资金专项审计（演示）',
              ...mandateDates(within.clock.today()),
            });
        }
        within.audit({ action: 'account.open', object: `account/${id}`, details: { role: account.role } });
        return id;
      }
    });
    writeFileSync(file(installation.dir), `${JSON.stringify({ password, accounts }, null, 2)}\n`, { mode: 0o600 });
    return accounts;
  } finally {
    await auth.close();
  }
}

/** The demonstration's accounts, or undefined where there are none (no demonstration). */
export function readDemoAccounts(installation: Pick<Installation, 'dir' | 'demo'>): DemoAccount[] | undefined {
  if (!installation.demo || !existsSync(file(installation.dir))) return undefined;
  return (JSON.parse(readFileSync(file(installation.dir), 'utf8')) as { accounts: DemoAccount[] }).accounts;
}

function savedPassword(dataDir: string): string | undefined {
  return existsSync(file(dataDir))
    ? (JSON.parse(readFileSync(file(dataDir), 'utf8')) as { password?: string }).password
    : undefined;
}

function demoAccounts(
  divisions: readonly DivisionRow[],
  residents: ReadonlyMap<number, number>,
  password: string,
): DemoAccount[] {
  // The village with most people first: there is most to see.
  const villagesOf = (town: DivisionRow) =>
    divisions
      .filter((d) => d.level === 'village' && d.parent_id === town.id)
      .sort((a, b) => (residents.get(b.id) ?? 0) - (residents.get(a.id) ?? 0));
  const towns = divisions.filter((d) => d.level === 'township' && villagesOf(d).length > 0);
  const first = TOWNS.map((name) => towns.find((d) => d.name === name)).filter((d) => d !== undefined);
  const chosen = [...first, ...towns.filter((d) => !first.includes(d))].slice(0, 2);
  const county = divisions.find((d) => d.id === chosen[0]?.parent_id);
  if (!county || chosen.length < 2)
    throw failed('demo-divisions', '区划里没有两个带村居的乡镇', '请先导入区划：规则包须含 divisions.csv');
  const account = (username: string, displayName: string, role: Role, division?: DivisionRow): DemoAccount => ({
    username,
    displayName,
    role,
    division: division?.name ?? null,
    divisionId: division?.id ?? null,
    password,
  });
  return [
    ...chosen.flatMap((town, i) => [
      account(`town${i + 1}`, `${town.name}民政办经办`, 'township', town),
      account(`village${i + 1}`, `${villagesOf(town)[0]?.name ?? ''}协理员`, 'village', villagesOf(town)[0]),
    ]),
    account('county', `${county.name}民政局社会救助股`, 'county', county),
    account('supervisor', `${county.name}民政局分管领导`, 'supervisor', county),
    account('auditor', '审计组', 'auditor'),
    account('sysadmin', '系统管理员', 'system-administrator'),
    account('secadmin', '安全管理员', 'security-administrator'),
    account('auditadmin', '审计管理员', 'audit-administrator'),
  ];
}

/** From the first of the month before, for half a year. */
function mandateDates(today: string): { from: string; until: string } {
  const [year = 0, month = 1] = today.split('-').map(Number);
  const day = (months: number) => new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
  return { from: day(-1), until: day(5) };
}

const word = (length: number) => Array.from({ length }, () => PLAIN[randomInt(PLAIN.length)]).join('');
