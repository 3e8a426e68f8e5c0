import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Candidate, type DoubtfulRow, decide } from './decide.ts';

const row = (over: Partial<DoubtfulRow> = {}): DoubtfulRow => ({
  name: '王小明',
  sex: 'male',
  birth: null,
  division: null,
  ...over,
});
const person = (over: Partial<Candidate> = {}): Candidate => ({
  personId: '1',
  source: 'number',
  name: '王小明',
  birth: '1980-05-01',
  sex: 'male',
  divisions: [101, 102],
  ...over,
});

test('a number that is somebody else’s goes to review, and never to that person', () => {
  const verdict = decide(row(), [person({ name: '李芳' })]);
  assert.deepEqual(verdict, { personId: null, method: 'none', certain: false, reason: 'name-differs', review: ['1'] });
});

test('a number counts with the sound of the name, or with the birth date', () => {
  assert.equal(decide(row(), [person({ name: '王晓明' })]).method, 'number');
  const byBirth = decide(row({ name: '李芳', birth: '1980-05-01' }), [person()]);
  assert.equal(byBirth.personId, '1');
  assert.equal(byBirth.certain, true);
});

test('a repaired number needs agreement and a single candidate, and is never certain', () => {
  const one = decide(row(), [person({ source: 'repair' }), person({ personId: '2', source: 'repair', name: '李芳' })]);
  assert.deepEqual([one.personId, one.method, one.certain], ['1', 'repaired-number', false]);
  assert.equal(decide(row(), [person({ source: 'repair', name: '李芳' })]).personId, null);
  const two = decide(row(), [person({ source: 'repair' }), person({ personId: '2', source: 'repair' })]);
  assert.deepEqual([two.personId, two.reason, two.review], [null, 'several-candidates', ['1', '2']]);
});

test('without a number, name, birth and village lead to one person or to nobody', () => {
  const subject = row({ birth: '1980-05-01', division: 101 });
  const here = person({ source: 'birth' });
  const elsewhere = person({ personId: '2', source: 'birth', divisions: [301] });
  assert.deepEqual(
    [decide(subject, [here, elsewhere]).personId, decide(subject, [here, elsewhere]).method],
    ['1', 'name-birth-village'],
  );
  assert.deepEqual(
    [decide(subject, [elsewhere]).personId, decide(subject, [elsewhere]).reason],
    [null, 'village-differs'],
  );
  const noVillage = row({ birth: '1980-05-01' });
  assert.equal(decide(noVillage, [here]).method, 'name-birth');
  assert.equal(decide(noVillage, [here, elsewhere]).reason, 'several-candidates');
  assert.equal(decide(noVillage, [here]).certain, false);
});

test('a name in the household of the number named is a link, two of that name are not', () => {
  const member = person({ source: 'household' });
  assert.deepEqual([decide(row(), [member]).method, decide(row(), [member]).certain], ['hukou-name', true]);
  assert.equal(decide(row(), [member, person({ personId: '2', source: 'household' })]).personId, null);
});

test('whatever the candidates, a link has a key and an agreement beside the name, and order does not matter', () => {
  const candidates = fc.array(
    fc.record({
      personId: fc.constantFrom('1', '2', '3'),
      source: fc.constantFrom<Candidate['source']>('repair', 'household', 'birth'),
      name: fc.constantFrom('王小明', '王晓明', '李芳'),
      birth: fc.constantFrom('1980-05-01', '1990-01-01'),
      sex: fc.constant('male'),
      divisions: fc.constantFrom([101], [301]),
    }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(candidates, fc.constantFrom(null, 101), (found, division) => {
      // A person has one name; a candidate led to by two keys is the same person.
      const byId = new Map<string, Candidate>();
      const consistent = found.map((c) => {
        const first = byId.get(c.personId) ?? c;
        byId.set(c.personId, first);
        return { ...first, source: c.source };
      });
      const subject = row({ birth: '1980-05-01', division });
      const led = consistent.filter((c) => c.source !== 'birth' || c.birth === subject.birth);
      const verdict = decide(subject, led);
      assert.deepEqual({ ...decide(subject, led.toReversed()), review: [] }, { ...verdict, review: [] });
      if (verdict.personId === null) return;
      const person = byId.get(verdict.personId);
      assert.notEqual(person, undefined);
      assert.ok(person?.name !== '李芳' || (verdict.method === 'repaired-number' && person.birth === subject.birth));
      if (verdict.certain) assert.equal(verdict.method, 'hukou-name');
    }),
    { seed: 7, numRuns: 500 },
  );
});
