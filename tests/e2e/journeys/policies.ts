import assert from 'node:assert/strict';
import { Seat, type Size } from '../browser.ts';
import type { Journey } from './journey.ts';

const ORDINARY: readonly [string, string][] = [
  ['城乡', '农村'],
  ['已申报收入', '是'],
];

/** Fills the form for one man of forty without anything, in the countryside, who declared an income. */
async function fillFamily(seat: Seat, income: string): Promise<void> {
  const { page } = seat;
  for (const [label, value] of ORDINARY) {
    const field = page.getByLabel(label, { exact: true });
    if ((await field.count()) > 0) await field.first().selectOption({ label: value });
  }
  await page.getByRole('textbox', { name: /^申报其他月收入/ }).fill(income);
  await page.getByLabel('出生日期', { exact: true }).fill('1985-06-01');
  for (const button of await page.getByRole('button', { name: '其余都填“没有”' }).all()) await button.click();
  const none = page.getByLabel('已查明没有');
  if ((await none.count()) > 0) await none.check();
}

function tryAt(size: Size): Journey {
  return {
    name: `try a family on a ${size}: unknown is told apart from none, the trace and the letter say why, nothing is sent`,
    run: async ({ browser, url, as }) => {
      const seat = await Seat.take(browser, url, size);
      const { page } = seat;
      await seat.signIn(as('township'));
      await seat.open('/policies/try');
      await page.getByRole('heading', { name: '试算一个家庭' }).waitFor();
      const sent: string[] = [];
      seat.context.on('request', (request) =>
        sent.push(`${request.method()} ${request.url()} ${request.postData() ?? ''}`),
      );
      await page.getByRole('button', { name: '算一算' }).click();
      await page.locator('.try-result').getByText('暂不能确定').first().waitFor();
      await page.locator('.trace-missing').first().waitFor();
      await fillFamily(seat, '433.17');
      await page.getByRole('button', { name: '算一算' }).click();
      await page.getByText('经核算').first().waitFor();
      await page.getByText('433.17').first().waitFor();
      await seat.inspect('try-family');
      const before = page.url();
      await page.getByRole('button', { name: '给家庭的说明信' }).first().click();
      const letter = page.getByRole('dialog');
      await letter.getByText('测算结果的说明').waitFor();
      await letter.getByText('不是审核确认的决定').waitFor();
      await seat.inspect('letter');
      await page.emulateMedia({ media: 'print' });
      assert.ok(await page.locator('.letter-sheet').isVisible(), 'the sheet is what is printed');
      assert.ok(!(await page.locator('#root').isVisible()), 'and nothing of the desk around it');
      await page.emulateMedia({ media: 'screen' });
      assert.equal(page.url(), before);
      assert.ok(!/433|1985/.test(before), 'the address holds nothing of the family');
      assert.deepEqual(
        sent.filter((line) => /433|1985/.test(line) || /^POST/.test(line)),
        [],
        'nothing that was filled in left the browser',
      );
      await seat.leave();
    },
  };
}

function pagesAt(size: Size): Journey {
  return {
    name: `programmes on a ${size}: the rule in words, its parameters by place, its source; whom it covers`,
    run: async ({ browser, url, as }) => {
      const seat = await Seat.take(browser, url, size);
      const { page } = seat;
      await seat.signIn(as('village'));
      await seat.open('/policies');
      await page.getByRole('heading', { name: '政策与待遇' }).waitFor();
      await seat.inspect('policies');
      await page.locator('a[href="/policies/subsistence"]').first().click();
      await page.getByRole('heading', { name: '规则', exact: true }).waitFor();
      await page.getByText('家庭月收入 < 低保标准合计').or(page.getByText('家庭月收入 < 低保线合计')).first().waitFor();
      await page.locator('.source-editor .cm-line').first().waitFor();
      await seat.settled();
      await seat.inspect('programme');
      assert.ok((await page.locator('main').innerText()).includes('社会救助法第十八条'));
      await seat.leave();
    },
  };
}

