import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readCalendar } from '../../../platform/calendar/index.ts';
import { DoudiError } from '../../../platform/errors.ts';
import { bundleOf, readBundle } from '../../../platform/packs/index.ts';
import { duesOf, earlierOf } from './clock.ts';
import { feedWords } from './contracts.ts';
import { headlineOf, ruleCondition, saysOf } from './describe.ts';
import { hundredths, readSignals } from './read-signals.ts';
import { filled, worded, yuan } from './sentence.ts';

const bundle = readBundle([fileURLToPath(new URL('../../../../../packs', import.meta.url))]);
const book = readSignals(bundle);
const signal = (id: string) => {
  const found = book.signals.find((s) => s.id === id);
  assert.ok(found, id);
  return found;
};

test('every signal has bilingual words, a citation and a clock for each of its levels', () => {
  assert.equal(book.signals.length >= 24, true);
  for (const s of book.signals) {
    const clocks = s.clock ?? book.procedure.clock;
    for (const { level } of s.levels) assert.ok(clocks[level], `${s.id} ${level}`);
    assert.equal(s.levels.at(-1)?.when, undefined, `${s.id}: the last level has no condition`);
  }
});

test('the nearest division and the newest date give a threshold, and none is an error that names it', () => {
  const limits = book.thresholds('321324', '2026-09');
  assert.equal(limits.get('self-pay-subsistence')?.value, 500_000n);
  assert.equal(limits.get('self-pay-subsistence')?.borrowedFrom, '铜陵');
  assert.throws(
    () => book.thresholds('110101', '2026-09'),
    (e: unknown) => e instanceof DoudiError && e.code === 'threshold-missing' && e.message.includes('110101'),
  );
  const own = bundleOf([
    ...bundle.files,
    { path: 'town/pack.yaml', text: 'id: town\ntitle: 试\ndivision: "321300"\n' },
    {
      path: 'town/signals/thresholds.yaml',
      text: `thresholds:
  - name: incident-loss
    values:
      - { division: '321300', from: '2020-01-01', value: '7.00', cite: x }
      - { division: '320000', from: '2020-01-01', value: '5.00', cite: x }
      - { division: '321300', from: '2026-12-01', value: '9.00', cite: x }
`,
    },
  ]);
  const city = readSignals(own);
  assert.equal(city.thresholds('321324', '2026-09').get('incident-loss')?.value, 1_000_000n);
  // A neighbour has only the city's value, once it is in force.
  assert.throws(() => city.thresholds('321322', '2026-09'), /self-pay|hardship/);
});

test('a broken signal is refused with its file and line', () => {
  const broken = bundleOf(
    bundle.files.map((f) =>
      f.path.endsWith('signals/undue-vehicle.yaml') ? { ...f, text: f.text.replace('kind: undue', 'kind: undu') } : f,
    ),
  );
  assert.throws(
    () => readSignals(broken),
    (e: unknown) => e instanceof DoudiError && e.code === 'signal-invalid' && /undue-vehicle\.yaml:\d+/.test(e.message),
  );
});

test('a red lead raised before the National Day is due after it, and what grows never gets more time', () => {
  const calendar = readCalendar(bundle);
  const red = duesOf(calendar, book.procedure.clock, 'red', '2026-09-29');
  assert.deepEqual(red, { visitDue: '2026-10-09', decideDue: '2026-10-19', provisional: false });
  const late = duesOf(calendar, book.procedure.clock, 'blue', '2026-11-03');
  assert.equal(late.provisional, true);
  assert.deepEqual(earlierOf(late, duesOf(calendar, book.procedure.clock, 'red', '2026-11-03'), calendar), {
    visitDue: '2026-11-06',
    decideDue: '2026-11-17',
    provisional: false,
  });
});

test('the headline says the values and keeps who it is about in braces', () => {
  const text = headlineOf(
    signal('undue-vehicle'),
    { undetermined: false, metric: 98_000_00n, limit: 80_000_00n, data: { type: 'car' } },
    feedWords(bundle),
  );
  assert.equal(text, '{person}名下轿车价值 98,000.00 元，超过规定的 80,000.00 元，家庭在册');
  assert.equal(
    filled(text, new Map([['person', '王××']])),
    '王××名下轿车价值 98,000.00 元，超过规定的 80,000.00 元，家庭在册',
  );
});

test('a rule is shown with value, limit, where the limit comes from, and that it is borrowed', () => {
  const condition = ruleCondition(
    signal('shock-medical'),
    { undetermined: false, metric: 7_500_00n, limit: 5_000_00n, data: {} },
    { parameters: new Map(), thresholds: book.thresholds('321324', '2026-09') },
  );
  assert.equal(condition.value, '7,500.00 元');
  assert.equal(condition.threshold, '5,000.00 元');
  assert.equal(condition.ratio, 1.5);
  assert.match(condition.source ?? '', /低保对象/);
  assert.equal(condition.borrowed, true);
});

test('values are written for people: money, areas, codes, and what is not filled in', () => {
  assert.equal(yuan(-123456789n), '-1,234,567.89');
  assert.equal(worded('8050', { type: 'area' }), '80.5');
  assert.equal(worded(null, { type: 'money' }), '未填');
  assert.equal(hundredths('7.5'), 750n);
  const feed = feedWords(bundle).get('custody');
  assert.equal(
    saysOf('司法：{kind}，自 {started}，刑期至 {ends}', { kind: 'prison', started: '2026-01-02', ends: null }, feed),
    '司法：服刑，自 2026-01-02，刑期至 未填',
  );
});
