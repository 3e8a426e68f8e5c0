import { writeFile } from 'node:fs/promises';
import {
  acceptDelivery,
  feedQuality,
  qualityDocument,
  qualityReport,
  reportTemplate,
} from '../../../modules/intake/index.ts';
import { system } from '../../../platform/database/index.ts';
import { openInstallation } from '../../../platform/installation.ts';
import { ready } from '../../worker/ready.ts';
import type { Output } from '../output.ts';

interface Options {
  data: string;
  packs?: string[];
  now?: string;
  period: string;
  department: string;
  out?: string;
  reason?: string;
}

/** `doudi quality report`: the month's report that goes back to a department, as JSON and as a Word document. */
export async function report(options: Options, out: Output): Promise<number> {
  const installation = await openInstallation(options);
  try {
    await ready(installation);
    const { made, template } = await installation.db.withActor(system('出具数据质量反馈'), async (tx) => ({
      made: await qualityReport(tx, installation.bundle, options.department, options.period),
      template: reportTemplate(installation.bundle),
    }));
    if (options.out) await writeFile(options.out, await qualityDocument(made, template));
    const rows = made.feeds.reduce((n, f) => n + f.rows.reduce((m, r) => m + r.count, 0), 0);
    const alarms = made.feeds.reduce((n, f) => n + f.alarms.length, 0);
    out.result(
      made,
      `${made.department} ${made.period}：${made.feeds.length} 项数据，需改正 ${rows} 行，需核实 ${alarms} 处${options.out ? `；文书 ${options.out}` : ''}`,
    );
    return 0;
  } finally {
    await installation.close();
  }
}

/** `doudi quality alarms`: everything that should be asked about in a month, by department. */
export async function alarms(options: Options, out: Output): Promise<number> {
  const installation = await openInstallation(options);
  try {
    await ready(installation);
    const quality = await installation.db.withActor(system('查看部门数据警示'), (tx) =>
      feedQuality(tx, installation.bundle, options.period),
    );
    const found = quality.flatMap((q) =>
      q.alarms.map((alarm) => ({
        ...{ department: q.contract.department, feed: q.contract.id, title: q.contract.title },
        ...alarm,
        delivery: q.suspicion?.deliveryId ?? null,
      })),
    );
    const text = found.map(
      (a) => `${a.department} ${a.title}：${a.message}。${a.cure}${a.holds && a.delivery ? `（${a.delivery}）` : ''}`,
    );
    out.result(found, text.length > 0 ? text.join('\n') : '没有需要核实的情况');
    return 0;
  } finally {
    await installation.close();
  }
}

/** `doudi quality accept DELIVERY --reason TEXT`: a suspicious whole state was asked about and found right. */
export async function accept(options: Options, out: Output, [delivery = '']: string[]): Promise<number> {
  const installation = await openInstallation(options);
  try {
    await ready(installation);
    await installation.db.withActor(system('确认可疑的报送'), (tx) =>
      acceptDelivery(tx, installation.bundle, delivery, options.reason ?? ''),
    );
    out.result({ delivery }, '已确认；名单上没有的人自下次运行起按“没有”计');
    return 0;
  } finally {
    await installation.close();
  }
}
