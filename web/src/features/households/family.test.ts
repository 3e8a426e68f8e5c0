import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Member } from '@doudi/contracts';
import { familyRows, generationOf } from './family.ts';

function member(relation: string): Member {
  return {
    personId: relation,
    name: relation,
    number: null,
    phone: null,
    relation,
    sex: null,
    age: null,
    inFamily: true,
    outsideReason: null,
    tags: [],
  };
}

test('a relation of the household book stands in its generation', () => {
  const expected = {
    户主: 'own',
    配偶: 'own',
    妻: 'own',
    弟: 'own',
    母亲: 'parent',
    岳父: 'parent',
    祖母: 'grand',
    外祖父: 'grand',
    长子: 'child',
    儿媳: 'child',
    女婿: 'child',
    孙女: 'grandchild',
    外孙: 'grandchild',
    其他: 'own',
  };
  for (const [relation, generation] of Object.entries(expected))
    assert.equal(generationOf(relation), generation, relation);
});

test('rows run from the oldest, nobody is lost, and the head leads the own generation', () => {
  const members = ['孙女', '弟', '户主', '母亲', '长子'].map(member);
  const rows = familyRows(members);
  assert.deepEqual(
    rows.map((row) => [row.generation, row.members.map((one) => one.relation)]),
    [
      ['parent', ['母亲']],
      ['own', ['户主', '弟']],
      ['child', ['长子']],
      ['grandchild', ['孙女']],
    ],
  );
});
