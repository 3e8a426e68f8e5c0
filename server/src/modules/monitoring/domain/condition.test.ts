import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Condition, ConditionError, conditionSql, movedDate, type Names } from './condition.ts';

const names: Names = {
  period: { first: '2026-09-01', last: '2026-09-30' },
  column: (name) => (name === 'value' || name === 'died' || name === 'type' ? `f."${name}"` : undefined),
  limit: (kind, name) => (kind === 'parameter' && name === 'property.vehicle-limit' ? 'l."limit"' : undefined),
};
const sql = (condition: unknown) => conditionSql(Condition.parse(condition), names);

test('a comparison with a share multiplies both sides and never divides', () => {
  assert.equal(
    sql({ column: 'value', at_most: { parameter: 'property.vehicle-limit', times: [1, 2] } }),
    'coalesce(f."value" * 2 <= l."limit", false)',
  );
});

test('all, any and not nest, text is quoted, and the period gives dates', () => {
  assert.equal(
    sql({
      any: [
        { not: { column: 'type', in: ["o'car", 'van'] } },
        { column: 'died', before: { period: 'first', months: -24 } },
      ],
    }),
    `((not coalesce(f."type" in ('o''car', 'van'), false)) or coalesce(f."died" < date '2024-09-01', false))`,
  );
});

test('what does not exist is named, never read as false', () => {
  assert.throws(() => sql({ column: 'colour', equals: 'red' }), ConditionError);
  assert.throws(() => sql({ column: 'value', above: { threshold: 'nowhere' } }), ConditionError);
  assert.throws(() => sql({ column: 'value' }), ConditionError);
  assert.throws(() => sql({ column: 'value', above: {} }), ConditionError);
});

test('a month moved keeps its day or takes the last one', () => {
  assert.equal(movedDate('2026-08-31', 6), '2027-02-28');
  assert.equal(movedDate('2028-03-31', -1), '2028-02-29');
  assert.equal(movedDate('2026-01-15', -12), '2025-01-15');
});
