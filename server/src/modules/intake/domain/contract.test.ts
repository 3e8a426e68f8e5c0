import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DoudiError } from '../../../platform/errors.ts';
import { bundleOf } from '../../../platform/packs/index.ts';
import { nationalBundle } from '../testing.ts';
import { feedContracts, plainHeader } from './contract.ts';
import { describeFeeds } from './describe.ts';
import { mapHeaders } from './headers.ts';

const bundle = nationalBundle();

test('every contract of the repository holds', () => {
  const contracts = feedContracts(bundle);
  assert.equal(contracts.length, 49);
  for (const contract of contracts) {
    const headers = contract.columns.map((c) => c.headers[0] ?? '');
    const map = mapHeaders(contract, headers);
    assert.deepEqual([map.missing, map.absent, map.twice, map.unknown], [[], [], [], []], contract.id);
  }
  assert.deepEqual(
    describeFeeds(bundle).map((f) => f.id),
    contracts.map((c) => c.id),
  );
});

/** The error for the vehicle contract after one change of its text. */
function faultOf(from: string, to: string): DoudiError {
  const files = bundle.files.map((f) => {
    if (!f.path.endsWith('/vehicle.yaml')) return f;
    assert.ok(f.text.includes(from), from);
    return { ...f, text: f.text.replace(from, to) };
  });
  try {
    feedContracts(bundleOf(files));
  } catch (error) {
    assert.ok(error instanceof DoudiError);
    return error;
  }
  return assert.fail('the contract was taken');
}

test('a fault in a contract is told with its line', () => {
  const text = bundle.files.find((f) => f.path.endsWith('/vehicle.yaml'))?.text ?? '';
  const lineOf = (part: string) => text.slice(0, text.indexOf(part)).split('\n').length;
  const cases: [string, string, number, RegExp][] = [
    ['kind: snapshot', 'kind: picture', lineOf('kind: snapshot'), /kind/],
    ['key: [plate]', 'key: [plates]', lineOf('key: [plate]'), /plates/],
    ['scope: full', 'scop: full', lineOf('scope: full'), /scop/],
    ['scope: full', 'scope: authorised', lineOf('absence: '), /unknown/],
    ['    fact: 机动车', '    fakt: 机动车', lineOf('    fact: 机动车'), /fakt/],
    ['  - name: value', '  - name: plate', lineOf('  - name: value'), /重复/],
    ['    identity: true', '    identity: false', lineOf('  - name: number'), /身份信息/],
    ['number: number,', 'number: plate,', lineOf('number: number,'), /citizen_number/],
    ['department: 公安交管', 'department: "公安交管', lineOf('department: '), /YAML/],
  ];
  for (const [from, to, line, what] of cases) {
    const error = faultOf(from, to);
    assert.equal(error.code, 'feed-contract');
    assert.match(error.message, what);
    if (!error.message.includes('YAML'))
      assert.match(error.message, new RegExp(`vehicle\\.yaml:${line}:`), error.message);
  }
});

test('headers are known through blanks, brackets and full-width forms', () => {
  assert.equal(plainHeader(' 车辆价值（元） '), plainHeader('车辆价值(元)'));
  assert.equal(plainHeader('\ufeff号牌\n号码'), plainHeader('号牌号码'));
});
