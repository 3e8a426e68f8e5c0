import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { householdsOfRoll } from '../../../modules/entitlements/index.ts';
import { receiveAnswer, sendList } from '../../../modules/intake/batch.ts';
import { findExchanges } from '../../../modules/intake/index.ts';
import { householdOfLead, householdsOfLeads } from '../../../modules/monitoring/index.ts';
import { type NamedMember, namedMembers } from '../../../modules/registry/index.ts';
import { system, type Tx } from '../../../platform/database/index.ts';
import { LAKE_WRITERS, withLock } from '../../../platform/database/lock.ts';
import { notFound } from '../../../platform/errors.ts';
import { openInstallation } from '../../../platform/installation.ts';
import { ready, withIntake } from '../../worker/ready.ts';
import type { Output } from '../output.ts';

interface Options {
  data: string;
  packs?: string[];
  now?: string;
  purpose?: string;
  period?: string;
  case?: string;
  out?: string;
  passwordFile?: string;
}

/**
 * Who is asked about: for a case the household of its lead, for a month the households on its roll and those with a lead of
 * it that is open. Nobody else is the department's business (个人信息保护法第六条).
 */
async function concerned(tx: Tx, options: Options): Promise<NamedMember[]> {
  if (options.case !== undefined) {
    const household = await householdOfLead(tx, options.case);
    if (!household) throw notFound('case-unknown', '没有这条线索', '请用 doudi leads list 查编号');
    return namedMembers(tx, [household]);
  }
  if (options.period === undefined) return [];
  const roll = await householdsOfRoll(tx, options.period);
  return namedMembers(tx, [...roll, ...(await householdsOfLeads(tx, options.period))]);
}

/** The password of a file; one that is not there yet is made and written for its owner alone. */
async function passwordOf(file: string): Promise<string> {
  const found = await readFile(file, 'utf8').catch(() => undefined);
  if (found !== undefined) return found.trim();
  const made = randomBytes(24).toString('base64url');
  await writeFile(file, `${made}\n`, { mode: 0o600, flag: 'wx' });
  return made;
}

/** `doudi exchange send FEED`: writes the locked list and its manifest for the department, and keeps the record. */
export async function send(options: Options, out: Output, [feed = '']: string[]): Promise<number> {
  const installation = await openInstallation(options);
  try {
    await ready(installation);
    const dir = options.out ?? '.';
    await mkdir(dir, { recursive: true });
    const purpose = options.purpose ?? '';
    const persons = await installation.db.withActor(system(`开列核对名单：${purpose}`), (tx) => concerned(tx, options));
    const passwordFile = options.passwordFile ?? join(dir, `${feed}.password`);
    const list = {
      ...{ feed, purpose, persons },
      period: options.period ?? null,
      caseRef: options.case === undefined ? null : `lead/${options.case}`,
      password: await passwordOf(passwordFile),
    };
    // Nobody cleans the lake between the sealed list's writing and its commit.
    const sent = await withLock(installation.urls.app, LAKE_WRITERS, 'shared', () => sendList(installation, list));
    if (!sent) throw new Error('a shared lock is waited for, never refused');
    const name = `${feed}-${sent.manifest.sentOn}-${sent.exchangeId.slice(0, 8)}`;
    const files = { list: join(dir, `${name}.csv.enc`), manifest: join(dir, `${name}.json`), password: passwordFile };
    await writeFile(files.list, sent.locked, { mode: 0o600 });
    await writeFile(files.manifest, `${JSON.stringify(sent.manifest, null, 2)}\n`, { mode: 0o600 });
    out.result(
      { exchangeId: sent.exchangeId, persons: sent.persons, files, manifest: sent.manifest },
      [
        `已开列 ${sent.persons} 人：${files.list}`,
        `说明：${files.manifest}`,
        `口令在 ${files.password}，请另行当面或电话告知，不要与名单一起发送`,
        `名单与反馈保存至 ${sent.manifest.destroyAfter}，到期由 doudi retention run 销毁`,
      ].join('\n'),
    );
    return 0;
  } finally {
    await installation.close();
  }
}

/** `doudi exchange receive FEED FILE`: takes the answer in; whoever is not on the list is refused and blanked. */
export async function receive(options: Options, out: Output, [feed = '', file = '']: string[]): Promise<number> {
  const installation = await openInstallation(options);
  try {
    await ready(installation);
    const password = options.passwordFile ? (await readFile(options.passwordFile, 'utf8')).trim() : null;
    const answer = await withIntake(installation, (deps) =>
      receiveAnswer(deps, {
        ...{ feed, file, password, period: options.period ?? null },
        receivedAt: installation.clock.now(),
      }),
    );
    const { received, accepted, unchanged, quarantined, refused } = answer;
    out.result(
      answer,
      `收到 ${received} = 接收 ${accepted} + 未变 ${unchanged} + 隔离 ${quarantined} + 拒收 ${refused}（名单以外的已抹去）`,
    );
    return 0;
  } finally {
    await installation.close();
  }
}

/** `doudi exchange list`: what was sent, to whom, why, on what basis, how many, and what became of it. */
export async function list(options: Options, out: Output): Promise<number> {
  const installation = await openInstallation(options);
  try {
    const rows = await installation.db.withActor(system('查看名单记录'), (tx) => findExchanges(tx, null));
    const stateOf = (r: (typeof rows)[number]) => (r.destroyed_at ? '已销毁' : r.answered_at ? '已反馈' : '待反馈');
    const text = rows.map(
      (r) =>
        `${r.sent_on}  ${r.feed}  ${r.persons} 人  ${stateOf(r)}  保存至 ${r.retain_until}  ${r.purpose}（${r.lawful_basis}）`,
    );
    out.result(rows, text.length > 0 ? text.join('\n') : '没有发出过名单');
    return 0;
  } finally {
    await installation.close();
  }
}
