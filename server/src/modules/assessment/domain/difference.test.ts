import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DeliveryRead, differences, type Read, turnedFeeds } from './difference.ts';

const delivery = (given: Partial<DeliveryRead>): DeliveryRead => ({
  ...{ feed: 'vehicle', kind: 'snapshot', deliveryId: 'a', period: '2026-10', accepted: 'a.parquet', links: 'la' },
  ...given,
});
const read = (deliveries: DeliveryRead[], states: Read['states'] = { vehicle: 'fresh' }): Read => ({
  deliveries,
  states,
  facts: null,
});

test('a feed that came to be fresh, stale or missing, or speaks of another month, concerns everyone; released rows do not', () => {
  const base = read([delivery({})]);
  assert.deepEqual(turnedFeeds(base, read([delivery({})], { vehicle: 'stale' })), [
    { why: 'feed-fresh-to-stale', feed: 'vehicle' },
  ]);
  assert.deepEqual(turnedFeeds(read([], {}), base), [{ why: 'feed-missing-to-fresh', feed: 'vehicle' }]);
  assert.deepEqual(turnedFeeds(base, read([delivery({ deliveryId: 'b', period: '2026-09' })])), [
    { why: 'feed-of-another-month', feed: 'vehicle' },
  ]);
  assert.deepEqual(turnedFeeds(base, read([delivery({}), delivery({ deliveryId: 'part' })])), []);
  const events = (period: string) => delivery({ feed: 'moves', kind: 'events', deliveryId: period, period });
  assert.deepEqual(turnedFeeds(read([events('2026-10')], {}), read([events('2026-09'), events('2026-10')], {})), []);
});

test('files, links and decisions that only one of two runs read are the difference', () => {
  const same = delivery({ feed: 'land', deliveryId: 'c' });
  const now = delivery({ deliveryId: 'b', accepted: 'b.parquet' });
  assert.deepEqual(differences(read([delivery({}), same]), read([now, same])), [
    { feed: 'vehicle', kind: 'snapshot', before: [delivery({})], now: [now], decided: [] },
  ]);
  const linked = delivery({ links: 'other' });
  assert.deepEqual(differences(read([delivery({})]), read([linked]))[0]?.now, [linked]);
  const decided = delivery({ decided: 'lines' });
  assert.deepEqual(differences(read([delivery({})]), read([decided]))[0]?.decided, [
    { before: delivery({}), now: decided },
  ]);
  assert.deepEqual(differences(read([same]), read([same])), []);
});
