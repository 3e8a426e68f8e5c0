import type { Tx } from '../../../platform/database/index.ts';
import { coverName, normaliseName, normaliseNumber, soundOf } from '../../linkage/index.ts';
import { type FoundRow, findByToken, findSealedOf, openIdentityOf, placesOf } from '../store/households.ts';

/** A household found by one of its persons; the names are covered. */
export interface HouseholdMatch {
  householdId: string;
  head: string;
  /** Who matched and by what, e.g. '李×× · 按读音'. */
  matched: string;
  township: string;
  village: string;
  size: number;
}

type Kind = 'number' | 'name' | 'pinyin' | 'initials';
const BY: Readonly<Record<Kind, string>> = { number: '证件号码', name: '姓名', pinyin: '读音', initials: '首字母' };

/** What a searched text may be: tokens to try, most exact first. */
export function searchTokens(q: string): { kind: Kind; text: string }[] {
  const plain = q.normalize('NFKC').trim();
  const number = normaliseNumber(plain);
  if (number && /^[\dX]+$/.test(number)) return /^\d{17}[\dX]$/.test(number) ? [{ kind: 'number', text: number }] : [];
  const letters = plain
    .toLowerCase()
    .replaceAll('ü', 'v')
    .replace(/[\s'’]/g, '');
  if (/^[a-z]+$/.test(letters)) {
    return [
      { kind: 'pinyin', text: letters },
      { kind: 'initials', text: letters },
    ];
  }
  const name = normaliseName(plain);
  if (name === '') return [];
  return [
    { kind: 'name', text: name },
    { kind: 'pinyin', text: soundOf(name) },
  ];
}

/**
 * Households by a person's whole name, its sound in letters or another writing of it, its initials, or the citizen number;
 * only those in the actor's sight. What was searched is not kept, only that a search was made and how many it found.
 * @param q as typed; @param limit at most 50
 */
export async function searchHouseholds(tx: Tx, q: string, limit = 20): Promise<HouseholdMatch[]> {
  const found = new Map<string, { row: FoundRow; kind: Kind }>();
  for (const { kind, text } of searchTokens(q)) {
    if (found.size >= limit) break;
    for (const row of await findByToken(tx, kind, tx.keys.blindIndex(kind, text), limit))
      if (!found.has(row.household_id) && found.size < limit) found.set(row.household_id, { row, kind });
  }
  const rows = [...found.values()];
  const places = await placesOf(
    tx,
    rows.map(({ row }) => row.residence_division_id),
  );
  tx.audit({
    action: 'registry.search',
    object: 'households',
    details: { by: rows[0]?.kind ?? null, found: rows.length },
  });
  return rows.map(({ row, kind }) => ({
    householdId: row.household_id,
    head: row.head_sealed ? coverName(openIdentityOf(tx, row.head_person_id, row.head_sealed).name) : '未具名',
    matched: `${coverName(openIdentityOf(tx, row.matched_id, row.matched_sealed).name)} · 按${BY[kind]}`,
    township: places.get(row.residence_division_id)?.township ?? '',
    village: places.get(row.residence_division_id)?.village ?? '',
    size: row.size,
  }));
}

/**
 * Covered names of persons in the actor's sight, for the modules that show a person by id.
 * @returns person id → '王××'; persons out of sight are not in it
 */
export async function coveredNames(tx: Tx, personIds: readonly string[]): Promise<Map<string, string>> {
  const sealed = await findSealedOf(tx, personIds);
  return new Map([...sealed].map(([id, bytes]) => [id, coverName(openIdentityOf(tx, id, bytes).name)]));
}