function simulateAt(size: Size): Journey {
  return {
    name: `simulate +70 on the standard on a ${size}: cost, townships, and the list opens a family`,
    run: async ({ browser, url, as }) => {
      const seat = await Seat.take(browser, url, size);
      const { page } = seat;
      await seat.signIn(as('county'));
      await seat.open('/simulations');
      const field = page.getByLabel(/^低保标准改为/);
      await field.waitFor();
      const now = Number(await page.locator('.parameter-line .now b').first().innerText());
      assert.ok(now > 100, 'the standard that holds now is shown');
      await page.getByLabel('名称').fill(`标准提高70元 ${size}`);
      await field.fill('-5');
      await page.getByRole('alert').first().waitFor();
      assert.ok(
        await page.getByRole('button', { name: '开始试算' }).isDisabled(),
        'a value that cannot be is not sent',
      );
      await field.fill((now + 70).toFixed(2));
      await page.getByText('改规则', { exact: true }).click();
      await page
        .locator('.cm-content')
        .getByText(`${(now + 70).toFixed(2)}`)
        .waitFor();
      await seat.inspect('simulation-form');
      await page.getByRole('button', { name: '开始试算' }).click();
      await page.getByRole('heading', { name: '总的变化' }).waitFor({ timeout: 60_000 });
      await seat.settled();
      await page.getByRole('heading', { name: /最低生活保障：按乡镇/ }).waitFor();
      await seat.inspect('simulation');
      const list = page.locator('#changed');
      const first = list.locator(size === 'phone' ? '.cards a' : 'tbody a').first();
      await first.waitFor();
      await first.click();
      await page.getByRole('heading', { name: '政策比对' }).waitFor();
      await page.waitForURL(/\/households\//);
      await seat.leave();
    },
  };
}

const faults: Journey = {
  name: 'a rule written wrong is underlined where it is wrong, and is not sent',
  run: async ({ browser, url, as }) => {
    const seat = await Seat.take(browser, url, 'desktop');
    const { page } = seat;
    await seat.signIn(as('county'));
    await seat.open('/simulations');
    await page.getByText('改规则', { exact: true }).click();
    const editor = page.locator('.cm-content');
    await editor.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('reform: x\nset: { subsistence.standrd: 700.00 }\n');
    await page.getByText('第 2 行第 8 列').waitFor();
    await page.locator('.cm-lintRange-error').first().waitFor();
    assert.ok(await page.getByRole('button', { name: '开始试算' }).isDisabled());
    await seat.inspect('simulation-faults');
    await seat.leave();
  },
};

const stored: Journey = {
  name: 'a stored decision opens its full basis and its letter on the household’s page',
  run: async ({ browser, url, as }) => {
    const seat = await Seat.take(browser, url, 'desktop');
    const { page } = seat;
    await seat.signIn(as('township'));
    await seat.open('/leads?status=open');
    await page.locator('tbody a').first().click();
    await page.getByRole('link', { name: /打开家庭档案/ }).click();
    await page.getByRole('heading', { name: '政策比对' }).waitFor();
    await page.getByRole('button', { name: '看完整依据' }).first().click();
    await page.getByRole('heading', { name: '怎么算出来的' }).waitFor({ timeout: 30_000 });
    await page.locator('.trace-tree .step.of-condition').first().waitFor();
    await seat.inspect('stored-trace');
    await page.getByRole('button', { name: '给家庭的说明信' }).first().click();
    await page.getByRole('dialog').getByText('测算结果的说明').waitFor();
    await seat.leave();
  },
};

/** Policies: programmes, try a family, the basis of a decision, simulation. */
export const policies: Journey[] = [
  pagesAt('desktop'),
  pagesAt('phone'),
  tryAt('desktop'),
  tryAt('phone'),
  simulateAt('desktop'),
  simulateAt('phone'),
  faults,
  stored,
];
