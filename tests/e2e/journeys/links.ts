import assert from 'node:assert/strict';
import { Seat } from '../browser.ts';
import type { Journey } from './journey.ts';

/** Which question stands on the screen: two of them may have the same covered words. */
async function question(seat: Seat): Promise<string> {
  const id = new URL(seat.page.url()).pathname.split('/').at(-1) ?? '';
  await seat.page.locator(`.link-page[data-link="${id}"] h1`).waitFor();
  return id;
}

/** Presses a key and waits until another question stands there. */
async function press(seat: Seat, key: string): Promise<string> {
  const before = seat.page.url();
  await seat.page.keyboard.press(key);
  await seat.page.waitForURL((url) => url.toString() !== before);
  await seat.settled();
  return question(seat);
}

export const links: Journey[] = [
  {
    name: 'a county clerk reviews three links by keyboard, sees the evidence add up, and undoes one',
    run: async ({ browser, url, as }) => {
      const seat = await Seat.take(browser, url, 'desktop');
      await seat.signIn(as('county'));
      await seat.open('/links');
      await seat.page.locator('tbody tr').first().waitFor();
      assert.ok((await seat.page.locator('tbody tr').count()) >= 4, 'there are links to review');
      await seat.inspect('links');
      await seat.page.getByRole('button', { name: '从第一条开始核对' }).click();
      await seat.page.locator('.link-page h1').waitFor();
      await seat.settled();
      await seat.inspect('link');
      assert.doesNotMatch(await seat.page.locator('.sides').innerText(), /\b\d{17}[\dXx]\b/, 'numbers come covered');

      const first = await question(seat);
      const second = await press(seat, 'j');
      assert.notEqual(second, first);
      assert.equal(await press(seat, 'k'), first);
      const address = seat.page.url();
      await press(seat, 'y');
      await seat.page.locator('.said').getByText('已记为本人').waitFor();
      await press(seat, 'n');
      await seat.page.locator('.said').getByText('已记为不是本人').waitFor();
      const third = await press(seat, 'y');
      assert.notEqual(third, first);
      // U takes back what was decided last, which is another question than the one on the screen.
      await press(seat, 'u');
      await seat.page.locator('.said').getByText('已撤销结论').waitFor();
      await seat.page.getByRole('button', { name: '是本人（Y）' }).waitFor();

      await seat.open(new URL(address).pathname);
      await seat.page.locator('.decided').getByText('是本人').first().waitFor();
      await seat.inspect('link-decided');
      await seat.page.keyboard.press('?');
      await seat.page.getByRole('dialog').getByText('撤销刚才的结论').waitFor();
      await seat.inspect('link-help');
      await seat.page.keyboard.press('?');
      await seat.page.getByRole('dialog').waitFor({ state: 'hidden' });

      await seat.open('/links?state=decided');
      assert.equal(await seat.page.locator('tbody tr').count(), 2);
      await seat.leave();
    },
  },
  {
    name: 'the evidence of a weighed link adds up, and the full text is shown for a reason that is in the trail',
    run: async ({ browser, url, as }) => {
      const seat = await Seat.take(browser, url, 'desktop');
      await seat.signIn(as('county'));
      await seat.open('/links?sort=weight');
      await seat.page.locator('tbody a').first().click();
      await seat.page.locator('.waterfall').waitFor();
      const numbers = await seat.page.locator('.waterfall tbody td.num').allInnerTexts();
      const of = (text: string) => Number(text.replace('−', '-').replace('+', ''));
      const total = of(await seat.page.locator('.waterfall tfoot td.num').innerText());
      const sum = numbers.map(of).reduce((a, b) => a + b, 0);
      assert.ok(Math.abs(sum - total) < 0.05 * (numbers.length + 1), `${sum} is not ${total}`);
      const reason = '核对两边写法';
      await seat.page.keyboard.press('r');
      const dialog = seat.page.getByRole('dialog');
      await dialog.getByRole('textbox').fill(reason);
      await dialog.getByRole('button', { name: '看全文（R）' }).click();
      await seat.page.getByText('已显示全文，查看已留痕').waitFor();
      await dialog.waitFor({ state: 'hidden' });
      await seat.inspect('link-weighed');
      await seat.open('/links?view=conflicts');
      await seat.inspect('link-conflicts');
      await seat.leave();

      const trail = await Seat.take(browser, url, 'desktop');
      await trail.signIn(as('audit-administrator'));
      await trail.open('/audit');
      await trail.page.getByText(reason).first().waitFor();
      await trail.leave();
    },
  },
  {
    name: 'the review on a phone, and for one who only reads',
    run: async ({ browser, url, as }) => {
      const seat = await Seat.take(browser, url, 'phone');
      await seat.signIn(as('county'));
      await seat.open('/links?sort=weight');
      await seat.page.locator('.cards a').first().waitFor();
      await seat.inspect('links');
      await seat.page.locator('.cards a').first().click();
      await seat.page.locator('.link-page h1').waitFor();
      await seat.settled();
      await seat.inspect('link');
      await seat.open('/links?view=conflicts');
      await seat.inspect('link-conflicts');
      await seat.leave();

      const reader = await Seat.take(browser, url, 'desktop');
      await reader.signIn(as('supervisor'));
      await reader.open('/links');
      await reader.page.locator('tbody a').first().click();
      await reader.page.getByText('您的角色只能查看，不能下结论。').waitFor();
      assert.equal(await reader.page.getByRole('button', { name: '是本人（Y）' }).count(), 0);
      await reader.leave();
    },
  },
];
