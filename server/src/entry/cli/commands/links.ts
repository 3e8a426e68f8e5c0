import { linkDetail, linkQueue, reviewLink, undoReview } from '../../../modules/casework/index.ts';
import { SYSTEM_ACTOR } from '../../../platform/database/index.ts';
import { usage } from '../../../platform/errors.ts';
import { openInstallation } from '../../../platform/installation.ts';
import type { Output } from '../output.ts';
import { actorOf } from './linkage.ts';

interface Options {
  data: string;
  packs?: string[];
  now?: string;
  as?: string;
  reason?: string;
  feed?: string;
  kind?: 'probable' | 'review' | 'blind';
  state?: 'open' | 'decided';
  limit?: number;
}

/** Fields in the words of the desk. */
const FIELDS: Readonly<Record<string, string>> = {
  ...{
    name: '姓名',
    number: '身份证号',
    birth: '出生日期',
    sex: '性别',
    phone: '电话',
    place: '村（社区）',
    address: '地址',
  },
  ...{
    household: '户号',
    birth_date: '出生日期',
    citizen_number: '身份证号',
    region: '村（社区）',
    kin: '家人也会相同',
  },
};
const AGREEMENT: Readonly<Record<string, string>> = {
  ...{ same: '相同', sound: '读音相同', near: '相近', different: '不同', missing: '无从比较' },
};

/** `doudi links list|show|confirm|reject|undo|audit`: the review of links at a terminal, as a named person. */
export async function command(options: Options, out: Output, args: string[]): Promise<number> {
  const [what = '', id] = args;
  const installation = await openInstallation(options);
  try {
    const { bundle, db } = installation;
    const decides = ['confirm', 'reject', 'undo'].includes(what);
    if (decides && !options.as)
      throw usage('links-as', '认人由人决定，要写明是谁', '加上 --as <用户名>（登录网页时的用户名）');
    const actor = {
      id: options.as ? await actorOf(installation, options.as) : SYSTEM_ACTOR,
      purpose: '命令行复核认人',
    };
    const needed = (value: string | undefined, name: string): string => {
      if (!value)
        throw usage('links-argument', `缺少 ${name}`, `doudi links ${what} <编号>${decides ? ' --reason "…"' : ''}`);
      return value;
    };
    if (what === 'list' || what === 'audit') {
      const query = {
        ...{ state: options.state ?? 'open', sort: 'hangs' as const, limit: Math.min(options.limit ?? 50, 200) },
        ...(options.feed ? { feed: options.feed } : {}),
        ...(options.kind ? { kind: options.kind } : {}),
      } as const;
      const found = await db.withActor(actor, (tx) => linkQueue(tx, bundle, query));
      if (what === 'audit') {
        const percent = (x: number | null) => (x === null ? '—' : `${(x * 100).toFixed(2)}%`);
        const line = (a: (typeof found.audit)[number]) =>
          `${a.method.padEnd(18)} 盲审 ${a.judged} 对 ${a.right} 查准 ${percent(a.share)}（95%：${percent(a.low)}–${percent(a.high)}）`;
        out.result(found.audit, found.audit.map(line).join('\n') || '还没有盲审过自动认的人');
      } else {
        const line = (l: (typeof found.links)[number]) =>
          `${l.id} ${l.kind.padEnd(8)} ${l.feed} 第 ${l.row} 行 ${l.delivered ?? '—'} → ${l.person} ${l.weight === null ? '' : `${l.weight.toFixed(1)} 比特 `}线索 ${l.leads} 事实 ${l.facts}`;
        out.result(found, [`共 ${found.total} 条`, ...found.links.map(line)].join('\n'));
      }
    } else if (what === 'show') {
      const shown = await db.withActor(actor, (tx) => linkDetail(tx, bundle, needed(id, '编号')));
      const side = shown.fields.map(
        (f) => `${FIELDS[f.field] ?? f.field}：${f.delivered ?? '—'} | ${f.person ?? '—'}  ${AGREEMENT[f.agreement]}`,
      );
      const bits = shown.waterfall
        ? [
            `先验 ${shown.waterfall.prior.toFixed(1)}`,
            ...shown.waterfall.fields.map((f) => `${FIELDS[f.field] ?? f.field} ${f.level} ${f.bits.toFixed(1)}`),
            `合计 ${shown.waterfall.weight.toFixed(1)} 比特，概率 ${shown.waterfall.probability.toFixed(4)}`,
          ]
        : [];
      out.result(shown, [...side, ...bits].join('\n'));
    } else if (what === 'confirm' || what === 'reject') {
      const state = what === 'confirm' ? ('confirmed' as const) : ('rejected' as const);
      const request = { id: needed(id, '编号'), state, note: needed(options.reason, '--reason') };
      const done = await db.withActor(actor, (tx) => reviewLink(tx, request));
      const agreed = done.agreed === null ? '' : done.agreed ? '；与机器一致' : '；与机器不一致';
      out.result(done, `已${state === 'confirmed' ? '确认' : '否定'}，撤回线索 ${done.withdrawn.length} 条${agreed}`);
    } else if (what === 'undo') {
      const request = { id: needed(id, '编号'), reason: needed(options.reason, '--reason') };
      const done = await db.withActor(actor, (tx) => undoReview(tx, bundle, request));
      out.result(
        done,
        [
          `已撤销；同一内容一并撤销 ${done.carried} 条。依托它的线索 ${done.leads.length} 条、事实 ${done.facts.length} 条，下次 doudi run 重算`,
          ...done.leads.map((l) => `  ${l.status} ${l.headline}`),
        ].join('\n'),
      );
    } else throw usage('links-what', `不认识的动作：${what}`, 'doudi links list、show、confirm、reject、undo 或 audit');
    return 0;
  } finally {
    await installation.close();
  }
}
