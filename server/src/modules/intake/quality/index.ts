import type { Tx } from '../../../platform/database/index.ts';
import { conflict, invalid, notFound } from '../../../platform/errors.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { type FeedContract, feedContracts, getContract } from '../domain/contract.ts';
import { type DeliveryRow, findCurrent, findDelivery } from '../store.ts';
import { type Alarm, alarmsOf } from './alarms.ts';
import {
  countUnknownCodes,
  findAcceptances,
  findAgreedFeeds,
  findHeaders,
  findProfiles,
  insertAcceptance,
} from './store.ts';
import { type Suspicion, suspicionOf } from './suspicion.ts';

/** One feed in a month, as its department's page shows it. */
export interface FeedQuality {
  contract: FeedContract;
  /** False while the department has neither agreed nor ever delivered, and for what comes on request. */
  expected: boolean;
  /** The month's delivery in force; undefined when none came. */
  delivery: DeliveryRow | undefined;
  /** The newest month that is in force. */
  lastPeriod: string | null;
  alarms: Alarm[];
  suspicion: Suspicion | null;
}

/** Whether something is expected of a feed for a month without being asked for. @param agreed since which month, by feed */
export const isExpected = (contract: FeedContract, agreed: ReadonlyMap<string, string>, period: string): boolean =>
  contract.frequency !== 'request' && (contract.agreed || (agreed.get(contract.id) ?? '9999') <= period);

/** Every feed of the bundle in a month with its alarms, by the feeds' ids. */
export async function feedQuality(tx: Tx, bundle: Bundle, period: string): Promise<FeedQuality[]> {
  const current = await findCurrent(tx, period);
  const agreed = await findAgreedFeeds(tx);
  const accepted = await findAcceptances(tx);
  const newest = new Map<string, DeliveryRow[]>();
  for (const d of current) newest.set(d.feed, [...(newest.get(d.feed) ?? []), d]);
  const register = newest.get('population')?.at(-1);
  const population = register ? register.accepted + register.unchanged : 0;
  const ids = [...newest.values()].flatMap((own) => own.slice(-2).map((d) => d.id));
  const profiles = await findProfiles(tx, ids);
  const headers = await findHeaders(tx, ids);
  const codes = await countUnknownCodes(tx, ids);
  return feedContracts(bundle).map((contract) => {
    const own = newest.get(contract.id) ?? [];
    const [before] = own.slice(-2, -1);
    const last = own.at(-1);
    const expected = isExpected(contract, agreed, period);
    const head = last && headers.get(last.id);
    const alarms = alarmsOf(bundle, contract, {
      ...{ period, today: tx.clock.today(), own, accepted },
      unknownHeaders: head?.unknown ?? [],
      absentColumns: head?.absent ?? [],
      unknownCodes: (last && codes.get(last.id)) ?? new Map(),
      profile: (last && profiles.get(last.id)) ?? [],
      before: (before && profiles.get(before.id)) ?? [],
      population,
    });
    return {
      contract,
      expected,
      delivery: last?.period === period ? last : undefined,
      lastPeriod: last?.period ?? null,
      alarms: expected ? alarms : alarms.filter((a) => a.kind !== 'late'),
      suspicion: suspicionOf(contract, own, accepted),
    };
  });
}

/**
 * Accepts a suspicious whole state: somebody asked the department and found it right. From then on a person's absence in
 * it means "none" again.
 * @param reason at least four characters; who answered for it, without a person's name
 * @throws delivery-unknown, delivery-unsuspicious, acceptance-reason
 */
export async function acceptDelivery(tx: Tx, bundle: Bundle, deliveryId: string, reason: string): Promise<void> {
  if (reason.trim().length < 4)
    throw invalid(
      'acceptance-reason',
      '没有写明为何确认',
      '请写明向哪个部门核实、结果如何，如“交管大队回复系统迁移，数据属实”',
    );
  const delivery = /^[0-9a-f-]{36}$/.test(deliveryId) ? await findDelivery(tx, deliveryId) : undefined;
  if (!delivery) throw notFound('delivery-unknown', '没有这次报送', '请从部门页面重新打开');
  const contract = getContract(feedContracts(bundle), delivery.feed);
  const own = await findCurrent(tx, delivery.period, delivery.feed);
  const suspicion = suspicionOf(contract, own, await findAcceptances(tx));
  if (suspicion?.deliveryId !== deliveryId || !(await insertAcceptance(tx, deliveryId, reason.trim())))
    throw conflict('delivery-unsuspicious', '这次报送没有可疑之处，或已经确认过', '不必再确认；请刷新页面');
  tx.audit({
    action: 'intake.accept-suspicious',
    object: `delivery/${deliveryId}`,
    details: { feed: delivery.feed, period: delivery.period, kind: suspicion.kind, usable: suspicion.usable },
  });
}
