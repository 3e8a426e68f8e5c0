import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ScoredLead, type TruthRow, tally, unexplained } from './tally.ts';
import { parseCsv } from './truth-file.ts';

const row = (over: Partial<TruthRow>): TruthRow => ({
  period: '2026-09',
  household: '1',
  kind: 'undue',
  cause: 'undue-vehicle',
  distance: 0.03,
  undetermined: false,
  ...over,
});
const lead = (over: Partial<ScoredLead>): ScoredLead => ({
  period: '2026-09',
  lastFound: '2026-09',
  household: '1',
  kind: 'undue',
  cause: 'undue-vehicle',
  undetermined: false,
  ...over,
});
const periods = ['2026-09', '2026-10'];

test('a lasting condition is found in later months by the lead raised before, as long as it was still found', () => {
  const truth = [row({}), row({ period: '2026-10' })];
  assert.equal(tally(truth, [lead({ lastFound: '2026-10' })], periods)[1]?.recall, 1);
  assert.equal(tally(truth, [lead({})], periods)[1]?.recall, 0.5);
  assert.equal(tally(truth, [lead({ period: '2026-10', lastFound: '2026-10' })], periods)[1]?.recall, 0.5);
});

test('a lead is right only with household, cause and period; the undetermined count apart on both sides', () => {
  const truth = [row({}), row({ household: '2', undetermined: true }), row({ household: null })];
  const leads = [
    lead({}),
    lead({ household: '2', undetermined: true }),
    lead({ household: '3' }),
    lead({ cause: 'undue-company' }),
  ];
  const undue = tally(truth, leads, periods)[1];
  assert.equal(undue?.planted, 2);
  assert.equal(undue?.found, 1);
  assert.equal(undue?.leads, 3);
  assert.equal(undue?.precision, 0.3333);
  const vehicle = undue?.causes.find((c) => c.cause === 'undue-vehicle');
  assert.deepEqual(vehicle?.undetermined, { planted: 1, found: 1, leads: 1, right: 1, recall: 1, precision: 1 });
  assert.deepEqual(vehicle?.distance, [{ band: '≤5%', planted: 2, found: 1, recall: 0.5 }]);
  assert.equal(unexplained(truth, leads, periods).missed.length, 1);
  assert.equal(unexplained(truth, leads, periods).wrong.length, 2);
});

test('truth of a month that was not run is not counted', () => {
  assert.equal(tally([row({ period: '2026-11' })], [], periods)[1]?.planted, 0);
});

test('a truth file is read with quotes, byte order mark and either line end', () => {
  assert.deepEqual(parseCsv('\uFEFFperiod,note\r\n2026-09,"a, ""b""\nc"\n'), [
    { period: '2026-09', note: 'a, "b"\nc' },
  ]);
});
