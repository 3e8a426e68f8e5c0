import { type Account, openBrowser } from './browser.ts';
import { openDesk } from './desk.ts';
import { accounts as accountJourneys } from './journeys/accounts.ts';
import { departments } from './journeys/departments.ts';
import { entry } from './journeys/entry.ts';
import { household } from './journeys/household.ts';
import { intake } from './journeys/intake.ts';
import type { Stage } from './journeys/journey.ts';
import { lead } from './journeys/lead.ts';
import { links } from './journeys/links.ts';
import { everyPage } from './journeys/pages.ts';
import { policies } from './journeys/policies.ts';

const persons = 3000;
const wanted = process.argv[2] ?? '';

async function accountsOf(url: string): Promise<Account[]> {
  const answer = await fetch(`${url}/api/demo/accounts`);
  if (!answer.ok) throw new Error(`/api/demo/accounts answered ${answer.status}: the desk is not a demonstration`);
  const body = (await answer.json()) as Account[] | { accounts: Account[] };
  return Array.isArray(body) ? body : body.accounts;
}

const desk = await openDesk(persons);
let passed = 0;
let failed = 0;
try {
  const accounts = await accountsOf(desk.url);
  const browser = await openBrowser();
  const as = (role: string): Account => {
    const account = accounts.find((one) => one.role === role);
    if (!account) throw new Error(`no demo account of role ${role}`);
    return account;
  };
  const stage: Stage = { browser, url: desk.url, accounts, as };
  for (const journey of [
    ...entry,
    ...everyPage,
    ...lead,
    ...links,
    ...household,
    ...departments,
    ...intake,
    ...policies,
    ...accountJourneys,
  ]) {
    if (!journey.name.includes(wanted)) continue;
    try {
      await journey.run(stage);
      passed += 1;
      console.log(`ok    ${journey.name}`);
    } catch (thrown) {
      failed += 1;
      console.log(
        `FAIL  ${journey.name}\n      ${String(thrown instanceof Error ? thrown.message : thrown).slice(0, 1500)}`,
      );
    }
  }
  await browser.close();
} finally {
  await desk.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
