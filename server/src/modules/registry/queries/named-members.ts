import type { Tx } from '../../../platform/database/index.ts';
import { findMembers, openIdentityOf } from '../store/households.ts';

/** A registered person as a department is asked about them. */
export interface NamedMember {
  number: string;
  name: string;
}

/**
 * Names and numbers of those who are registered in households, under the actor's sight; the reading is audited by its number.
 * For lists to departments only, which need both to find somebody.
 */
export async function namedMembers(tx: Tx, householdIds: readonly string[]): Promise<NamedMember[]> {
  const found: NamedMember[] = [];
  for (const id of new Set(householdIds))
    for (const member of await findMembers(tx, id)) {
      if (member.registered_to !== null || !member.sealed) continue;
      const { number, name } = openIdentityOf(tx, member.id, member.sealed);
      found.push({ number, name });
    }
  tx.audit({
    action: 'registry.names',
    object: 'households',
    details: { households: householdIds.length, persons: found.length },
  });
  return found;
}
