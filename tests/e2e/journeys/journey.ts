import type { Browser } from 'playwright-core';
import type { Account } from '../browser.ts';

export type Stage = {
  browser: Browser;
  url: string;
  accounts: readonly Account[];
  /** The account of a role; fails when the demonstration has none. */
  as: (role: string) => Account;
};
export type Journey = { name: string; run: (stage: Stage) => Promise<void> };
