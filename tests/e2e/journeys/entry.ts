import assert from 'node:assert/strict';
import { Seat } from '../browser.ts';
import type { Journey } from './journey.ts';

const navigation: Record<string, string[]> = {
  village: ['本月', '线索', '认人', '家庭', '政策'],
  township: ['本月', '线索', '认人', '家庭', '政策'],
  county: ['本月', '线索', '认人', '家庭', '政策', '试算', '部门数据'],
  supervisor: ['本月', '线索', '认人', '家庭', '政策', '试算', '部门数据'],
  auditor: ['本月', '线索', '认人', '家庭', '政策', '部门数据', '审计留痕', '检查授权书'],
  'system-administrator': ['账号与授权'],
  'security-administrator': ['账号与授权', '检查授权书'],
  'audit-administrator': ['审计留痕', '检查授权书'],
};

export const entry: Journey[] = [
  {
    name: 'a wrong password is refused in words that help',
    run: async ({ browser, url }) => {
      const seat = await Seat.take(browser, url, 'desktop');
      await seat.open('/');
      await seat.page.getByLabel('用户名').fill('nobody-here');
      await seat.page.getByLabel('密码', { exact: true }).fill('wrong-password-1');
      await seat.page.getByRole('button', { name: '登录工作台' }).click();
      await seat.page.getByRole('alert').getByText('用户名或密码不对').waitFor();
      await seat.inspect('sign-in-refused');
      await seat.leave();
    },
  },
  {
    name: 'sign-in page',
    run: async ({ browser, url }) => {
      for (const size of ['desktop', 'phone'] as const) {
        const seat = await Seat.take(browser, url, size);
        await seat.open('/');
        await seat.inspect('sign-in');
        await seat.leave();
      }
    },
  },
  {
    name: 'each role sees its own pages and no other',
    run: async ({ browser, url, accounts }) => {
      const roles = new Set(accounts.map((account) => account.role));
      assert.deepEqual([...roles].sort(), Object.keys(navigation).sort(), 'demo accounts cover the roles');
      for (const role of roles) {
        const account = accounts.find((one) => one.role === role);
        if (!account) continue;
        const seat = await Seat.take(browser, url, 'desktop');
        await seat.signIn(account);
        const links = await seat.page.getByRole('navigation', { name: '主导航' }).getByRole('link').allTextContents();
        assert.deepEqual(links, navigation[role], role);
        const foreign = role.endsWith('administrator') ? '/leads' : '/users';
        await seat.open(foreign);
        await seat.page.getByText('您的角色不能打开这一页').waitFor();
        await seat.leave();
      }
    },
  },
  {
    name: 'the desk speaks English by a switch, and remembers it',
    run: async ({ browser, url, as }) => {
      const seat = await Seat.take(browser, url, 'desktop');
      await seat.signIn(as('township'));
      await seat.page.getByRole('button', { name: 'English' }).click();
      await seat.page.getByRole('heading', { name: /^Leads/ }).waitFor();
      await seat.open('/leads');
      await seat.page.getByRole('heading', { name: /^Leads/ }).waitFor();
      await seat.inspect('leads-english');
      await seat.leave();
    },
  },
  {
    name: 'signing out closes the desk',
    run: async ({ browser, url, as }) => {
      const seat = await Seat.take(browser, url, 'desktop');
      await seat.signIn(as('township'));
      await seat.page.getByRole('button', { name: '退出登录' }).click();
      await seat.page.getByRole('heading', { name: '登录' }).waitFor();
      await seat.open('/leads');
      await seat.page.getByRole('heading', { name: '登录' }).waitFor();
      await seat.leave();
    },
  },
];
