import assert from 'node:assert/strict';
import { test } from 'node:test';
import { feedsOfInputs, supplierOf } from './suppliers.ts';

test('each input knows the feeds it comes from', () => {
  const feeds = feedsOfInputs();
  assert.deepEqual(feeds.get('wage'), ['employment']);
  assert.deepEqual(feeds.get('deceased'), ['deaths-police', 'deaths-health', 'deaths-cremation']);
  assert.deepEqual(feeds.get('land_rent'), ['land']);
  assert.deepEqual(feeds.get('on_destitute'), ['assistance']);
  assert.equal(feeds.get('obligors'), undefined);
});

test('a missing input is asked of whoever has it', () => {
  const departments = new Map([
    ['employment', '人社'],
    ['deaths-police', '公安'],
  ]);
  const of = (input: string) => supplierOf(input, feedsOfInputs(), departments);
  assert.equal(of('wage'), '人社');
  assert.equal(of('deceased'), '公安、deaths-health、deaths-cremation');
  assert.equal(of('declared_other_income'), '家庭申报');
  assert.equal(of('financial_assets'), '家庭申报或授权核对');
});
