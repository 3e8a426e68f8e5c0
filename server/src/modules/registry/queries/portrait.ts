import type { Fact, Member } from '@doudi/contracts';
import type { Tx } from '../../../platform/database/index.ts';
import { notFound } from '../../../platform/errors.ts';
import { coverName } from '../../linkage/index.ts';
import { ageAt, coverNumber, coverPhone, RELATIONS } from '../domain/cover.ts';
import {
  type FactRow,
  findFactSource,
  findFacts,
  findHousehold,
  findMembers,
  type MemberRow,
  openIdentityOf,
  placesOf,
} from '../store/households.ts';

/** The registry's part of a household's page; programmes, leads and payments are joined to it by their own modules. */
export interface HouseholdPortrait {
  householdId: string;
  /** Covered name of the head with 户, e.g. '王××户'. */
  title: string;
  township: string;
  village: string;
  divisionId: number;
  size: number;
  members: Member[];
  facts: Fact[];
}

/** Prefix of a fact's evidenceId, so that it cannot be taken for the evidence of a lead. */
const FACT_ID = 'fact-';
/**
 * A household as the registry knows it: members with covered identity, facts with their source. The reading is audited.
 * @param feedTitle words for a feed id ('employment' → '参保就业')
 * @throws household-missing when there is none, or none in the actor's sight
 */
export async function portrait(
  tx: Tx,
  householdId: string,
  feedTitle: (feed: string) => string,
): Promise<HouseholdPortrait> {
  const household = await findHousehold(tx, householdId);
  if (!household)
    throw notFound('household-missing', '没有找到这个家庭', '请从线索或搜索结果进入；不在您辖区的家庭不会显示');
  const rows = await findMembers(tx, household.id);
  const facts = await findFacts(tx, household.id);
  const names = new Map<string, string>();
  const members = rows.map((row) => memberOf(tx, row, facts, names));
  const place = (await placesOf(tx, [household.residence_division_id])).get(household.residence_division_id);
  tx.audit({ action: 'registry.portrait', object: `household/${household.id}` });
  return {
    householdId: household.id,
    title: `${names.get(household.head_person_id) ?? '未具名'}户`,
    township: place?.township ?? '',
    village: place?.village ?? '',
    divisionId: household.residence_division_id,
    size: household.size,
    members,
    facts: facts.map((fact) => ({
      personId: fact.person_id,
      name: (fact.person_id && names.get(fact.person_id)) ?? '',
      title: fact.title,
      value: fact.certain ? fact.value : `${fact.value ?? ''}（身份待确认）`,
      source: `${feedTitle(fact.feed)}（${fact.period}）`,
      evidenceId: `${FACT_ID}${fact.id}`,
      asOf: fact.as_of,
      stale: fact.stale,
    })),
  };
}

function memberOf(tx: Tx, row: MemberRow, facts: readonly FactRow[], names: Map<string, string>): Member {
  const identity = row.sealed ? openIdentityOf(tx, row.id, row.sealed) : undefined;
  const name = identity ? coverName(identity.name) : '未具名';
  names.set(row.id, name);
  const outside = facts.find((f) => f.person_id === row.id && f.certain && f.outside !== null);
  const outsideReason = row.registered_to ? `已迁出或注销（${row.registered_to}）` : outside ? outside.outside : null;
  return {
    personId: row.id,
    name,
    number: identity ? { masked: coverNumber(identity.number), field: 'number' } : null,
    phone: identity?.phone ? { masked: coverPhone(identity.phone), field: 'phone' } : null,
    relation: RELATIONS[row.relation] ?? row.relation,
    sex: row.sex,
    age: row.birth ? ageAt(row.birth, tx.clock.today()) : null,
    inFamily: outsideReason === null,
    outsideReason,
    tags: row.missing_since && !row.registered_to ? [`${row.missing_since} 起登记簿未见`] : [],
  };
}

/** Where a fact of the portrait was delivered, to open the row with intake's openRow. */
export interface FactSource {
  householdId: string;
  feed: string;
  deliveryId: string;
  row: string;
  role: string;
  certain: boolean;
}

/** The delivered row behind a fact, by its evidenceId, under the actor's sight; undefined for what is no such fact. */
export async function factSource(tx: Tx, evidenceId: string): Promise<FactSource | undefined> {
  if (!evidenceId.startsWith(FACT_ID)) return undefined;
  const found = await findFactSource(tx, evidenceId.slice(FACT_ID.length));
  if (!found) return undefined;
  const { household_id, feed, delivery_id, row_no, role, certain } = found;
  return { householdId: household_id, feed, deliveryId: delivery_id, row: row_no, role, certain };
}
