import { type Destroyed, listDestroyed, runRetention } from '../../../modules/intake/index.ts';
import { system } from '../../../platform/database/index.ts';
import { openInstallation } from '../../../platform/installation.ts';
import { ready } from '../../worker/ready.ts';
import type { Output } from '../output.ts';

interface Options {
  data: string;
  packs?: string[];
  now?: string;
}

const line = (d: Destroyed) =>
  `${d.destroyedAt.slice(0, 10)}  ${d.what === 'raw' ? '原始文件' : '核对名单'}  ${d.feed}${d.period ? ` ${d.period}` : ''}  ${d.rule}`;

/** `doudi retention run`: destroys raw files, lists and answers whose time is over, with a record of each. */
export async function run(options: Options, out: Output): Promise<number> {
  const installation = await openInstallation(options);
  try {
    await ready(installation);
    const done = await installation.db.withActor(system('到期销毁'), (tx) => runRetention(tx, installation.bundle));
    out.result(done, done.length > 0 ? done.map(line).join('\n') : '没有到期的文件');
    return 0;
  } finally {
    await installation.close();
  }
}

/** `doudi retention list`: what was destroyed, when and by which rule. */
export async function list(options: Options, out: Output): Promise<number> {
  const installation = await openInstallation(options);
  try {
    const done = await installation.db.withActor(system('查看销毁记录'), (tx) => listDestroyed(tx));
    out.result(done, done.length > 0 ? done.map(line).join('\n') : '没有销毁过文件');
    return 0;
  } finally {
    await installation.close();
  }
}
