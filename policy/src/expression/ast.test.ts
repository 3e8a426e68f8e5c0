import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classHighlighter, highlightTree } from '@lezer/highlight';
import fc from 'fast-check';
import { parseFormula } from './ast.ts';
import { formulaParser } from './editor.ts';

const shape = (text: string): unknown => {
  const parsed = parseFormula(text);
  return 'ast' in parsed ? strip(parsed.ast) : `${parsed.fault.position} ${parsed.fault.message}`;
};

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([k]) => k !== 'from' && k !== 'to')
      .map(([k, v]) => [k, strip(v)]),
  );
}

test('Chinese and English spellings give the same tree', () => {
  assert.deepEqual(shape('如果 a 且 非 b 那么 c 否则 d × 2'), shape('if a and not b then c else d * 2'));
  assert.deepEqual(shape('a ≥ b'), shape('a >= b'));
  assert.deepEqual(shape('是 或 否'), shape('true or false'));
});

test('precedence: not before and before or; comparison below arithmetic; else reaches to the end', () => {
  assert.deepEqual(shape('a or b and not c = d'), shape('a or (b and (not (c = d)))'));
  assert.deepEqual(shape('a + b * c < d - e'), shape('(a + (b * c)) < (d - e)'));
  assert.deepEqual(shape('if a then b else c + d'), shape('if a then b else (c + d)'));
  assert.deepEqual(shape('a - b - c'), shape('(a - b) - c'));
});

test('a fault stands where the text stops being a formula', () => {
  assert.equal(shape(''), '0 公式为空');
  assert.match(String(shape('a + )')), /^4 /);
  assert.match(String(shape('a b')), /^2 /);
});

test('no text makes the parser throw', () => {
  const alphabet = [
    'a',
    '(',
    ')',
    ' and ',
    ' or ',
    'not ',
    '1',
    '[元/月]',
    "'x'",
    '+',
    '-',
    '*',
    '/',
    '<',
    '=',
    '..',
    ',',
    ' if ',
    ' then ',
    ' else ',
    '收入',
    '2026-01-01',
    '%',
    '#',
    '\n',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...alphabet), { maxLength: 30 }), (parts) => {
      const parsed = parseFormula(parts.join(''));
      assert.ok('ast' in parsed || parsed.fault.position >= 0);
    }),
    { seed: 3, numRuns: 1500 },
  );
});

test('an editor can colour formulas', () => {
  const text = 'if 收入 < 600[元/月] then sum(members, wage) else 0';
  const found: string[] = [];
  highlightTree(formulaParser.parse(text), classHighlighter, (from, to, classes) =>
    found.push(`${text.slice(from, to)}:${classes}`),
  );
  assert.ok(found.includes('if:tok-keyword'));
  assert.ok(found.includes('收入:tok-variableName'));
  assert.ok(found.some((f) => f.startsWith('600:tok-number')));
});
