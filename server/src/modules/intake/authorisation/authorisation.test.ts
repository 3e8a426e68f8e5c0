import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql, system } from '../../../platform/database/index.ts';
import { rawContext } from '../domain/sealed-context.ts';
import { openSealedFile } from '../raw/sealed-file.ts';
import { citizenNumber, type IntakeBed, openIntakeBed } from '../testing.ts';
import { importAuthorisations, listAuthorisations, revokeAuthorisation } from './index.ts';
import { type ConsentCells, readConsent } from './reading.ts';

let it: IntakeBed;
before(async () => {
  it = await openIntakeBed();
  await it.bed.admin.query(`insert into registry.division (id, level) values (100, 'village'), (101, 'village')`);
  for (const [number, village] of [
    [HEAD, 100],
    [OTHER, 101],
  ] as const)
    await it.bed.admin.query(
      `insert into identity.token (kind, token, person_id, hukou_division_id, residence_division_id) values ('number', $1, 1, $2, $2)`,
      [it.bed.keys.blindIndex('number', number), village],
    );
});
after(() => it.close());

const HEAD = citizenNumber('321324', '19700101', 1);
const OTHER = citizenNumber('321324', '19850615', 24);
const CHILD = citizenNumber('321324', '20180305', 12);
const OBLIGOR = citizenNumber('110105', '19950101', 3);
const STRANGER = citizenNumber('321324', '19900909', 9);
const DOCUMENT = 'ab'.repeat(32);

const line = (cells: Partial<ConsentCells>): ConsentCells => ({
  ...{
    number: HEAD,
    name: '张三',
    subject: '本人',
    applicant: HEAD,
    signer: '本人',
    guardianNumber: '',
    guardianName: '',
  },
  ...{ from: '2026-01-01', until: '2026-12-31', purpose: '低保申请核对', document: DOCUMENT },
  ...cells,
});
const codeOf = (cells: Partial<ConsentCells>) => {
  const read = readConsent(line(cells), 14);
  return 'code' in read ? read.code : 'consent';
};

test('a consent is each one’s own, a child’s is the guardian’s, and what is not clear is none', () => {
  assert.equal(codeOf({}), 'consent');
  assert.equal(codeOf({ number: OBLIGOR, subject: '法定义务人' }), 'consent');
  // The applicant cannot sign for the obligor outside the family.
  assert.equal(codeOf({ number: OBLIGOR, subject: '法定义务人', signer: '申请人' }), 'signer-unknown');
  const child = { number: CHILD, subject: '家庭成员' };
  assert.equal(codeOf(child), 'guardian-needed');
  assert.equal(codeOf({ ...child, signer: '监护人' }), 'guardian-missing');
  assert.equal(codeOf({ ...child, signer: '监护人', guardianNumber: CHILD, guardianName: '王五' }), 'guardian-self');
  assert.equal(codeOf({ ...child, signer: '监护人', guardianNumber: HEAD, guardianName: '张三' }), 'consent');
  const teen = citizenNumber('321324', '20110101', 5);
  assert.equal(codeOf({ ...child, signer: '监护人', guardianNumber: teen, guardianName: '小李' }), 'guardian-minor');
  // Fourteen on the first day of the consent is old enough to sign.
  const fourteen = citizenNumber('321324', '20120101', 7);
  assert.equal(codeOf({ number: fourteen, subject: '家庭成员' }), 'consent');
  assert.equal(codeOf({ number: fourteen, subject: '家庭成员', from: '2025-12-31' }), 'guardian-needed');
  assert.equal(codeOf({ number: `${HEAD.slice(0, 17)}${HEAD.endsWith('1') ? '2' : '1'}` }), 'citizen-check');
  assert.equal(codeOf({ number: OTHER }), 'applicant-differs');
  assert.equal(codeOf({ until: '2025-12-31' }), 'dates-crossed');
  assert.equal(codeOf({ until: '2026-02-30' }), 'date-form');
  assert.equal(codeOf({ document: '授权书.pdf' }), 'document-hash');
  assert.equal(codeOf({ purpose: '' }), 'purpose-missing');
});

const HEADER =
  '被核对人身份证号,被核对人姓名,与申请人关系,申请人身份证号,签署人,监护人身份证号,监护人姓名,授权起,授权止,用途,授权书摘要';
const LIST = `\ufeff${HEADER}
${HEAD},张三,本人,${HEAD},本人,,,2026-01-01,2026-12-31,低保申请核对,${DOCUMENT}
${CHILD},张小,家庭成员,${HEAD},本人,,,2026-01-01,2026-12-31,低保申请核对,${DOCUMENT}
${CHILD},张小,家庭成员,${HEAD},监护人,${HEAD},张三,2026-01-01,2026-12-31,低保申请核对,${DOCUMENT}
${OBLIGOR},张大,法定义务人,${HEAD},本人,,,2026/1/1,2026年12月31日,低保申请核对,${DOCUMENT}
${OTHER},李四,本人,${OTHER},本人,,,2025-01-01,2025-12-31,低保复核,${DOCUMENT}
${STRANGER},王五,本人,${STRANGER},本人,,,2026-01-01,2026-12-31,低保申请核对,${DOCUMENT}
`;

