import type { LinkDetail, LinkUnmasked } from '@doudi/contracts';
import { sql, type Tx } from '../../../platform/database/index.ts';
import { notFound } from '../../../platform/errors.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { deliveryHead } from '../../intake/index.ts';
import {
  type ComparedField,
  compare,
  coverName,
  namesAgree,
  openSubject,
  type PersonIdentity,
  type SubjectIdentity,
} from '../../linkage/index.ts';
import { ageAt, coverNumber, coverPhone, openIdentityOf, placesOf, RELATIONS } from '../../registry/index.ts';
import { dependentsOf } from './link-dependents.ts';
import { isBlind, LINK_COLUMNS, type LinkRecord, RESTS, shownLinks } from './link-rows.ts';

interface Found extends LinkRecord {
  gap: number | null;
  probability: number | null;
  weights: {
    prior: number;
    fields: { field: string; level: string; bits: number }[];
    thresholds: { automatic: number; gap: number; review: number };
  } | null;
  model: string;
  note: string | null;
  carried_from: string | null;
  machine_kind: string | null;
  by: string | null;
}

async function find(tx: Tx, id: string): Promise<Found> {
  const known = /^[0-9a-f-]{36}$/.test(id) ? id : '00000000-0000-0000-0000-000000000000';
  const { rows } = await sql<Found>`
    select ${LINK_COLUMNS}, ${RESTS}, d.gap, d.probability, d.weights, d.model, d.note, d.carried_from, d.machine_kind,
      a.display_name as by
    from linkage.decision d left join platform.actor a on a.id = d.decided_by where d.id = ${known}::uuid`.execute(
    tx.db,
  );
  const found = rows[0];
  if (!found) throw notFound('link-missing', '没有找到这条认人结果', '请刷新待办；不在您辖区的不会显示');
  return found;
}

interface MemberRecord {
  id: string;
  relation: string;
  sex: 'male' | 'female' | null;
  birth: string | null;
  hukou_division_id: number;
  residence_division_id: number;
  hukou_key: Buffer | null;
  sealed: Buffer | null;
}

/** The person's household in the actor's sight, head first. */
async function membersOf(tx: Tx, personId: string): Promise<MemberRecord[]> {
  const { rows } = await sql<MemberRecord>`
    select p.id, p.relation, p.sex, p.birth, p.hukou_division_id, p.residence_division_id, h.hukou_key, i.sealed
    from registry.person one join registry.person p on p.household_id = one.household_id
    left join registry.household h on h.id = p.household_id left join identity.person i on i.person_id = p.id
    where one.id = ${personId}::bigint and (p.registered_to is null or p.id = one.id)
    order by p.relation <> 'head', p.birth, p.id`.execute(tx.db);
  return rows;
}

/** The register keeps household numbers as keyed indexes only: the row's own when it is that one, else a word for another. */
function householdNumber(tx: Tx, delivered: string | null, key: Buffer | null): string | null {
  if (delivered === null || key === null) return null;
  return tx.keys.blindIndex('hukou', delivered).equals(key) ? delivered : '另一户号';
}

/** Row and person as they stand uncovered; only what the two functions below let out leaves. */
async function bothSides(tx: Tx, link: Found) {
  const row: SubjectIdentity | null = openSubject(tx, {
    deliveryId: link.delivery_id,
    row: link.row_no,
    role: link.role,
    sealed: link.sealed,
  });
  const members = await membersOf(tx, link.person_id);
  const named = new Map(members.map((m) => [m.id, m.sealed ? openIdentityOf(tx, m.id, m.sealed) : undefined]));
  const own = members.find((m) => m.id === link.person_id);
  const identity = named.get(link.person_id);
  const person: PersonIdentity | null =
    own && identity
      ? {
          ...{ name: identity.name, number: identity.number, phone: identity.phone, address: identity.address },
          ...{ sex: own.sex, birth: own.birth, hukouNo: householdNumber(tx, row?.hukouNo ?? null, own.hukou_key) },
          divisions: [own.residence_division_id, own.hukou_division_id],
        }
      : null;
  const compared = row && person ? compare(row, person) : [];
  const divisions = compared.filter((f) => f.field === 'place').flatMap((f) => [f.delivered, f.person]);
  const places = await placesOf(tx, divisions.filter((d) => d !== null).map(Number));
  const placeOf = (id: string | null) => {
    const place = id === null ? undefined : places.get(Number(id));
    return place ? `${place.township} ${place.village}`.trim() : id === null ? null : '辖区外';
  };
  const fields = compared.map((f) =>
    f.field === 'place' ? { ...f, delivered: placeOf(f.delivered), person: placeOf(f.person) } : f,
  );
  return { row, members, named, fields };
}

