import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { addDays } from '../../../platform/calendar/index.ts';
import { type Database, system } from '../../../platform/database/index.ts';
import { usage } from '../../../platform/errors.ts';
import type { Lake, StagedFile } from '../../../platform/lake/index.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { citizenNumberOf } from '../authorisation/citizen.ts';
import { type FeedContract, feedContracts, getContract } from '../domain/contract.ts';
import { exchangeRule } from '../sharing/rules.ts';
import { ITERATIONS, lockForDepartment, sha256 } from './department-file.ts';
import { insertExchange, type Listed, stageList } from './lists.ts';

export interface ExchangeDeps {
  db: Database;
  lake: Lake;
  bundle: Bundle;
}

export interface SendInput {
  feed: string;
  purpose: string;
  /** What the list is for: a month, or one case by its opaque id; exactly one of them. */
  period: string | null;
  caseRef: string | null;
  persons: readonly Listed[];
  password: string;
}

/** What goes to the department beside the locked list; nothing in it says who is asked about. */
export interface ExchangeManifest {
  exchange: string;
  feed: string;
  title: string;
  department: string;
  purpose: string;
  lawfulBasis: string;
  period: string | null;
  sentOn: string;
  persons: number;
  columns: string[];
  /** What the answer may hold, by the contract. */
  answerColumns: string[];
  /** The last day on which list and answer are kept here. */
  destroyAfter: string;
  list: { sha256: string; lockedSha256: string; cipher: string; open: string };
}

/** A list ready for the department. */
export interface SentList {
  exchangeId: string;
  persons: number;
  manifest: ExchangeManifest;
  locked: Buffer;
}

const COLUMNS = ['序号', '姓名', '身份证号'];

/**
 * Makes the list of those concerned for a feed of scope list: number and name and nothing else (个人信息保护法第六条: 最小范围),
 * locked for the department; keeps who, why, on what basis and how many, and the sealed list against which the answer is held.
 * @throws exchange-scope, purpose-missing, exchange-for, list-empty, list-number, password-short
 */
export async function sendList(deps: ExchangeDeps, input: SendInput): Promise<SentList> {
  const contract = getContract(feedContracts(deps.bundle), input.feed);
  checkInput(contract, input);
  const listed = [...new Map(input.persons.map((p) => [numberOf(p), { number: numberOf(p), name: p.name }])).values()];
  const id = randomUUID();
  const plain = Buffer.from(
    `\ufeff${[COLUMNS, ...listed.map((p, i) => [i + 1, p.name, p.number])].map(csvLine).join('')}`,
  );
  const locked = lockForDepartment(plain, input.password);
  let staged: StagedFile | undefined;
  let committed = false;
  try {
    const sent = await deps.db.withActor(system(`发出核对名单：${input.purpose}`), async (tx) => {
      const today = tx.clock.today();
      const retainUntil = addDays(today, exchangeRule(deps.bundle, 'list-retention', today).value);
      const list = await stageList(tx, deps.lake, id, contract.id, Buffer.from(JSON.stringify(listed)));
      staged = list.staged;
      await deps.lake.commit(tx, [list.staged], id);
      await insertExchange(tx, {
        id,
        feed: contract.id,
        purpose: input.purpose,
        lawfulBasis: contract.lawful_basis,
        period: input.period,
        caseRef: input.caseRef,
        persons: listed.length,
        listPath: list.staged.path,
        sentSha256: sha256(locked),
        retainUntil,
        wrapped: list.wrapped,
      });
      tx.audit({
        action: 'exchange.send',
        object: `exchange/${id}`,
        details: { feed: contract.id, persons: listed.length, basis: contract.lawful_basis, period: input.period },
      });
      return { today, retainUntil };
    });
    committed = true;
    const manifest: ExchangeManifest = {
      exchange: id,
      feed: contract.id,
      title: contract.title,
      department: contract.department,
      purpose: input.purpose,
      lawfulBasis: contract.lawful_basis,
      period: input.period,
      sentOn: sent.today,
      persons: listed.length,
      columns: COLUMNS,
      answerColumns: contract.columns.map((c) => c.headers[0] as string),
      destroyAfter: sent.retainUntil,
      list: {
        sha256: sha256(plain),
        lockedSha256: sha256(locked),
        cipher: `AES-256-CBC，PBKDF2-HMAC-SHA256 ${ITERATIONS} 次`,
        open: `openssl enc -d -aes-256-cbc -pbkdf2 -iter ${ITERATIONS} -md sha256 -in 名单.csv.enc -out 名单.csv`,
      },
    };
    return { exchangeId: id, persons: listed.length, manifest, locked };
  } finally {
    if (!committed && staged) await rm(deps.lake.path(staged.path), { force: true });
  }
}

function checkInput(contract: FeedContract, input: SendInput): void {
  if (contract.scope !== 'list')
    throw usage(
      'exchange-scope',
      `${contract.title}的范围是 ${contract.scope}，不用发名单`,
      contract.scope === 'authorised'
        ? '请登记核对授权：doudi authorisations import'
        : '该部门按契约定期报送，直接 doudi intake',
    );
  if (input.purpose.trim().length < 4)
    throw usage('purpose-missing', '没有写明用途', '请写 --purpose "2026 年 10 月低保复核"，用途随名单一并留存');
  if ((input.period === null) === (input.caseRef === null))
    throw usage('exchange-for', '要写明为哪个月或哪一件办理', '请写 --period 2026-10 或 --case 编号，二者择一');
  if (input.persons.length === 0)
    throw usage('list-empty', '名单上没有人', '该月没有在册或待核的家庭，或该件不存在；不必发出');
}

function numberOf(person: Listed): string {
  const number = citizenNumberOf(person.number);
  if (number) return number;
  throw usage('list-number', '名单中有人的身份证号不对，部门无法比对', '请先在户籍登记中核对该户成员的号码');
}

const csvLine = (cells: readonly (string | number)[]) =>
  `${cells.map((c) => (/[",\n]/.test(String(c)) ? `"${String(c).replaceAll('"', '""')}"` : c)).join(',')}\r\n`;
