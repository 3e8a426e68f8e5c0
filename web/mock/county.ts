import type { FeedAccount, LeadDetail, Month, Portrait, QuarantineResponse } from '@doudi/contracts';
import { leads } from './leads.ts';
import { townships } from './people.ts';

const feedList: [string, string, string][] = [
  ['population', '户籍人口', '公安'],
  ['moves', '户口迁移', '公安'],
  ['deaths-police', '死亡销户', '公安'],
  ['medical', '医保结算', '医保'],
  ['disability', '残疾人证', '残联'],
  ['employment', '就业社保', '人社'],
  ['pension', '养老金发放', '人社'],
  ['housing', '不动产登记', '住建'],
  ['vehicle', '机动车登记', '交管'],
  ['company', '市场主体', '市场监管'],
  ['custody', '在押戒毒矫正', '司法'],
  ['incident', '灾害事故', '应急'],
  ['monitored', '防返贫监测对象', '农业农村'],
  ['assistance', '救助对象名册', '民政'],
];

function account(at: number, period: string): FeedAccount {
  const [feed, title, department] = feedList[at] ?? ['x', 'x', 'x'];
  const missing = at === 7;
  const received = missing ? 0 : 2400 + ((at * 7919) % 9000);
  const quarantined = missing ? 0 : Math.floor(received / (60 + at * 5));
  const refused = at === 10 ? 12 : 0;
  const unchanged = missing || at % 3 === 1 ? 0 : Math.floor(received / 2);
  const accepted = received - quarantined - refused - unchanged;
  return {
    feed,
    title,
    department,
    period,
    state: missing ? 'missing' : at === 8 ? 'late' : 'delivered',
    deliveryId: missing ? null : `delivery-${at}`,
    receivedAt: missing ? null : '2026-11-01T14:20:00+08:00',
    received,
    accepted,
    unchanged,
    quarantined,
    refused,
    linked: Math.floor((accepted + unchanged) * 0.985),
    unknown: missing ? ['家庭房产套数和面积', '商铺、办公用房'] : [],
  };
}

/** The month at a glance. */
export function month(period: string): Month {
  const feeds = feedList.map((_, at) => account(at, period));
  const sum = (pick: (one: FeedAccount) => number) => feeds.reduce((total, one) => total + pick(one), 0);
  const kept = sum((one) => one.accepted + one.unchanged);
  const groups = Map.groupBy(leads, (lead) => `${lead.kind} ${lead.level}`);
  return {
    period,
    flow: {
      received: sum((one) => one.received),
      accepted: sum((one) => one.accepted),
      unchanged: sum((one) => one.unchanged),
      quarantined: sum((one) => one.quarantined),
      refused: sum((one) => one.refused),
      linked: sum((one) => one.linked),
      unlinked: kept - sum((one) => one.linked),
      persons: 20_014,
      households: 6_312,
      householdsWithFindings: 161,
      leads: leads.length,
      visited: leads.filter((lead) => lead.status === 'verified').length,
      confirmed: 14,
    },
    feeds,
    leadsByKind: [...groups.values()].flatMap((rows) => {
      const [first] = rows;
      if (!first) return [];
      const open = rows.filter((row) => row.status === 'open').length;
      return [{ kind: first.kind, level: first.level, count: rows.length, open }];
    }),
    onTimeLine: 80,
    townships: townships.map((town, at) => {
      const rows = leads.filter((lead) => lead.township === town.name);
      const of = (kind: string) => rows.filter((row) => row.kind === kind).length;
      return {
        divisionId: town.id,
        name: town.name,
        missed: of('missed'),
        undue: of('undue'),
        shock: of('shock'),
        watch: of('watch'),
        open: rows.filter((row) => row.status === 'open').length,
        late: rows.filter((row) => row.clock.late).length,
        due: 20 + at,
        onTime: 19 - at,
      };
    }),
    rules: [...Map.groupBy(leads, (lead) => lead.cause).values()].flatMap((rows, at) => {
      const [first] = rows;
      if (!first) return [];
      const verified = at === 3 ? 0 : 20 + at;
      return [
        {
          rule: first.cause,
          title: first.causeTitle,
          kind: first.kind,
          leads: rows.length,
          verified,
          confirmed: at === 3 ? 0 : 17 - at,
          refuted: at === 3 ? 0 : 2 + at,
        },
      ];
    }),
    run: { id: 'run-1', finishedAt: '2026-11-02T03:12:00+08:00', pin: '9f3c2a71b0d4' },
  };
}