const hide = (text: string) => '＊'.repeat(Math.min([...text].length, 6));
const COVERS: Partial<Record<ComparedField, (text: string) => string>> = {
  name: coverName,
  number: coverNumber,
  phone: coverPhone,
  address: (text) => /^.*?(村|社区|居委会)/.exec(text)?.[0]?.concat('＊＊＊') ?? hide(text),
  household: (text) => (/\d/.test(text) ? `${hide(text)}${text.slice(-2)}` : text),
};
const covered = (field: ComparedField, text: string | null) => (text === null ? null : (COVERS[field]?.(text) ?? text));

/**
 * One link for one look: what row and person say side by side, covered, the evidence in bits, the household, what rests on it.
 * Where it is asked blind nothing says what the machine decided. The reading is audited.
 * @throws link-missing also when it exists but lies outside the actor's sight
 */
export async function linkDetail(tx: Tx, bundle: Bundle, id: string): Promise<LinkDetail> {
  const link = await find(tx, id);
  const [shown] = await shownLinks(tx, bundle, [link]);
  if (!shown) throw new Error('the link just found is not shown');
  const blind = isBlind(link);
  const { row, members, named, fields } = await bothSides(tx, link);
  const { rows: others } = await sql<LinkRecord>`select ${LINK_COLUMNS}, 0 as leads, 0 as facts from linkage.decision d
    where d.delivery_id = ${link.delivery_id} and d.row_no = ${link.row_no}::bigint and d.role = ${link.role} and d.id <> ${link.id}
    order by d.weight desc nulls last, d.id`.execute(tx.db);
  const head = await deliveryHead(tx, link.delivery_id);
  const own = members.find((m) => m.id === link.person_id);
  const { rows: household } = await sql<{
    household_id: string;
  }>`select household_id from registry.person where id = ${link.person_id}::bigint`.execute(tx.db);
  tx.audit({ action: 'link.read', object: `link/${link.id}` });
  const judged = link.state !== 'open' && link.blind;
  return {
    ...shown,
    period: head?.period ?? null,
    personId: link.person_id,
    householdId: own ? (household[0]?.household_id ?? null) : null,
    evidenceId: `link-${link.id}`,
    fields: fields.map((f) => ({
      field: f.field,
      delivered: covered(f.field, f.delivered),
      person: covered(f.field, f.person),
      agreement: f.agreement,
    })),
    waterfall:
      blind || link.weights === null || link.weight === null || link.probability === null
        ? null
        : {
            ...link.weights,
            ...{ weight: link.weight, probability: link.probability, gap: link.gap },
            model: link.model,
          },
    others: (await shownLinks(tx, bundle, blind ? [] : others)).map((o) => ({
      ...{ id: o.id, person: o.person, state: o.state, weight: o.weight },
    })),
    members: members.map((m) => {
      const identity = named.get(m.id);
      const name = row?.name;
      return {
        personId: m.id,
        name: identity ? coverName(identity.name) : '未具名',
        relation: RELATIONS[m.relation] ?? m.relation,
        sex: m.sex,
        age: m.birth ? ageAt(m.birth, tx.clock.today()) : null,
        isPerson: m.id === link.person_id,
        named: Boolean(name && identity && namesAgree(name, identity.name) !== 'none'),
      };
    }),
    dependents: blind ? { leads: [], facts: [], carried: 0 } : await dependentsOf(tx, bundle, link),
    decision:
      link.state === 'open' || link.decided_at === null
        ? null
        : {
            by: link.by ?? '',
            at: link.decided_at.toISOString(),
            note: link.note ?? '',
            carried: link.carried_from !== null,
            agreed: judged ? (link.state === 'confirmed') === (link.machine_kind !== 'review') : null,
          },
  };
}

/** Row and person uncovered, for a reason that goes into the trail. @throws link-missing */
export async function unmaskLink(tx: Tx, id: string, reason: string): Promise<LinkUnmasked> {
  const link = await find(tx, id);
  const { fields } = await bothSides(tx, link);
  tx.audit({ action: 'link.unmask', object: `link/${link.id}`, purpose: reason });
  return { fields: fields.map(({ field, delivered, person }) => ({ field, delivered, person })) };
}
