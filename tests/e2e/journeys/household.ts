import assert from 'node:assert/strict';
import { Seat } from '../browser.ts';
import type { Journey } from './journey.ts';

const reason = '上门核查前核对身份';

export const household: Journey[] = [
  {
    name: 'a covered number opens with a reason once per household, finds its household, and the trail shows it',
    run: async ({ browser, url, as }) => {
      const seat = await Seat.take(browser, url, 'desktop');
      await seat.signIn(as('township'));
      await seat.open('/leads?status=open');
      await seat.page.locator('tbody a').first().click();
      await seat.page.getByRole('link', { name: /打开家庭档案/ }).click();
      await seat.page.getByRole('heading', { name: '政策比对' }).waitFor();
      await seat.settled();
      await seat.inspect('household');
      const text = await seat.page.locator('main').innerText();
      assert.doesNotMatch(text, /\b\d{17}[\dXx]\b/, 'numbers are covered');

      const covers = seat.page.getByRole('button', { name: '查看完整身份证号' });
      const many = await covers.count();
      assert.ok(many > 0, 'there is a number to open');
      await covers.first().click();
      const dialog = seat.page.getByRole('dialog');
      await dialog.getByRole('button', { name: '填写原因并查看' }).click();
      await dialog.getByRole('alert').waitFor();
      await seat.inspect('unmask');
      await dialog.getByRole('button', { name: reason }).click();
      await dialog.getByRole('button', { name: '填写原因并查看' }).click();
      await dialog.waitFor({ state: 'hidden' });
      const shown = await seat.page.locator('.covered.shown span').first().innerText();
      assert.match(shown, /^\d{17}[\dX]$/);
      if (many > 1) {
        await covers.first().click();
        await seat.page.locator('.covered.shown').nth(1).waitFor();
        assert.equal(await dialog.isVisible(), false, 'the reason is asked once');
      }
      await seat.open('/households');
      await seat.page.getByLabel('搜索姓名、拼音或身份证号').fill(shown);
      await seat.page.getByRole('button', { name: '搜索家庭' }).click();
      await seat.page.locator('tbody tr').first().waitFor();
      assert.ok(!seat.page.url().includes(shown), 'the address does not hold the number');
      await seat.inspect('households');
      await seat.leave();

      const trail = await Seat.take(browser, url, 'desktop');
      await trail.signIn(as('audit-administrator'));
      await trail.open('/audit');
      await trail.page.getByText(reason).first().waitFor();
      await trail.page.getByText('链条完整').waitFor();
      assert.ok(!(await trail.page.locator('main').innerText()).includes(shown), 'the trail does not hold the number');
      await trail.inspect('audit');
      await trail.leave();
    },
  },
];