/** What was set aside of one feed. */
export function quarantine(
  feed: string,
  period: string,
  query: Record<string, string>,
): QuarantineResponse | undefined {
  const at = feedList.findIndex(([id]) => id === feed);
  if (at < 0) return undefined;
  const reasons = [
    { reason: 'number-check-digit', message: '身份证号校验位不对', count: 71 },
    { reason: 'date-impossible', message: '日期不存在', count: 20 },
    { reason: 'code-unknown', message: '代码不在代码表里', count: 9 },
  ];
  const rows = Array.from({ length: 100 }, (_, n) => {
    const reason = reasons[n < 71 ? 0 : n < 91 ? 1 : 2];
    return {
      id: `q-${n}`,
      row: 31 + n * 17,
      line: n + 2,
      section: null,
      corrected: false,
      reason: reason?.reason ?? '',
      column: n < 71 ? '身份证号' : n < 91 ? '结算日期' : '就诊类型',
      message: n < 71 ? '第 18 位应为 X，文件中是 3' : n < 91 ? '2026-02-30 不存在' : '“门特”不在代码表里',
      cure:
        n < 71
          ? '请送达部门核对原始证件后重新报送该行'
          : n < 91
            ? '请更正日期后重新报送'
            : '请在代码表中补充，或更正后重新报送',
    };
  }).filter((row) => !query.reason || row.reason === query.reason);
  const from = Number(query.cursor ?? 0);
  return {
    account: account(at, period),
    reasons,
    rows: rows.slice(from, from + 50),
    nextCursor: from + 50 < rows.length ? String(from + 50) : null,
  };
}

