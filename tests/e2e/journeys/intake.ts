import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Seat, type Size } from '../browser.ts';
import type { Journey } from './journey.ts';

const HEADER = '号牌号码,所有人证件号,所有人,车辆类型,使用性质,初次登记日期,车辆价值(元),车辆状态';
/** A month long past of a snapshot feed: what is done here changes nothing that other journeys look at. */
const monthOf: Record<Size, string> = { desktop: '2024-01', phone: '2024-02' };

/** A file with two good rows and two that can be corrected. */
const vehicles = (month: string): string =>
  [
    HEADER,
    `苏N${month}1,,张三,小型轿车,非营运,2019-03-05,81000.50,正常`,
    `苏N${month}2,,李四,火箭,非营运,2019-03-05,81000.50,正常`,
    `苏N${month}3,,王五,小型轿车,非营运,2020-02-30,3000,正常`,
    `苏N${month}4,,赵六,小型轿车,非营运,2020-02-28,3000,正常`,
    '',
  ].join('\n');

function filesAt(size: Size): Journey {
  return {
    name: `a file on a ${size} is previewed, taken in, its rows corrected in place and by a file, and released`,
    run: async ({ browser, url, as }) => {
      const seat = await Seat.take(browser, url, size);
      const { page } = seat;
      const month = monthOf[size];
      await seat.signIn(as('county'));
      await seat.open(`/feeds/vehicle/${month}/upload`);
      await page.getByText('还没有选择文件').waitFor();
      const send = (text: string) =>
        page
          .getByLabel('选择文件')
          .and(page.locator('input'))
          .setInputFiles({ name: '车辆.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
      await send('号牌,谁\n1,2\n');
      await page.getByRole('alert').filter({ hasText: '没有找到表头' }).waitFor({ timeout: 60_000 });
      await send(vehicles(month));
      await page.getByRole('heading', { name: '预览 车辆.csv' }).waitFor({ timeout: 60_000 });
      await page.getByText('“车辆类型”不在代码表中').waitFor();
      await seat.inspect('upload-preview');
      await page.getByRole('button', { name: '导入 2 行' }).click();
      await page.getByText('已导入，计入下一次月度运行。').waitFor({ timeout: 60_000 });
      await page.getByRole('link', { name: '打开隔离的行' }).click();
      await page.getByText('收到 4 = 接收 2').waitFor();

      // In place: the faulty column comes first; saved and released at once.
      await page.getByRole('button', { name: '更正这一行 2' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('车辆类型').fill('小型轿车');
      await dialog.getByText('部门报送：火箭').waitFor();
      await seat.inspect('quarantine-correct');
      await dialog.getByRole('button', { name: '保存并放行' }).click();
      await page.getByText('放行完毕：接收 1 行').waitFor({ timeout: 60_000 });
      await page.getByText('收到 4 = 接收 3').waitFor();

      // By a file: downloaded, corrected, sent back, released.
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: '下载更正模板' }).click(),
      ]);
      const template = await readFile(await download.path(), 'utf8');
      assert.ok(template.includes('2020-02-30'));
      await page
        .getByLabel('上传更正文件')
        .and(page.locator('input'))
        .setInputFiles({
          name: '更正.csv',
          mimeType: 'text/csv',
          buffer: Buffer.from(template.replace('2020-02-30', '2020-02-27')),
        });
      await page.getByText('已更正 1 行，请放行').waitFor();
      await page.getByText('已更正，待放行').first().waitFor();
      await seat.inspect('quarantine-corrected');
      await page.getByRole('button', { name: '放行已更正的行' }).click();
      await page.getByText('没有隔离的行').waitFor({ timeout: 60_000 });
      await page.getByText('收到 4 = 接收 4').waitFor();

      // The corrected file of the month is shown against what is in force before it replaces it.
      await seat.open(`/feeds/vehicle/${month}/upload`);
      await send(
        vehicles(month)
          .replace('火箭', '摩托车')
          .replace(/.*赵六.*\n/, ''),
      );
      await page.getByText(`将替换 ${month} 已收的文件：`).waitFor({ timeout: 60_000 });
      await page.getByText(/变更 1、消失 \d、相同 1/).waitFor();
      await seat.leave();
    },
  };
}

const onlooker: Journey = {
  name: 'who only looks on sees why rows were set aside, and cannot correct or send',
  run: async ({ browser, url, as }) => {
    const seat = await Seat.take(browser, url, 'desktop');
    await seat.signIn(as('supervisor'));
    await seat.open('/feeds/medical/2026-10');
    await seat.page.getByRole('heading', { name: /隔离的行/ }).waitFor();
    assert.equal(await seat.page.getByRole('button', { name: /更正|放行/ }).count(), 0);
    await seat.open('/feeds/medical/2026-10/upload');
    await seat.page.getByText('您的角色不能打开这一页').waitFor();
    await seat.leave();
  },
};

/** Files sent from the desk, and the rows that were set aside. */
export const intake: readonly Journey[] = [filesAt('desktop'), filesAt('phone'), onlooker];
