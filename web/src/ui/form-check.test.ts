import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FormField } from '@doudi/contracts';
import { formFaults, tidyAnswers } from './form-check.ts';

function field(name: string, type: FormField['type'], required: boolean): FormField {
  return { name, title: name, type, required, help: null, choices: null };
}

const fields = [
  field('income', 'money', true),
  field('people', 'number', true),
  field('day', 'date', false),
  field('help', 'boolean', true),
  field('note', 'text', false),
];

test('each fault is named by its field; a good form has none', () => {
  assert.deepEqual(formFaults(fields, { income: '12.345', people: '3.5', day: '2026-13-01' }), {
    income: 'money',
    people: 'number',
    day: 'date',
    help: 'required',
  });
  assert.deepEqual(formFaults(fields, { income: '12.5', people: '3', help: false }), {});
});

test('“no” is an answer, a blank is not', () => {
  assert.equal(formFaults(fields, { income: ' ', people: '1', help: false }).income, 'required');
});

test('answers leave as the server takes them: exact yuan, whole numbers, no blanks', () => {
  assert.deepEqual(tidyAnswers(fields, { income: '12.5', people: '3', help: false, note: '' }), {
    income: '12.50',
    people: 3,
    help: false,
  });
  assert.equal(tidyAnswers(fields, { income: '90071992547409.93' }).income, '90071992547409.93');
});
