import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const checker = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = fileURLToPath(new URL('screenshots/', import.meta.url));

export type Account = { username: string; role: string; division: string | null; password: string };
export type Size = 'desktop' | 'phone';
export const widths: Record<Size, number> = { desktop: 1440, phone: 390 };

/** Opens the installed Chromium; it must not talk to anybody but the desk. */
export async function openBrowser(): Promise<Browser> {
  await mkdir(shots, { recursive: true });
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  });
}

/** One person at one screen; collects what must not happen: script errors and requests to other places. */
export class Seat {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly size: Size;
  readonly url: string;
  readonly faults: string[] = [];

  private constructor(page: Page, context: BrowserContext, size: Size, url: string) {
    this.page = page;
    this.context = context;
    this.size = size;
    this.url = url;
    page.on('pageerror', (error) => this.faults.push(`script: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) {
        this.faults.push(`console: ${message.text().slice(0, 200)}`);
      }
    });
    context.on('request', (request) => {
      const address = request.url();
      if (!address.startsWith(url) && !/^(data|blob):/.test(address)) this.faults.push(`outside: ${address}`);
    });
  }

  static async take(browser: Browser, url: string, size: Size): Promise<Seat> {
    const context = await browser.newContext({
      viewport: { width: widths[size], height: size === 'phone' ? 844 : 900 },
      hasTouch: size === 'phone',
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
    });
    context.setDefaultTimeout(15_000);
    return new Seat(await context.newPage(), context, size, url);
  }

  /** Opens an address of the desk and waits until nothing is being read any more. */
  async open(path: string): Promise<void> {
    await this.page.goto(this.url + path);
    await this.settled();
  }

  async settled(): Promise<void> {
    await this.page.waitForLoadState('networkidle');
    await this.page.locator('.state-loading').first().waitFor({ state: 'detached' });
  }

  /** Signs in through the form, as a person does. */
  async signIn(account: Account): Promise<void> {
    await this.open('/');
    await this.page.getByLabel('用户名').fill(account.username);
    await this.page.getByLabel('密码', { exact: true }).fill(account.password);
    await this.page.getByRole('button', { name: '登录工作台' }).click();
    await this.page.getByRole('navigation', { name: '主导航' }).waitFor();
    await this.settled();
  }

  /** Screenshot, accessibility, and width of what is on the screen now. */
  async inspect(name: string): Promise<void> {
    await this.page.evaluate('window.scrollTo(0, 0)');
    await this.page.screenshot({ path: `${shots}${name}-${widths[this.size]}.png`, fullPage: true });
    const wide = (await this.page.evaluate('document.documentElement.scrollWidth')) as number;
    assert.ok(wide <= widths[this.size], `${name}: page is ${wide} px wide`);
    const violations = await this.violations();
    assert.deepEqual(violations, [], `${name} at ${widths[this.size]}: accessibility`);
  }

  private async violations(): Promise<string[]> {
    // The desk's own policy forbids foreign scripts in the page, so the checker is evaluated by the driver.
    if ((await this.page.evaluate('typeof window.axe')) === 'undefined') await this.page.evaluate(await checker);
    // Sunlight: on the phone the contrast has to reach 7:1, not 4.5:1.
    const rules = this.size === 'phone' ? "{'color-contrast-enhanced': {enabled: true}}" : '{}';
    return (await this.page.evaluate(
      `axe.run(document, {rules: ${rules}}).then((r) => r.violations
        .filter((v) => v.impact === 'serious' || v.impact === 'critical')
        .map((v) => v.id + ' ' + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 140)).join(' | ')))`,
    )) as string[];
  }

  async leave(): Promise<void> {
    await this.context.close();
    assert.deepEqual(this.faults, [], 'the page had errors');
  }
}
