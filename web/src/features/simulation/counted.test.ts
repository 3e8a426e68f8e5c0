import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counted } from './counted.ts';

const cell = (townshipId: number, change: 'enters' | 'loses', count: number, amount: string) => ({
  programme: 'subsistence',
  townshipId,
  kind: 'children',
  change,
  count,
  amount,
  onRoll: 0,
  onRollAmount: '0.00',
  conflicts: 0,
});

test('cells add up by group, to the fen and with the sign', () => {
  const rows = counted(
    [
      cell(1, 'enters', 2, '610.10'),
      cell(1, 'loses', 1, '-610.15'),
      cell(2, 'enters', 9, '0.20'),
      { ...cell(2, 'enters', 5, '7.00'), programme: 'other' },
    ],
    'subsistence',
    (c) => String(c.townshipId),
  );
  assert.deepEqual(
    rows.map((r) => [r.key, r.counts.enters, r.counts.loses, r.amount]),
    [
      ['2', 9, 0, '0.20'],
      ['1', 2, 1, '-0.05'],
    ],
  );
});
