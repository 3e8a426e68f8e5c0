import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parameterDivisions } from './parameter-divisions.ts';

const divisions = [
  { id: 1, level: 'province', parentId: null, code: '320000' },
  { id: 2, level: 'county', parentId: 1, code: '321324' },
  { id: 3, level: 'township', parentId: 2, code: '321324101' },
  { id: 4, level: 'village', parentId: 3, code: '321324101201' },
  { id: 5, level: 'township', parentId: 2, code: '321324102' },
];

test('a village takes its town when that has a pack, else its county', () => {
  const codes = parameterDivisions(divisions, new Set(['321324', '321324101', '320000']));
  assert.deepEqual(
    [4, 3, 5, 2, 1].map((id) => codes.get(id)),
    ['321324101', '321324101', '321324', '321324', '320000'],
  );
});

test('without any pack of its own the county code stands, so that villages share one row of parameters', () => {
  const codes = parameterDivisions(divisions, new Set(['320000']));
  assert.equal(codes.get(4), '320000', 'the province is the nearest pack');
  assert.equal(parameterDivisions(divisions, new Set()).get(4), '321324');
});

test('a circle of parents ends', () => {
  const circle = [
    { id: 1, level: 'village', parentId: 2, code: 'a' },
    { id: 2, level: 'village', parentId: 1, code: 'b' },
  ];
  assert.equal(parameterDivisions(circle, new Set()).get(1), 'a');
});
