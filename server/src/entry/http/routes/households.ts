import type { DecisionView, Portrait, TimelineEntry } from '@doudi/contracts';
import type { z } from 'zod';
import { decisionsOf } from '../../../modules/assessment/index.ts';
import { visitsOf } from '../../../modules/casework/index.ts';
import { aidOf, aidOfMonth } from '../../../modules/entitlements/index.ts';
import { feedContracts } from '../../../modules/intake/index.ts';
import {
  leadEventsOfHousehold,
  leadsOfHousehold,
  openLeadCounts,
  ruleTitles,
} from '../../../modules/monitoring/index.ts';
import { portrait, searchHouseholds } from '../../../modules/registry/index.ts';
import { viewersOf } from '../../../platform/audit/viewers.ts';
import { findPeriods } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { RouteServices, RoutesOf } from '../../../platform/route.ts';

type Timeline = z.infer<typeof TimelineEntry>[];

/**
 * One household on one page, and the search for it: what several modules know, joined here because no module of the flow
 * may look at those after it.
 */
export function householdRoutes({
  bundle,
}: RouteServices): RoutesOf<'GET /api/households/:id' | 'POST /api/households/search'> {
  return {
    'POST /api/households/search': {
      purpose: '查找家庭',
      async handle({ tx, body }) {
        const found = await searchHouseholds(tx, body.q, body.limit);
        const open = await openLeadCounts(
          tx,
          found.map((h) => h.householdId),
        );
        return { households: found.map((h) => ({ ...h, openLeads: open.get(h.householdId) ?? 0 })) };
      },
    },
    'GET /api/households/:id': {
      purpose: '查看家庭画像',
      async handle({ tx, params }) {
        const feeds = new Map(feedContracts(bundle).map((c) => [c.id, c.title]));
        const known = await portrait(tx, params.id, (feed) => feeds.get(feed) ?? feed);
        const { householdId } = known;
        const decisions = await decisionsOf(tx, householdId);
        const aid = await aidOf(tx, householdId);
        const leads = await leadsOfHousehold(tx, bundle, householdId);
        const viewers = await viewersOf(tx, householdId);
        const visits = await visitsOf(tx, householdId);
        const period = (await findPeriods(tx))[0] ?? tx.clock.today().slice(0, 7);
        const figures = figuresOf(decisions);
        return {
          ...known,
          familySize: figures?.size ?? known.members.filter((m) => m.inFamily).length,
          tags: tagsOf(leads, aid, period),
          incomePerHead: figures?.incomePerHead ?? null,
          standard: figures?.standard ?? null,
          aidThisMonth: await aidOfMonth(tx, householdId, period),
          lastVisit: visits[0]?.on ?? null,
          decisions,
          aid,
          leads,
          timeline: await timelineOf(tx, ruleTitles(bundle), { householdId, decisions, aid, visits, viewers }),
          viewers,
        };
      },
    },
  };
}

/** Open leads and running programmes, in a word each. */
function tagsOf(leads: Portrait['leads'], aid: Portrait['aid'], period: string): string[] {
  const programmes = aid.filter((a) => a.period === period && a.status === 'active').map((a) => a.programmeTitle);
  const causes = leads.filter((l) => l.status === 'open').map((l) => l.causeTitle);
  return [...new Set([...programmes, ...causes])];
}

/**
 * Standard, size and income per head as the newest decision on 低保 states them in its sentence (the only place that keeps the
 * three); unknown when it states none.
 */
export function figuresOf(
  decisions: readonly z.infer<typeof DecisionView>[],
): { size: number; standard: string; incomePerHead: string } | undefined {
  const newest = decisions.find((d) => d.programme === 'subsistence');
  for (const { text, value } of newest?.conditions ?? []) {
    const [, standard, size] = /低保标准(\d+\.\d{2})元乘以(\d+)人/.exec(text) ?? [];
    if (standard === undefined || size === undefined || value === null || !/^\d+\.\d{2}$/.test(value)) continue;
    const people = BigInt(size);
    if (people === 0n) continue;
    const fen = (BigInt(value.replace('.', '')) * 2n + people) / (people * 2n);
    const digits = String(fen).padStart(3, '0');
    return { size: Number(size), standard, incomePerHead: `${digits.slice(0, -2)}.${digits.slice(-2)}` };
  }
  return undefined;
}

const VERDICTS: Record<string, string> = {
  confirmed: '属实',
  refuted: '不属实',
  'resolved-elsewhere': '已由其他途径解决',
  unreachable: '未能联系上',
};

/** Everything that happened to a household, newest first. */
async function timelineOf(
  tx: Tx,
  titles: ReadonlyMap<string, string>,
  parts: Pick<Portrait, 'householdId' | 'decisions' | 'aid' | 'viewers'> & {
    visits: Awaited<ReturnType<typeof visitsOf>>;
  },
): Promise<Timeline> {
  const events = await leadEventsOfHousehold(tx, parts.householdId);
  const paid = new Map(
    parts.aid.filter((a) => a.amount !== null).map((a) => [`${a.period} ${a.programme} ${a.amount}`, a]),
  );
  const entries: Timeline = [
    ...events.map((e) => ({
      at: e.at,
      kind: 'lead' as const,
      text: `${titles.get(e.cause) ?? e.cause}：${e.text}`,
      leadId: e.leadId,
    })),
    ...parts.decisions.map((d) => ({
      at: d.period,
      kind: 'decision' as const,
      text: `${d.programmeTitle}：${d.sentence}`,
      leadId: null,
    })),
    ...[...paid.values()].map((a) => ({
      at: a.period,
      kind: 'payment' as const,
      text: `${a.programmeTitle} ${a.amount} 元`,
      leadId: null,
    })),
    ...parts.visits.map((v) => ({
      at: v.on,
      kind: 'visit' as const,
      text: `${v.by} 入户核查“${titles.get(v.rule) ?? v.rule}”：${VERDICTS[v.verdict] ?? v.verdict}`,
      leadId: v.leadId,
    })),
    ...parts.viewers.map((v) => ({
      at: v.at,
      kind: 'view' as const,
      text: `${v.actor} 查看了画像（${v.purpose}）`,
      leadId: null,
    })),
  ];
  return entries.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}
