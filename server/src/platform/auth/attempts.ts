import type pg from 'pg';
import type { Clock } from '../clock.ts';
import type { Keyring } from '../crypto/index.ts';

/** Locking out of those who try passwords (GB/T 22239-2019 三级: 登录失败处理). */
export interface AttemptLimits {
  /** Tries in one window before an account is locked. */
  account: number;
  /** Tries in one window before a network address is locked; an office shares one address. */
  address: number;
  /** Length of the window, and of the lock, in minutes. */
  minutes: number;
}
export const ATTEMPT_LIMITS: AttemptLimits = { account: 5, address: 100, minutes: 15 };

export interface Attempts {
  /** Counts one try before the password is looked at, so that tries at once cannot slip past; false when locked. */
  begin(account: string, address: string): Promise<boolean>;
  /** Forgets the tries of an account that signed in, and takes this one off its address. */
  succeeded(account: string, address: string): Promise<void>;
}

/** Tries kept in schema `auth`, by blind index: a password typed into the name field is not kept. */
export function openAttempts(pool: pg.Pool, keys: Keyring, clock: Clock, limits: AttemptLimits): Attempts {
  const subject = (kind: string, text: string) => keys.blindIndex(`sign-in ${kind}`, text).toString('hex');
  const count = async (key: string, limit: number): Promise<boolean> => {
    const { rows } = await pool.query<{ locked: boolean }>(
      `insert into auth.attempt as a (subject, tries, since) values ($1, 1, $2)
       on conflict (subject) do update set
         tries = case when fresh.value then 1 else a.tries + 1 end,
         since = case when fresh.value then excluded.since else a.since end,
         locked_until = case
           when a.locked_until > $2 then a.locked_until
           when not fresh.value and a.tries + 1 > $3 then $2::timestamptz + make_interval(mins => $4) end
       returning coalesce(locked_until > $2, false) as locked`.replaceAll(
        'fresh.value',
        '(a.since < $2::timestamptz - make_interval(mins => $4) and coalesce(a.locked_until <= $2, true))',
      ),
      [key, clock.now(), limit, limits.minutes],
    );
    return rows[0]?.locked === false;
  };
  return {
    async begin(account, address) {
      const free = await count(subject('address', address), limits.address);
      return (await count(subject('account', account.toLowerCase()), limits.account)) && free;
    },
    async succeeded(account, address) {
      await pool.query('delete from auth.attempt where subject = $1', [subject('account', account.toLowerCase())]);
      await pool.query('update auth.attempt set tries = greatest(tries - 1, 0) where subject = $1', [
        subject('address', address),
      ]);
    },
  };
}
