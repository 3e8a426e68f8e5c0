import type { SharingRequest } from '../../../modules/intake/index.ts';
import { openRequest, recordEvent, SHARING_EVENTS, sharingRequests } from '../../../modules/intake/index.ts';
import { system } from '../../../platform/database/index.ts';
import { usage } from '../../../platform/errors.ts';
import { openInstallation } from '../../../platform/installation.ts';
import { ready } from '../../worker/ready.ts';
import type { Output } from '../output.ts';

interface Options {
  data: string;
  packs?: string[];
  now?: string;
  period?: string;
  purpose?: string;
  correction?: boolean;
  unconditional?: boolean;
  at?: string;
  note?: string;
}

const line = (r: SharingRequest): string => {
  const due = r.due ? `  限 ${r.due.date}${r.due.provisional ? '（暂定）' : ''}` : '';
  const late = r.workingDaysLate > 0 ? `  逾期 ${r.workingDaysLate} 个工作日` : '';
  const next = r.next?.open ? `  可${r.next.title}` : '';
  return `${r.id}  ${r.department} ${r.title}${r.period ? ` ${r.period}` : ''}  ${r.state}${due}${late}${next}`;
};

/** `doudi sharing list`: requests to departments, with their clocks as of today. */
export async function list(options: Options, out: Output): Promise<number> {
  const installation = await openInstallation(options);
  try {
    const rows = await installation.db.withActor(system('查看共享申请'), (tx) =>
      sharingRequests(tx, installation.bundle),
    );
    out.result(rows, rows.length > 0 ? rows.map(line).join('\n') : '没有共享申请');
    return 0;
  } finally {
    await installation.close();
  }
}

/** `doudi sharing request FEED`: asks for a feed, or with `--correction` for a correction; the clocks begin today. */
export async function request(options: Options, out: Output, [feed = '']: string[]): Promise<number> {
  const installation = await openInstallation(options);
  try {
    await ready(installation);
    const opened = await installation.db.withActor(system('提出共享申请'), (tx) =>
      openRequest(tx, installation.bundle, {
        feed,
        kind: options.correction ? 'correction' : 'supply',
        condition: options.unconditional ? 'unconditional' : 'conditional',
        period: options.period ?? null,
        purpose: options.purpose ?? '',
      }),
    );
    out.result(opened, line(opened));
    return 0;
  } finally {
    await installation.close();
  }
}

/** `doudi sharing record ID EVENT`: what the department did, or what was done about its silence. */
export async function record(options: Options, out: Output, [id = '', event = '']: string[]): Promise<number> {
  const kind = SHARING_EVENTS.find((one) => one === event && one !== 'sent');
  if (!kind)
    throw usage(
      'event-unknown',
      `不认识的进展：${event}`,
      `可写：${SHARING_EVENTS.filter((e) => e !== 'sent').join('、')}`,
    );
  const installation = await openInstallation(options);
  try {
    const on = options.at ?? installation.clock.today();
    const now = await installation.db.withActor(system('记录共享进展'), (tx) =>
      recordEvent(tx, installation.bundle, id, { kind, on, note: options.note ?? '' }),
    );
    out.result(now, line(now));
    return 0;
  } finally {
    await installation.close();
  }
}
