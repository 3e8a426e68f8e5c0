import type { LeadDetail, LeadsSearch, RouteKey, VerificationBody } from '@doudi/contracts';
import type { z } from 'zod';
import { month, portrait, quarantine } from './county.ts';
import { leads } from './leads.ts';
import { divisions, type Person, people } from './people.ts';

export type Asked = { params: Record<string, string>; query: Record<string, string>; body: unknown; person: Person };

const entries = Array.from({ length: 130 }, (_, n) => ({
  seq: String(9000 - n),
  at: `2026-11-03T0${9 - Math.floor(n / 20)}:${String(59 - (n % 60)).padStart(2, '0')}:00+08:00`,
  actor: people[n % 3]?.me.displayName ?? '',
  role: people[n % 3]?.me.role ?? '',
  action: ['lead.read', 'registry.portrait', 'registry.unmask', 'intake.row.open'][n % 4] ?? 'read',
  object: `household house-${n}`,
  purpose: n % 4 === 2 ? '上门核查前核对身份' : null,
  hash: `${(n * 7919 + 104729).toString(16).padStart(8, '0')}9f3c2a71b0d4e8c6`,
}));
const uncovered: Record<string, string> = {
  name: '王建国',
  number: '321324197805120012',
  phone: '13812345678',
  address: '双沟镇陈圩村三组 12 号',
};
const mandates = [
  {
    id: 'm1',
    auditorId: 'user-5',
    auditor: '审计组',
    title: '2026 年社会救助资金专项检查',
    divisionId: 1,
    division: '泗洪县',
    from: '2026-10-01',
    until: '2026-12-31',
  },
];

/** Gives the answer of a route, or undefined for “no such row”. */
export function answerOf(key: RouteKey, asked: Asked): unknown {
  const { params, query, body, person } = asked;
  switch (key) {
    case 'GET /api/me':
      return person.me;
    case 'GET /api/divisions':
      return { divisions };
    case 'GET /api/month':
      return month(query.period ?? '2026-10');
    case 'GET /api/feeds/:feed/:period/quarantine':
      return quarantine(params.feed ?? '', params.period ?? '', query);
    case 'POST /api/leads/search':
      return search(body as LeadsSearch, person);
    case 'GET /api/leads/:id':
      return leads.find((lead) => lead.id === params.id);
    case 'POST /api/leads/:id/verification':
      return verify(params.id ?? '', body as z.input<typeof VerificationBody>, person);
    case 'GET /api/evidence/:id':
      return {
        feedTitle: '医保结算',
        department: '医保',
        period: '2026-10',
        fileName: 'medical-2026-10.csv',
        row: 1204,
        cells: [
          { header: '结算编号', value: 'JS20261012000482', covered: false },
          { header: '证件号码', value: '321324********0012', covered: true },
          { header: '姓名', value: '王××', covered: true },
          { header: '医疗机构名称', value: '泗洪县第一人民医院', covered: false },
          { header: '结算日期', value: '2026-10-12', covered: false },
          { header: '总费用', value: '61,204.33', covered: false },
          { header: '个人自付', value: '23,480.00', covered: false },
          { header: '备注', value: '', covered: false },
        ],
      };
    case 'POST /api/households/search':
      return {
        households: leads.slice(0, 12).map((lead) => ({
          householdId: lead.householdId,
          head: lead.head,
          matched: '户主姓名读音相同',
          township: lead.township,
          village: lead.village,
          size: 4,
          openLeads: 1,
        })),
      };
    case 'GET /api/households/:id':
      return portrait(leads.find((lead) => lead.householdId === params.id));
    case 'POST /api/households/:id/unmask':
      return { value: uncovered[(body as { field: string }).field] ?? null };
    case 'GET /api/audit':
      return auditPage(query);
    case 'GET /api/users':
      return { users: users() };
    case 'POST /api/users':
    case 'POST /api/users/:id/grant':
      return users()[0];
    case 'GET /api/mandates':
      return { mandates };
    case 'POST /api/mandates':
      return mandates[0];
    default:
      return undefined;
  }
}

function users() {
  return people.map(({ me }) => ({
    id: me.id,
    username: me.username,
    displayName: me.displayName,
    role: me.role,
    division: me.division?.name ?? null,
    divisionId: me.division?.id ?? null,
    active: me.username !== 'county2',
  }));
}

function auditPage(query: Record<string, string>) {
  const from = Number(query.cursor ?? 0);
  const limit = Number(query.limit ?? 50);
  const shown = entries.filter((one) => !query.action || one.action === query.action);
  return {
    entries: shown.slice(from, from + limit),
    nextCursor: from + limit < shown.length ? String(from + limit) : null,
    chain: { ok: true, checked: 18_402 },
  };
}

function search(asked: LeadsSearch, person: Person) {
  const division = person.me.division;
  const all = leads.filter(
    (lead) =>
      (division?.level !== 'township' || lead.township === division.name) &&
      (!asked.kind || lead.kind === asked.kind) &&
      (!asked.cause || lead.cause === asked.cause) &&
      (!asked.level || lead.level === asked.level) &&
      (!asked.status || lead.status === asked.status) &&
      (!asked.period || lead.period === asked.period) &&
      (!asked.late || lead.clock.late) &&
      (!asked.undetermined || lead.undetermined) &&
      (!asked.q || lead.head.includes(asked.q)),
  );
  const sorted = all.toSorted((a, b) => a.clock.workingDaysLeft - b.clock.workingDaysLeft);
  const from = Number(asked.cursor ?? 0);
  const limit = asked.limit ?? 50;
  const counts = Map.groupBy(all, (lead) => lead.cause);
  return {
    leads: sorted.slice(from, from + limit),
    total: all.length,
    nextCursor: from + limit < all.length ? String(from + limit) : null,
    causes: [...counts].map(([cause, rows]) => ({
      cause,
      title: rows[0]?.causeTitle ?? cause,
      kind: rows[0]?.kind ?? 'watch',
      count: rows.length,
    })),
  };
}

function verify(id: string, body: z.input<typeof VerificationBody>, person: Person): LeadDetail | undefined {
  const lead = leads.find((one) => one.id === id);
  if (!lead) return undefined;
  const at = '2026-11-03T09:31:00+08:00';
  lead.status = 'verified';
  lead.verification = {
    verdict: body.verdict,
    note: body.note,
    answers: body.answers ?? {},
    by: person.me.displayName,
    at,
  };
  lead.next = { action: 'none', text: '已核查，等待办结' };
  lead.precision = { verified: 44, confirmed: body.verdict === 'confirmed' ? 40 : 39 };
  lead.events.push({ at, actor: person.me.displayName, what: 'verified', text: '提交了核查结果' });
  return lead;
}
