import { createHmac, randomBytes } from 'node:crypto';
import { Seat } from '../browser.ts';
import type { Journey } from './journey.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The six digits of RFC 6238 (SHA-1, 30 seconds) for a secret in base32. */
function totp(secret: string, at: number): string {
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const hash = createHmac('sha1', key).update(counter).digest();
  const from = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

export const accounts: Journey[] = [
  {
    name: 'the second factor is enrolled, asked for at sign-in, and taken away again',
    run: async ({ browser, url, as }) => {
      const person = as('supervisor');
      const seat = await Seat.take(browser, url, 'phone');
      await seat.signIn(person);
      await seat.open('/account');
      await seat.page.getByRole('button', { name: '启用动态验证码' }).click();
      await seat.page.getByLabel('为确认是您本人，请填写当前密码').fill(person.password);
      await seat.page.getByRole('button', { name: '启用动态验证码' }).click();
      await seat.page.getByRole('img', { name: '验证器二维码' }).waitFor();
      await seat.inspect('second-factor');
      const secret = (await seat.page.locator('.second-factor > code').innerText()).replaceAll(' ', '');
      await seat.page.getByLabel('填写验证器上的 6 位数字，完成启用').fill(totp(secret, Date.now()));
      await seat.page.getByRole('button', { name: '完成启用' }).click();
      await seat.page.getByText('动态验证码已启用').waitFor();
      await seat.page.getByRole('button', { name: '退出登录' }).click();

      await seat.page.getByLabel('用户名').fill(person.username);
      await seat.page.getByLabel('密码', { exact: true }).fill(person.password);
      await seat.page.getByRole('button', { name: '登录工作台' }).click();
      await seat.page.getByRole('heading', { name: '第二步：动态验证码' }).waitFor();
      await seat.inspect('second-step');
      await seat.page.getByLabel('动态验证码').fill(totp(secret, Date.now()));
      await seat.page.getByRole('button', { name: '验证并登录' }).click();
      await seat.page.getByRole('navigation', { name: '主导航' }).waitFor();

      await seat.open('/account');
      await seat.page.getByRole('button', { name: '停用动态验证码' }).click();
      await seat.page.getByLabel('为确认是您本人，请填写当前密码').fill(person.password);
      await seat.page.getByRole('button', { name: '停用动态验证码' }).click();
      await seat.page.getByText('动态验证码已停用').waitFor();
      await seat.leave();
    },
  },
  {
    name: 'one administrator opens an account, another gives the role, and only then does it open the desk',
    run: async ({ browser, url, as }) => {
      const username = `e2e-${randomBytes(4).toString('hex')}`;
      const person = { username, password: randomBytes(9).toString('hex'), role: 'supervisor', division: null };
      const system = await Seat.take(browser, url, 'desktop');
      await system.signIn(as('system-administrator'));
      await system.open('/users');
      await system.page.getByRole('button', { name: '开立账号' }).click();
      const opening = system.page.getByRole('dialog');
      await opening.getByRole('button', { name: '开立账号' }).click();
      await opening.getByText('请填写姓名').waitFor();
      await system.inspect('account-open');
      await opening.getByLabel(/^用户名/).fill(username);
      await opening.getByLabel(/^姓名/).fill(`新同事 ${username}`);
      await opening.getByLabel(/^初始密码/).fill(person.password);
      await opening.getByRole('button', { name: '开立账号' }).click();
      await system.page.getByText('已开立，请安全保密员授予角色').waitFor();
      await system.leave();

      const early = await Seat.take(browser, url, 'desktop');
      await early.open('/');
      await early.page.getByLabel('用户名').fill(username);
      await early.page.getByLabel('密码', { exact: true }).fill(person.password);
      await early.page.getByRole('button', { name: '登录工作台' }).click();
      await early.page.getByRole('alert').first().waitFor();
      await early.leave();

      const security = await Seat.take(browser, url, 'desktop');
      await security.signIn(as('security-administrator'));
      await security.open('/users');
      await security.page.getByRole('button', { name: `给 新同事 ${username} 授予角色和辖区` }).click();
      const granting = security.page.getByRole('dialog');
      await granting.getByLabel(/^角色/).click();
      await security.page.getByTitle('上级督导', { exact: true }).click();
      await granting.getByLabel(/^辖区/).fill('泗洪县');
      await security.page.getByTitle('泗洪县', { exact: true }).waitFor();
      await security.inspect('account-choices');
      await security.page.getByTitle('泗洪县', { exact: true }).click();
      await security.inspect('account-grant');
      await granting.getByRole('button', { name: '授予角色' }).click();
      await security.page.getByText(`已给 新同事 ${username} 授权`).waitFor();
      await security.leave();

      const seat = await Seat.take(browser, url, 'desktop');
      await seat.signIn(person);
      await seat.page.getByRole('heading', { name: /月度总览$/ }).waitFor();
      await seat.leave();
    },
  },
];
