import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { importAuthorisations, listAuthorisations, revokeAuthorisation } from '../../../modules/intake/index.ts';
import { system } from '../../../platform/database/index.ts';
import { usage } from '../../../platform/errors.ts';
import { openInstallation } from '../../../platform/installation.ts';
import { ready } from '../../worker/ready.ts';
import type { Output } from '../output.ts';

interface Options {
  data: string;
  packs?: string[];
  now?: string;
  at?: string;
  reason?: string;
}

/** `doudi authorisations import FILE`: records consents to verification; a line that is none is told with its cure. */
export async function importList(options: Options, out: Output, [file = '']: string[]): Promise<number> {
  const bytes = await readFile(file).catch(() => {
    throw usage('file-unreadable', `文件不存在或不能读取：${basename(file)}`, '请核对路径与权限');
  });
  const installation = await openInstallation(options);
  try {
    await ready(installation);
    const done = await installation.db.withActor(system('登记核对授权'), (tx) =>
      importAuthorisations(tx, installation.bundle, bytes),
    );
    const lines = done.refused.map((r) => `第 ${r.line} 行：${r.message}。${r.cure}`);
    out.result(
      done,
      [
        `收到 ${done.received} = 登记 ${done.recorded} + 未变 ${done.unchanged} + 不符 ${done.refused.length}`,
        ...lines,
      ].join('\n'),
    );
    return done.refused.length > 0 ? 1 : 0;
  } finally {
    await installation.close();
  }
}

/** `doudi authorisations list`: consents by opaque id, with `--at` only those in force that day. */
export async function list(options: Options, out: Output): Promise<number> {
  const installation = await openInstallation(options);
  try {
    const rows = await installation.db.withActor(system('查看核对授权'), (tx) =>
      listAuthorisations(tx, options.at ?? null),
    );
    const text = rows.map(
      (r) =>
        `${r.id}  ${r.valid_from} 至 ${r.valid_until}  ${r.revoked_on ? `自 ${r.revoked_on} 撤回` : '有效期内'}  ${r.purpose}`,
    );
    out.result(rows, text.length > 0 ? text.join('\n') : '没有核对授权');
    return 0;
  } finally {
    await installation.close();
  }
}

/** `doudi authorisations revoke ID --reason TEXT`: from today (or `--at`) on the person's rows are refused. */
export async function revoke(options: Options, out: Output, [id = '']: string[]): Promise<number> {
  const installation = await openInstallation(options);
  try {
    const from = options.at ?? installation.clock.today();
    await installation.db.withActor(system('撤回核对授权'), (tx) =>
      revokeAuthorisation(tx, id, from, options.reason ?? ''),
    );
    out.result({ id, revokedOn: from }, `已撤回，自 ${from} 起不再收此人的数据`);
    return 0;
  } finally {
    await installation.close();
  }
}
