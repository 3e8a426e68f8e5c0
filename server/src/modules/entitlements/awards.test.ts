import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { system } from '../../platform/database/index.ts';
import { openTestBed, type TestBed } from '../../platform/database/testing.ts';
import { readBundle } from '../../platform/packs/index.ts';
import { programmeTitles } from './domain/programme-titles.ts';
import { aidOf } from './index.ts';
import { awardColumns, replaceAwards } from './store.ts';

let bed: TestBed;
before(async () => {
  bed = await openTestBed();
  await bed.admin.query(`insert into registry.division values (1, 'county', null)`);
});
after(() => bed.close());

const delivery = randomUUID();

async function* awards(...rows: Record<string, unknown>[]): AsyncGenerator<readonly unknown[]> {
  for (const [i, row] of rows.entries()) {
    const whole: Record<string, unknown> = {
      household_id: 7,
      person_id: 70,
      programme: 'subsistence',
      programme_title: '最低生活保障',
      award_no: 'A1',
      month: '2026-08',
      amount_fen: 40050n,
      persons: 2,
      status: 'active',
      started: '2020-01-01',
      stopped: null,
      certain: true,
      delivery_id: delivery,
      row_no: i + 1,
      hukou_division_id: 1,
      residence_division_id: 1,
      ...row,
    };
    yield awardColumns.map((name) => whole[name]);
  }
}

const replace = (period: string, ...rows: Record<string, unknown>[]) =>
  bed.db.withActor(system('test'), (tx) => replaceAwards(tx, period, awards(...rows.map((r) => ({ period, ...r })))));
const aid = () => bed.db.withActor(system('test'), (tx) => aidOf(tx, '7'));

test('aid is told newest month first, in yuan, and of those whom the register no longer holds too', async () => {
  await replace('2026-09', {}, { person_id: null, award_no: 'A2' });
  await replace('2026-10', { amount_fen: null, status: 'stopped' });
  assert.deepEqual(
    (await aid()).map((a) => [a.period, a.personId, a.amount, a.status, a.started]),
    [
      ['2026-10', '70', null, 'stopped', '2020-01-01'],
      ['2026-09', '70', '400.50', 'active', '2020-01-01'],
      ['2026-09', null, '400.50', 'active', '2020-01-01'],
    ],
  );
});

test('a later run of a month replaces what an earlier one wrote, and that month only', async () => {
  await replace('2026-09', { amount_fen: 1n });
  assert.deepEqual(
    (await aid()).map((a) => [a.period, a.amount]),
    [
      ['2026-10', null],
      ['2026-09', '0.01'],
    ],
  );
});

test('every programme that the roll may name has a title', () => {
  const titles = programmeTitles(readBundle([new URL('../../../../packs', import.meta.url).pathname]));
  assert.equal(titles.get('subsistence'), '最低生活保障');
  assert.equal(titles.get('old-age')?.length, 4);
});
