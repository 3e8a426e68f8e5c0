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

test('a relative whose name the row bears comes before whose number it is, and neither is linked', () => {
  const verdict = decide(row(), [
    person({ name: '李芳' }),
    person({ personId: '2', source: 'relative' }),
    person({ personId: '3', source: 'relative', name: '王一' }),
  ]);
  assert.deepEqual([verdict.personId, verdict.reason, verdict.review], [null, 'relative-number', ['2', '1']]);
});

test('a second number of somebody is asked, never linked', () => {
  const verdict = decide(row(), [person({ source: 'other-number' })]);
  assert.deepEqual([verdict.personId, verdict.reason, verdict.review], [null, 'two-numbers', ['1']]);
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
      source: fc.constantFrom<Candidate['source']>('repair', 'household', 'relative', 'other-number'),
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
      const verdict = decide(subject, consistent);
      assert.deepEqual({ ...decide(subject, consistent.toReversed()), review: [] }, { ...verdict, review: [] });
      if (verdict.personId === null) return;
      const person = byId.get(verdict.personId);
      assert.notEqual(person, undefined);
      assert.ok(person?.name !== '李芳' || (verdict.method === 'repaired-number' && person.birth === subject.birth));
      if (verdict.certain) assert.equal(verdict.method, 'hukou-name');
    }),
    { seed: 7, numRuns: 500 },
  );
});
