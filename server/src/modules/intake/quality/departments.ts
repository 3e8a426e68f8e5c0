import type { DepartmentFeed, DepartmentsResponse } from '@doudi/contracts';
import { civilDate } from '../../../platform/clock.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { dueDate } from '../domain/periods.ts';
import { type SharingRequest, sharingRequests } from '../sharing/index.ts';
import { type FeedQuality, feedQuality } from './index.ts';
import { departmentsOf } from './report.ts';

/** Departments and their feeds in a month: what came, what is late, what looks wrong, what was asked for. */
export async function departmentsOfMonth(tx: Tx, bundle: Bundle, period: string): Promise<DepartmentsResponse> {
  const quality = await feedQuality(tx, bundle, period);
  const requests = await sharingRequests(tx, bundle);
  const today = tx.clock.today();
  return {
    period,
    departments: departmentsOf(quality).map((department) => ({
      department,
      feeds: quality
        .filter((q) => q.contract.department === department)
        .map((q) => presentFeed(q, requests, period, today)),
    })),
    requests,
  };
}

function presentFeed(
  q: FeedQuality,
  requests: readonly SharingRequest[],
  period: string,
  today: string,
): DepartmentFeed {
  const { contract, delivery } = q;
  const due = dueDate(period, contract.freshness.due_day);
  const open = requests.find((r) => r.feed === contract.id && r.allowed.length > 0);
  return {
    feed: contract.id,
    title: contract.title,
    scope: contract.scope,
    lawfulBasis: contract.lawful_basis,
    state: stateOf(q, due, today),
    due,
    receivedAt: delivery?.receivedAt.toISOString() ?? null,
    lastPeriod: q.lastPeriod,
    received: delivery?.received ?? 0,
    quarantined: delivery?.quarantined ?? 0,
    refused: delivery?.refused ?? 0,
    alarms: q.alarms.map(({ kind, message, cure, holds }) => ({ kind, message, cure, holds })),
    suspicious: q.suspicion?.deliveryId ?? null,
    facts: contract.facts ?? [contract.title],
    substitutes: {
      declaration: contract.substitutes?.declaration ?? null,
      visit: contract.substitutes?.visit ?? null,
    },
    requestId: open?.id ?? null,
  };
}

function stateOf(
  { contract, delivery, expected, alarms }: FeedQuality,
  due: string,
  today: string,
): DepartmentFeed['state'] {
  if (delivery) return civilDate(delivery.receivedAt) > due ? 'late' : 'delivered';
  if (contract.frequency === 'request') return 'on-request';
  if (!expected) return 'not-agreed';
  // A term's file that still holds is not awaited, though its day of the month has passed.
  return today <= due || !alarms.some((a) => a.kind === 'late') ? 'waiting' : 'missing';
}
