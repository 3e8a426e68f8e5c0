import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { civilDate, count, minute, percent, uuid, yuan } from './figures.ts';

test('yuan are grouped as text, so that no digit is lost', () => {
  assert.equal(yuan('1234.50'), '1,234.50');
  assert.equal(yuan('-999.00'), '-999.00');
  assert.equal(yuan('90071992547409931.07'), '90,071,992,547,409,931.07');
  assert.equal(count(1234567), '1,234,567');
});

test('a share of nothing is a dash, not a number', () => {
  assert.equal(percent(0, 0), '—');
  assert.equal(percent(39, 43), '90.7%');
});

test('an instant is shown as it stands on a clock in Shanghai', () => {
  assert.equal(minute('2026-10-31T16:30:00Z'), '2026-11-01 00:30');
  assert.equal(civilDate('2026-10-31T16:30:00Z'), '2026-11-01');
});

test('the idempotency key is a UUID, and two are not the same', () => {
  assert.ok(z.uuid().safeParse(uuid()).success);
  assert.notEqual(uuid(), uuid());
});
