import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readPacks } from '@doudi/policy';
import { readBundle } from '../../../platform/packs/index.ts';
import { type VerifiedLine, verifiedInputs, verifiedInWords } from './verified.ts';

const packs = fileURLToPath(new URL('../../../../../packs', import.meta.url));
const vocabulary = readPacks(readBundle([packs]).files).packs.flatMap((pack) => pack.inputs);
const line = (given: Partial<VerifiedLine>): VerifiedLine => ({
  household_id: '1',
  person_id: null,
  input: 'declared_other_income',
  value: '300.50',
  as_of: '2026-11-05',
  valid_until: '2027-11-04',
  ...given,
});

test('a verified fact is a value of its input, exactly, and of several the newest', () => {
  const [income, ...more] = verifiedInputs(
    [line({ value: '100' }), line({ as_of: '2026-11-09' }), line({ value: '7', as_of: '2026-11-01', person_id: '9' })],
    vocabulary,
  );
  assert.deepEqual([income?.value, income?.personId, more.length], [300_50n, null, 0]);
  assert.ok(income && verifiedInWords(income) === '申报其他月收入 300.50（2026-11-09 核查，有效至 2027-11-04）');
});

test('what is no value of the input, unknown, or about a person nobody named, stands with the visit alone', () => {
  const wrong = [
    line({ value: '300.505' }),
    line({ value: 'much' }),
    line({ input: 'no_such_input' }),
    line({ input: 'employed', value: 'true' }),
    line({ input: 'employed', value: 'yes', person_id: '9' }),
  ];
  assert.deepEqual(verifiedInputs(wrong, vocabulary), []);
  const [employed] = verifiedInputs([line({ input: 'employed', value: 'false', person_id: '9' })], vocabulary);
  assert.deepEqual([employed?.value, employed?.personId], [false, '9']);
});
