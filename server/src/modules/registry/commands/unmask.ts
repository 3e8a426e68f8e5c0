import type { UnmaskBody } from '@doudi/contracts';
import type { Tx } from '../../../platform/database/index.ts';
import { notFound } from '../../../platform/errors.ts';
import { findSealed, openIdentityOf } from '../store/households.ts';

/**
 * Uncovers one field of one person for a reason, which goes into the audit trail in the same transaction.
 * @returns the value, or null when it is not known (accounts are not kept by the registry)
 * @throws person-missing when the person is not in that household or not in the actor's sight
 */
export async function unmask(tx: Tx, request: UnmaskBody & { householdId: string }): Promise<string | null> {
  const { householdId, personId, field, reason } = request;
  const sealed = await findSealed(tx, householdId, personId);
  if (!sealed) throw notFound('person-missing', '没有找到这个人', '请从家庭画像进入；不在您辖区的人不会显示');
  const identity = openIdentityOf(tx, personId, sealed);
  tx.audit({
    action: 'registry.unmask',
    object: `person/${personId}`,
    purpose: reason,
    details: { field, householdId },
  });
  return field === 'account' ? null : identity[field];
}
