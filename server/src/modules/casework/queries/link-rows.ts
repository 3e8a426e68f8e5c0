import type { LinkRow } from '@doudi/contracts';
import { sql, type Tx } from '../../../platform/database/index.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { feedContracts } from '../../intake/index.ts';
import { coverName, openSubject } from '../../linkage/index.ts';
import { coveredNames, placesOf } from '../../registry/index.ts';

/** A link as stored, with what rests on it. */
export interface LinkRecord {
  id: string;
  delivery_id: string;
  feed: string;
  row_no: string;
  role: string;
  person_id: string;
  household_id: string | null;
  method: string;
  reason: string;
  kind: 'probable' | 'review' | 'certain';
  state: 'open' | 'confirmed' | 'rejected';
  blind: boolean;
  weight: number | null;
  sealed: Buffer | null;
  residence_division_id: number;
  decided_at: Date | null;
  leads: number;
  facts: number;
}

/** What rests on a link: open leads with the row as evidence about the person, and facts of the portrait taken from it. */
export const RESTS = sql`
  (select count(distinct e.lead_id)::int from monitoring.evidence e join monitoring.lead l on l.id = e.lead_id
    where e.delivery_id = d.delivery_id and e."row" = d.row_no and e.person_id = d.person_id and l.status = 'open') as leads,
  (select count(*)::int from registry.fact f where f.household_id = d.household_id and f.delivery_id = d.delivery_id
    and f.row_no = d.row_no and f.person_id = d.person_id) as facts`;

export const LINK_COLUMNS = sql`d.id, d.delivery_id, d.feed, d.row_no, d.role, d.person_id, d.household_id, d.method, d.reason,
  d.kind, d.state, d.blind, d.weight, d.sealed, d.residence_division_id, d.decided_at`;

/** True while the machine's answer must not be shown. */
export const isBlind = (link: Pick<LinkRecord, 'blind' | 'state'>): boolean => link.blind && link.state === 'open';

/** Feeds in words. */
export function feedTitles(bundle: Bundle): Map<string, { title: string; department: string }> {
  return new Map(feedContracts(bundle).map((c) => [c.id, { title: c.title, department: c.department }]));
}

/** Links for the desk: names covered, places named, and nothing of the machine's answer where it is asked blind. */
export async function shownLinks(tx: Tx, bundle: Bundle, links: readonly LinkRecord[]): Promise<LinkRow[]> {
  const feeds = feedTitles(bundle);
  const names = await coveredNames(
    tx,
    links.map((l) => l.person_id),
  );
  const places = await placesOf(
    tx,
    links.map((l) => l.residence_division_id),
  );
  return links.map((l) => {
    const name = openSubject(tx, { deliveryId: l.delivery_id, row: l.row_no, role: l.role, sealed: l.sealed })?.name;
    const place = places.get(l.residence_division_id);
    const blind = isBlind(l);
    return {
      id: l.id,
      feed: l.feed,
      feedTitle: feeds.get(l.feed)?.title ?? l.feed,
      department: feeds.get(l.feed)?.department ?? '',
      row: Number(l.row_no),
      delivered: name ? coverName(name) : null,
      person: names.get(l.person_id) ?? '未具名',
      township: place?.township ?? '',
      village: place?.village ?? '',
      kind: blind ? 'blind' : l.kind,
      method: blind ? null : l.method,
      reason: blind ? null : l.reason,
      weight: blind ? null : l.weight,
      // What rests on it would give the answer away.
      leads: blind ? 0 : l.leads,
      facts: blind ? 0 : l.facts,
      state: l.state,
      decidedAt: l.decided_at?.toISOString() ?? null,
    };
  });
}
