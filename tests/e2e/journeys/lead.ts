import assert from 'node:assert/strict';
import { Seat } from '../browser.ts';
import type { Journey } from './journey.ts';

/** Numbers of “已核查 43 条，属实 39 条”; nothing verified yet is zero of zero. */
async function precision(seat: Seat): Promise<{ verified: number; confirmed: number }> {
  const text = await seat.page.locator('.precision').innerText();
  const found = /已核查 (\d+) 条，属实 (\d+) 条/.exec(text);
  return { verified: Number(found?.[1] ?? 0), confirmed: Number(found?.[2] ?? 0) };
}

/** Fills whatever the pack asks for: each group its first choice, each box a fitting value. */
async function fillForm(seat: Seat, verdict: string): Promise<void> {
  const form = seat.page.locator('form.verification');
  await form.getByRole('radio', { name: verdict, exact: true }).check();
  const fields = form.locator('fieldset:not(#verdict)');
  for (let at = 0; at < (await fields.count()); at += 1) await fields.nth(at).getByRole('radio').first().check();
  const boxes = form.locator('input[id^="answer-"]');
  for (let at = 0; at < (await boxes.count()); at += 1) {
    const box = boxes.nth(at);
    const kind = (await box.getAttribute('type')) === 'date' ? 'date' : await box.getAttribute('inputmode');
    await box.fill(
      kind === 'date' ? '2026-10-20' : kind === 'decimal' ? '120.50' : kind === 'numeric' ? '3' : '已核对',
    );
  }
  const texts = form.locator('textarea[id^="answer-"]');
  for (let at = 0; at < (await texts.count()); at += 1) await texts.nth(at).fill('已核对');
  await form.getByLabel(/^核查说明/).fill('入户看了住房和账本，问了本人和邻居。');
}

async function firstOpenLead(seat: Seat): Promise<string> {
  await seat.open('/leads?status=open');
  const row = seat.page.locator(seat.size === 'phone' ? '.cards a' : 'tbody a').first();
  return (await row.getAttribute('href')) ?? '';
}

