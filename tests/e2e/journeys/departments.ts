import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Seat } from '../browser.ts';
import type { Journey } from './journey.ts';

const officer: Journey = {
  name: 'the data officer asks a department for its file, records the answer and sends the quality report',
  run: async ({ browser, url, as }) => {
    const seat = await Seat.take(browser, url, 'desktop');
    const { page } = seat;
    await seat.signIn(as('county'));
    await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '部门数据' }).click();
    await seat.settled();
    await page.getByRole('button', { name: /^按需与未商定/ }).click();
    await page.getByRole('button', { name: '提出申请 船舶登记' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: '提出申请' }).click();
    await dialog.getByText('请至少写四个字').waitFor();
    await dialog.getByLabel('用途').fill('低保动态核查需要船舶登记');
    await seat.inspect('departments-ask');
    await dialog.getByRole('button', { name: '提出申请' }).click();
    await dialog.waitFor({ state: 'detached' });
    const requests = page.locator('.requests');
    await requests.getByText('未办结 1 件').waitFor();
    await requests.getByRole('button', { name: /申请提供 船舶登记/ }).click();
    await page.getByRole('dialog').getByText('10 个工作日内答复').waitFor();
    await seat.inspect('departments-request');
    await page.getByRole('dialog').getByRole('combobox', { name: '发生了什么' }).click();
    await page.getByTitle('对方同意').click();
    await page.getByRole('dialog').getByRole('button', { name: '记录进展' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await requests.getByText('待提供').waitFor();

    await page.getByRole('button', { name: /^在报数据/ }).click();
    await page.getByRole('link', { name: '医保 质量反馈' }).first().click();
    await page.getByRole('heading', { name: /医保.*数据质量反馈/ }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: '下载文书（.docx）' }).click(),
    ]);
    assert.match(download.suggestedFilename(), /^医保-.*\.docx$/);
    const bytes = await readFile(await download.path());
    assert.equal(bytes.subarray(0, 2).toString(), 'PK');
    await seat.leave();
  },
};

const onlooker: Journey = {
  name: 'who only looks on is shown requests and asks for nothing',
  run: async ({ browser, url, as }) => {
    const seat = await Seat.take(browser, url, 'desktop');
    await seat.signIn(as('supervisor'));
    await seat.open('/departments?show=all');
    await seat.page.getByRole('heading', { name: /部门数据/ }).waitFor();
    assert.equal(await seat.page.getByRole('button', { name: /^提出申请/ }).count(), 0);
    await seat.leave();
  },
};

/** Departments, their files and the requests to them. */
export const departments: Journey[] = [officer, onlooker];