test('a list of consents is taken line by line; the same again changes nothing; who sees them is decided by the family', async () => {
  const bring = () =>
    it.bed.db.withActor(system('test'), (tx) => importAuthorisations(tx, it.bundle, Buffer.from(LIST)));
  const first = await bring();
  assert.deepEqual([first.received, first.recorded, first.unchanged], [6, 4, 0]);
  assert.deepEqual(
    first.refused.map((r) => [r.line, r.code]),
    [
      [3, 'guardian-needed'],
      [7, 'family-unknown'],
    ],
  );
  assert.ok(!JSON.stringify(first).includes(CHILD) && !JSON.stringify(first).includes('张'));
  const again = await bring();
  assert.deepEqual([again.recorded, again.unchanged], [0, 4]);
  const { rows } = await it.bed.admin.query<{ stored: string }>(
    `select row_to_json(a)::text as stored from intake.authorisation a`,
  );
  for (const { stored } of rows) assert.ok(!stored.includes(HEAD) && !stored.includes('张三'));

  const clerk = '00000000-0000-7000-8000-0000000000c2';
  await it.bed.admin.query(
    `insert into platform.actor (id, username, display_name, created_at) values ('${clerk}', 'clerk2', '村', now());
     insert into platform.role_grant (actor_id, role, division_id, granted_at) values ('${clerk}', 'village', 101, now())`,
  );
  const seen = (who: string) => it.bed.db.withActor({ id: who }, (tx) => listAuthorisations(tx, null));
  assert.equal((await seen(clerk)).length, 1);
  assert.equal((await seen(system('test').id)).length, 4);
  assert.equal((await seen('00000000-0000-7000-8000-0000000000ff')).length, 0);
});

const BANK = '证件号码,客户姓名,开户机构,账号,账户类型,余额日期,余额(元)\n';
const account = (number: string, no: string, balance: string) =>
  `${number},某某,示例银行,${no},活期,2026-09-30,${balance}\n`;

test('only people whose consent is in force are kept; a withdrawn one stops the next delivery', async () => {
  const text = `${BANK}${account(HEAD, '1', '100.00')}${account(OTHER, '2', '200.00')}${account(STRANGER, '3', '300.00')}${account(CHILD, '4', '400.00')}${account(OBLIGOR, '5', '500.00')}${account('', '6', '600.00')}`;
  const first = await it.take('bank', '2026-09', `${text}${STRANGER},断行\n`);
  // OTHER's consent ended the year before; a row without number or cut short shows nobody's consent.
  assert.deepEqual([first.received, first.accepted, first.quarantined, first.refused], [7, 3, 0, 4]);
  assert.deepEqual(first.reasons, { 'not-authorised': 4 });
  const { rows } = await it.bed.admin.query(
    `select row::int, reason from intake.refused where delivery_id = $1 order by row`,
    [first.deliveryId],
  );
  assert.deepEqual(
    rows.map((r: { row: number }) => r.row),
    [2, 3, 6, 7],
  );
  const raw = await it.bed.admin.query<{ raw_path: string; wrapped: Buffer }>(
    `select raw_path, wrapped from intake.delivery d join intake.delivery_key k on k.delivery_id = d.id and part = 'raw' where id = $1`,
    [first.deliveryId],
  );
  const [found] = raw.rows;
  assert.ok(found);
  const key = it.bed.keys.unwrapDataKey(found.wrapped, rawContext(first.deliveryId));
  const reader = await openSealedFile(it.bed.lake.path(found.raw_path), key, rawContext(first.deliveryId));
  const plain = reader.read(0, reader.note.bytes).toString();
  reader.close();
  assert.ok(plain.includes(HEAD) && !plain.includes(STRANGER) && !plain.includes(OTHER) && !plain.includes('600.00'));

  const [{ id } = { id: '' }] = await it.bed.db.withActor(system('test'), async (tx) => {
    const { rows: own } = await sql<{ id: string }>`select id from intake.authorisation
        where person_token = ${it.bed.keys.blindIndex('number', HEAD)}`.execute(tx.db);
    return own;
  });
  const revoke = (from: string) =>
    it.bed.db.withActor(system('test'), (tx) => revokeAuthorisation(tx, id, from, '本人撤回同意'));
  await assert.rejects(revoke('2026-11-02'), { code: 'date-past' });
  await revoke('2026-11-03');
  await assert.rejects(revoke('2026-11-03'), { code: 'authorisation-unknown' });
  const next = await it.take('bank', '2026-10', text);
  assert.deepEqual([next.accepted + next.unchanged, next.refused], [2, 4]);
  const inForce = await it.bed.db.withActor(system('test'), (tx) => listAuthorisations(tx, '2026-11-03'));
  assert.equal(inForce.length, 2);
});