/** One household. */
export function portrait(lead: LeadDetail | undefined): Portrait | undefined {
  if (!lead) return undefined;
  const id = (n: number) => `${lead.householdId}-p${n}`;
  const { speaksFor, speaksAgainst, missing } = lead;
  const covered = (masked: string, field: 'number' | 'phone') => ({ masked, field });
  const member = (
    n: number,
    name: string,
    relation: string,
    sex: 'male' | 'female',
    age: number,
    tags: string[] = [],
  ) => ({
    personId: id(n),
    name,
    number: covered(`321324********00${12 + n}`, 'number'),
    phone: n < 2 ? covered('138****5678', 'phone') : null,
    relation,
    sex,
    age,
    inFamily: n !== 4,
    outsideReason: n === 4 ? '在押，自 2025-03-02' : null,
    tags,
  });
  const decision = (
    programme: string,
    programmeTitle: string,
    outcome: 'eligible' | 'ineligible' | 'undetermined',
    amount: string | null,
    sentence: string,
  ) => ({
    id: `d-${programme}`,
    period: '2026-10',
    programme,
    programmeTitle,
    personId: null,
    outcome,
    amount,
    conditions: [...speaksFor, ...(outcome === 'ineligible' ? speaksAgainst : [])],
    missing:
      outcome === 'undetermined'
        ? [{ input: 'obligors', title: '赡养、抚养义务人情况', supplier: '乡镇民政办入户了解' }]
        : missing,
    sentence,
  });
  return {
    householdId: lead.householdId,
    title: `${lead.head}户`,
    township: lead.township,
    village: lead.village,
    divisionId: lead.divisionId,
    size: 6,
    familySize: 5,
    tags: ['低保边缘', '一户多残'],
    incomePerHead: '412.00',
    standard: '610.00',
    aidThisMonth: '200.00',
    lastVisit: '2026-06-18',
    members: [
      member(0, lead.head, '户主', 'male', 48, ['肢体残疾二级']),
      member(1, '孙××', '配偶', 'female', 46),
      member(2, '王××', '子', 'male', 19, ['在读本科']),
      member(3, '王×', '女', 'female', 12, ['在读小学']),
      member(4, '王××', '弟', 'male', 41),
      member(5, '朱××', '母亲', 'female', 74, ['肢体残疾一级', '基础养老金']),
    ],
    facts: [
      {
        personId: id(0),
        name: lead.head,
        title: '残疾证',
        value: '肢体残疾二级，有效期至 2031-05-01',
        source: '残联 残疾人证',
        evidenceId: 'ev-1',
        asOf: '2026-10-31',
        stale: false,
      },
      {
        personId: id(0),
        name: lead.head,
        title: '外出务工',
        value: '6 个月（上海）',
        source: '人社 外出务工登记',
        evidenceId: 'ev-2',
        asOf: '2026-07-31',
        stale: true,
      },
      {
        personId: id(1),
        name: '孙××',
        title: '工资',
        value: '1,680.00 元/月',
        source: '人社 就业社保',
        evidenceId: 'ev-3',
        asOf: '2026-10-31',
        stale: false,
      },
      {
        personId: id(5),
        name: '朱××',
        title: '养老金',
        value: '218.00 元/月（其中基础养老金 218.00）',
        source: '人社 养老金发放',
        evidenceId: 'ev-4',
        asOf: '2026-10-31',
        stale: false,
      },
      {
        personId: null,
        name: '全家',
        title: '房产',
        value: null,
        source: '住建 不动产登记（本月未送达）',
        evidenceId: null,
        asOf: null,
        stale: false,
      },
    ],
    decisions: [
      decision(
        'subsistence',
        '最低生活保障',
        'eligible',
        '990.00',
        '您家共同生活 5 人，人均月收入 412.00 元，低于本县低保标准 610.00 元，财产符合规定，每月可领 990.00 元。',
      ),
      decision(
        'subsistence-margin',
        '低保边缘家庭',
        'ineligible',
        null,
        '您家人均月收入低于低保标准，应按低保办理，不按低保边缘认定。',
      ),
      decision('destitute', '特困人员供养', 'undetermined', null, '是否符合特困供养，还要了解赡养、抚养义务人的情况。'),
      decision(
        'disability-nursing',
        '重度残疾人护理补贴',
        'eligible',
        '100.00',
        '朱××持一级残疾证，每月可领护理补贴 100.00 元。',
      ),
    ],
    aid: [
      {
        programme: 'disability-living',
        programmeTitle: '困难残疾人生活补贴',
        personId: id(0),
        period: '2026-10',
        amount: '100.00',
        status: '在领',
        started: '2024-03-01',
      },
      {
        programme: 'disability-nursing',
        programmeTitle: '重度残疾人护理补贴',
        personId: id(5),
        period: '2026-10',
        amount: '100.00',
        status: '在领',
        started: '2023-01-01',
      },
    ],
    leads: [lead],
    timeline: [
      { at: '2026-11-02T10:05:00+08:00', kind: 'view', text: '李民政 查看了家庭档案', leadId: null },
      { at: '2026-10-28T06:12:00+08:00', kind: 'lead', text: lead.headline, leadId: lead.id },
      { at: '2026-10-28T06:10:00+08:00', kind: 'decision', text: '低保：符合，990.00 元', leadId: null },
      { at: '2026-10-15T00:00:00+08:00', kind: 'payment', text: '两项补贴 200.00 元发放成功', leadId: null },
      { at: '2026-10-12T00:00:00+08:00', kind: 'fact', text: '住院结算，个人自付 23,480.00 元（医保）', leadId: null },
      { at: '2026-06-18T00:00:00+08:00', kind: 'visit', text: '例行走访，情况无变化', leadId: null },
    ],
    viewers: [
      { at: '2026-11-02T10:05:00+08:00', actor: '李民政', purpose: '核查线索' },
      { at: '2026-11-01T16:40:00+08:00', actor: '王股长', purpose: '抽查' },
    ],
  };
}
