import { addMonths } from '../../../platform/calendar/index.ts';
import { civilDate } from '../../../platform/clock.ts';
import { sql, type Tx } from '../../../platform/database/index.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { exchangeRule } from '../sharing/rules.ts';
import { destroyKey } from '../store.ts';
import { findExpiredExchanges, forgetList } from './lists.ts';

/** One thing that was destroyed, as the record says it. */
export interface Destroyed {
  what: 'raw' | 'list';
  objectId: string;
  feed: string;
  period: string | null;
  rule: string;
  destroyedAt: string;
}

/**
 * Destroys what has been kept as long as the packs allow, by forgetting its data key: raw files of deliveries, and lists
 * sent to departments with the raw file of their answer. Accepted rows, accounts and the record of use stay. Doing it
 * again changes nothing.
 */
export async function runRetention(tx: Tx, bundle: Bundle): Promise<Destroyed[]> {
  const today = tx.clock.today();
  const done: Destroyed[] = [];
  const raw = exchangeRule(bundle, 'raw-retention', today);
  const list = exchangeRule(bundle, 'list-retention', today);
  const destroy = async (what: 'raw' | 'list', objectId: string, feed: string, period: string | null, rule: string) => {
    // A corrected row is the delivered row again, sealed apart; it goes with the file it came in.
    if (what === 'raw')
      await sql`delete from intake.correction c using intake.quarantine q
        where q.id = c.quarantine_id and q.delivery_id = ${objectId}`.execute(tx.db);
    await sql`insert into intake.destruction (what, object_id, feed, period, rule, destroyed_at, destroyed_by)
      values (${what}, ${objectId}, ${feed}, ${period}, ${rule}, ${tx.clock.now()}, ${tx.actor.id})`.execute(tx.db);
    tx.audit({
      action: what === 'raw' ? 'intake.raw.destroy' : 'exchange.list.destroy',
      object: `${what === 'raw' ? 'delivery' : 'exchange'}/${objectId}`,
      details: { feed, period, reason: rule },
    });
    done.push({ what, objectId, feed, period, rule, destroyedAt: tx.clock.now().toISOString() });
  };
  for (const exchange of await findExpiredExchanges(tx, today)) {
    const rule = `${list.title}（至 ${exchange.retain_until}）：${list.cite}`;
    await forgetList(tx, exchange.id);
    await destroy('list', exchange.id, exchange.feed, exchange.period, rule);
    if (exchange.delivery_id && (await destroyKey(tx, exchange.delivery_id, 'raw')))
      await destroy('raw', exchange.delivery_id, exchange.feed, exchange.period, rule);
  }
  const { rows } = await sql<{ id: string; feed: string; period: string; received_at: Date }>`
    select d.id, d.feed, d.period, d.received_at from intake.delivery d
    join intake.delivery_key k on k.delivery_id = d.id and k.part = 'raw' and k.wrapped is not null
    order by d.received_at, d.id`.execute(tx.db);
  for (const row of rows) {
    const until = lastDay(civilDate(row.received_at), raw.value);
    if (until >= today || !(await destroyKey(tx, row.id, 'raw'))) continue;
    await destroy('raw', row.id, row.feed, row.period, `${raw.title}（${raw.value} 个月，至 ${until}）：${raw.cite}`);
  }
  return done;
}

/** The last day on which something received on a civil date is kept; a day that the month lacks is its last. */
export function lastDay(received: string, months: number): string {
  const month = addMonths(received.slice(0, 7), months);
  for (let day = Number(received.slice(8)); ; day--) {
    const date = `${month}-${String(day).padStart(2, '0')}`;
    const at = new Date(`${date}T00:00:00Z`);
    if (!Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === date) return date;
  }
}

/** What was destroyed so far, the newest first. */
export async function listDestroyed(tx: Tx, limit = 200): Promise<Destroyed[]> {
  const { rows } = await sql<{
    what: 'raw' | 'list';
    object_id: string;
    feed: string;
    period: string | null;
    rule: string;
    destroyed_at: Date;
  }>`
    select what, object_id, feed, period, rule, destroyed_at from intake.destruction order by id desc limit ${limit}`.execute(
    tx.db,
  );
  return rows.map((r) => ({
    what: r.what,
    objectId: r.object_id,
    feed: r.feed,
    period: r.period,
    rule: r.rule,
    destroyedAt: r.destroyed_at.toISOString(),
  }));
}
