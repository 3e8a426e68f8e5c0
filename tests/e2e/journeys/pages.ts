import assert from 'node:assert/strict';
import { Seat, type Size } from '../browser.ts';
import type { Journey } from './journey.ts';

type Visit = { role: string; name: string; path: string | 'first lead' | 'first household' | 'first quarantine' };

const visits: readonly Visit[] = [
  { role: 'county', name: 'month', path: '/month' },
  { role: 'county', name: 'quarantine', path: 'first quarantine' },
  { role: 'county', name: 'departments', path: '/departments?show=expected' },
  { role: 'county', name: 'departments-other', path: '/departments?show=other' },
  {
    role: 'county',
    name: 'quality',
    path: `/departments/quality?department=${encodeURIComponent('医保')}&period=2026-10`,
  },
  { role: 'county', name: 'leads', path: '/leads?status=open' },
  { role: 'county', name: 'lead-county', path: 'first lead' },
  { role: 'county', name: 'household-county', path: 'first household' },
  { role: 'county', name: 'households-empty', path: '/households' },
  { role: 'county', name: 'account', path: '/account' },
  { role: 'village', name: 'leads-village', path: '/leads?status=open' },
  { role: 'village', name: 'month-village', path: '/month' },
  { role: 'auditor', name: 'leads-auditor', path: '/leads' },
  { role: 'auditor', name: 'audit-auditor', path: '/audit' },
  { role: 'supervisor', name: 'month-supervisor', path: '/month' },
  { role: 'system-administrator', name: 'users-system', path: '/users' },
  { role: 'security-administrator', name: 'users-security', path: '/users' },
  { role: 'security-administrator', name: 'mandates', path: '/mandates' },
];

async function go(seat: Seat, path: Visit['path']): Promise<void> {
  if (path === 'first quarantine') {
    await seat.open('/month');
    await seat.page.locator('.number-link[href^="/feeds/"]').first().click();
    await seat.page.getByRole('navigation', { name: '隔离原因' }).waitFor();
  } else if (path === 'first lead' || path === 'first household') {
    await seat.open('/leads?status=open');
    await seat.page
      .locator(seat.size === 'phone' ? '.cards a' : 'tbody a')
      .first()
      .click();
    await seat.page.locator('.lead-head h1').waitFor();
    if (path === 'first household') {
      await seat.page.getByRole('link', { name: /打开家庭档案/ }).click();
      await seat.page.getByRole('heading', { name: '政策比对' }).waitFor();
    }
  } else await seat.open(path);
  await seat.settled();
}

function journeyAt(size: Size, role: string): Journey {
  return {
    name: `pages of ${role} on a ${size}: accessible, no wider than the screen`,
    run: async ({ browser, url, as }) => {
      const seat = await Seat.take(browser, url, size);
      await seat.signIn(as(role));
      for (const visit of visits.filter((one) => one.role === role)) {
        await go(seat, visit.path);
        await seat.inspect(visit.name);
      }
      await seat.leave();
    },
  };
}

const roles = [...new Set(visits.map((visit) => visit.role))];

const flow: Journey = {
  name: 'a band of the month opens its list',
  run: async ({ browser, url, as }) => {
    const seat = await Seat.take(browser, url, 'desktop');
    await seat.signIn(as('county'));
    await seat.open('/month');
    await seat.page
      .locator('.flow-chart svg')
      .getByText(/^待核查 /)
      .click();
    await seat.page.waitForURL(/\/leads\?/);
    const address = new URL(seat.page.url());
    assert.deepEqual([address.pathname, address.searchParams.get('status')], ['/leads', 'open']);
    await seat.leave();
  },
};

/** Every page at both sizes, by the roles that have it. */
export const everyPage: Journey[] = [
  ...roles.flatMap((role) => [journeyAt('desktop', role), journeyAt('phone', role)]),
  flow,
];