export const lead: Journey[] = [
  {
    name: 'a township clerk works one lead to its verdict, and the precision of the rule changes',
    run: async ({ browser, url, as }) => {
      const seat = await Seat.take(browser, url, 'desktop');
      await seat.signIn(as('township'));
      await seat.page.getByRole('heading', { name: /^线索/ }).waitFor();
      const rows = seat.page.locator('tbody tr');
      await rows.first().waitFor();
      assert.ok((await rows.count()) > 1, 'the township has open leads');
      await seat.page.keyboard.press('j');
      await seat.page.keyboard.press('x');
      await seat.page.getByText('已选 1 条').first().waitFor();
      await seat.page.keyboard.press('j');
      const headline = (await seat.page.locator('tbody a:focus').innerText()).trim();
      await seat.page.keyboard.press('Enter');
      await seat.page.getByRole('heading', { level: 1, name: headline }).waitFor();
      await seat.settled();
      await seat.inspect('lead');

      await seat.page.getByRole('button', { name: '看原始记录' }).first().click();
      const drawer = seat.page.getByRole('dialog');
      await drawer.locator('dl dd').first().waitFor();
      assert.match(await drawer.innerText(), /第 \d+ 行/);
      assert.doesNotMatch(await drawer.innerText(), /\b\d{17}[\dXx]\b/, 'numbers come covered');
      await seat.inspect('evidence');
      await seat.page.keyboard.press('Escape');
      await drawer.waitFor({ state: 'hidden' });

      const before = await precision(seat);
      await seat.page.getByRole('button', { name: '提交核查结果' }).click();
      await seat.page.locator('.verification .summary').waitFor();
      await seat.inspect('lead-faults');
      await fillForm(seat, '属实');
      await seat.page.getByText('已存在本机').first().waitFor();
      await seat.page.getByRole('button', { name: '提交核查结果' }).click();
      await seat.page.locator('.verified').getByText('核查结果：属实').waitFor();
      const after = await precision(seat);
      assert.deepEqual(after, { verified: before.verified + 1, confirmed: before.confirmed + 1 });
      await seat.inspect('lead-verified');
      await seat.leave();
    },
  },
  {
    name: 'what is typed at the doorstep survives a reload and a lost network, and is sent once',
    run: async ({ browser, url, as }) => {
      const seat = await Seat.take(browser, url, 'phone');
      await seat.signIn(as('township'));
      const address = await firstOpenLead(seat);
      await seat.open(address);
      await seat.inspect('lead-phone');
      await seat.page.getByRole('button', { name: '填写核查结果' }).click();
      await seat.page.locator('form.verification').waitFor();
      await fillForm(seat, '不属实');
      await seat.page.getByText('已存在本机').first().waitFor();
      await seat.inspect('verify');
      await seat.page.reload();
      await seat.page.locator('form.verification').waitFor();
      assert.ok(await seat.page.getByRole('radio', { name: '不属实', exact: true }).isChecked(), 'draft survived');

      const sent: string[] = [];
      seat.page.on('request', (request) => {
        if (request.url().endsWith('/verification')) sent.push(request.postData() ?? '');
      });
      await seat.page.evaluate('navigator.serviceWorker.ready.then(() => true)');
      await seat.context.setOffline(true);
      await seat.page.reload();
      await seat.page.getByText('网络已断开').waitFor();
      await seat.page.locator('form.verification').waitFor();
      await seat.page.getByRole('button', { name: '提交核查结果' }).click();
      await seat.page.getByText('1 份核查结果还没有发送').first().waitFor();
      await seat.page.screenshot({ path: new URL('../screenshots/unsent-390.png', import.meta.url).pathname });
      await seat.context.setOffline(false);
      await seat.page.locator('.verified').getByText('核查结果：不属实').waitFor();
      const keys = new Set(sent.map((body) => (JSON.parse(body) as { key: string }).key));
      assert.equal(keys.size, 1, 'every attempt carries the same key');
      // The shell is kept, answers are not: nothing of a person lies in the worker's cache.
      const cached = (await seat.page.evaluate(
        `caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name).then((cache) => cache.keys()))))
          .then((all) => all.flat().map((request) => new URL(request.url).pathname))`,
      )) as string[];
      assert.ok(cached.length > 0, 'the shell is kept');
      assert.deepEqual(
        cached.filter((path) => path.startsWith('/api/')),
        [],
      );
      await seat.leave();
    },
  },
  {
    name: 'filters live in the address, what is searched for does not',
    run: async ({ browser, url, as }) => {
      const seat = await Seat.take(browser, url, 'desktop');
      await seat.signIn(as('county'));
      await seat.open('/leads?kind=missed&status=open');
      const kinds = await seat.page.locator('tbody tr td:nth-child(5)').allInnerTexts();
      assert.ok(kinds.length > 0 && kinds.every((text) => text.endsWith('应救未救')), 'the address filtered');
      const head = (await seat.page.locator('tbody tr td:nth-child(3) b').first().innerText()).slice(0, 1);
      const answered = seat.page.waitForResponse(
        (answer) => answer.url().endsWith('/api/leads/search') && (answer.request().postData() ?? '').includes(head),
      );
      await seat.page.getByLabel('搜索姓名、拼音或身份证号').fill(head);
      await answered;
      assert.ok(!decodeURIComponent(seat.page.url()).includes(head), 'the address does not say who was searched for');
      assert.ok((await seat.page.evaluate('JSON.stringify([localStorage, sessionStorage])')) !== undefined);
      const kept = (await seat.page.evaluate('JSON.stringify(localStorage)')) as string;
      assert.ok(!kept.includes(head), 'nor does the device');
      await seat.leave();
    },
  },
];
