import assert from 'node:assert/strict';
import { test } from 'node:test';
import { en } from './en/index.ts';
import { zh } from './zh/index.ts';

const gaps = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();

test('each text has the same gaps in both languages, so that no number is lost in translation', () => {
  const keys = Object.keys(zh) as (keyof typeof zh)[];
  assert.ok(keys.length > 200);
  for (const key of keys) assert.deepEqual(gaps(en[key]), gaps(zh[key]), key);
});

test('English says nothing in Chinese, apart from the name and the switch', () => {
  const allowed = new Set(['brand.name', 'nav.switch']);
  for (const [key, text] of Object.entries(en)) {
    if (!allowed.has(key)) assert.doesNotMatch(text, /\p{Script=Han}/u, key);
  }
});
