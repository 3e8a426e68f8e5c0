import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LeadsSearch } from '@doudi/contracts';
import fc from 'fast-check';
import { filtersOf, filterText, kinds, levels, statuses, withFilter } from './filters.ts';

const seed = { seed: 20261122 };
const params = fc.record(
  {
    period: fc.constantFrom('2026-09', '2026-10'),
    kind: fc.constantFrom(...kinds),
    level: fc.constantFrom(...levels),
    status: fc.constantFrom(...statuses),
    divisionId: fc.integer({ min: 1, max: 9999 }).map(String),
    late: fc.constantFrom('true', 'false', 'maybe'),
    sort: fc.constantFrom('due', 'level', 'newest', 'sideways'),
    q: fc.string(),
    cursor: fc.string(),
  },
  { requiredKeys: [] },
);

test('whatever stands in the address, the filters keep the contract and never carry a search text', () => {
  fc.assert(
    fc.property(params, (given) => {
      const filters = filtersOf(new URLSearchParams(given));
      assert.ok(LeadsSearch.safeParse(filters).success);
      assert.ok(!('q' in filters) && !('cursor' in filters));
      assert.doesNotMatch(filterText(new URLSearchParams(given)), /(^|&)(q|cursor)=/);
    }),
    seed,
  );
});

test('a changed filter leaves the others as they were, and undefined takes it away', () => {
  const before = new URLSearchParams({ kind: 'missed', level: 'red', status: 'open' });
  assert.equal(withFilter(before, 'level', 'blue').toString(), 'kind=missed&level=blue&status=open');
  assert.equal(withFilter(before, 'level', undefined).toString(), 'kind=missed&status=open');
});

test('another kind takes the cause of the old kind with it', () => {
  const before = new URLSearchParams({ kind: 'missed', cause: 'missed-single' });
  assert.equal(withFilter(before, 'kind', 'undue').toString(), 'kind=undue');
});
