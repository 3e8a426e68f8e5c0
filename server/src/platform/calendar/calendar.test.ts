import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import days from 'chinese-days';
import fc from 'fast-check';
import { readBundle } from '../packs/index.ts';
import { addDays, addMonths, monthBounds, readCalendar } from './index.ts';

const calendar = readCalendar(readBundle([fileURLToPath(new URL('../../../../packs/national', import.meta.url))]));

test('every day of the published years agrees with an independent list', () => {
  for (let date = '2025-01-01'; date <= '2026-12-31'; date = addDays(date, 1)) {
    assert.equal(calendar.isWorkday(date), days.isWorkday(date), date);
  }
});

test('a clock that runs across the National Day of 2026 skips it and counts the Saturday worked in exchange', () => {
  // 30 September is a Wednesday; 1–7 October are off; Thursday 8, Friday 9 and Saturday 10 are worked.
  assert.deepEqual(calendar.addWorkingDays('2026-09-30', 3), { date: '2026-10-10', provisional: false });
  assert.deepEqual(calendar.addWorkingDays('2026-09-30', 4), { date: '2026-10-12', provisional: false });
});

test('a due day in a year whose arrangement is unpublished is provisional, and New Year is no workday', () => {
  assert.deepEqual(calendar.addWorkingDays('2026-12-31', 1), { date: '2027-01-04', provisional: true });
  assert.equal(calendar.isWorkday('2027-01-01'), false);
  assert.equal(calendar.addWorkingDays('2026-12-25', 3).provisional, false);
});

test('counting back what was added gives the same number of working days', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 0, max: 60 }), (offset, count) => {
      const from = addDays('2025-01-01', offset);
      const due = calendar.addWorkingDays(from, count).date;
      assert.equal(calendar.workingDaysBetween(from, due), count);
      assert.equal(calendar.workingDaysBetween(due, from), count === 0 ? 0 : -count);
      if (count > 0) assert.equal(calendar.isWorkday(due), true);
    }),
    { seed: 20261122, numRuns: 300 },
  );
});

test('months are counted and bounded across years', () => {
  assert.equal(addMonths('2026-11', 3), '2027-02');
  assert.equal(addMonths('2026-01', -12), '2025-01');
  assert.deepEqual(monthBounds('2028-02'), { first: '2028-02-01', last: '2028-02-29' });
});
