import type { Tx } from '../../../platform/database/index.ts';
import { decideLink } from '../../linkage/index.ts';
import { withdrawForLink } from '../../monitoring/index.ts';

/**
 * Confirms or rejects that a row is a person's, in one transaction with what follows: the leads that rest on a rejected link
 * alone are withdrawn; what people did with them stays.
 * @throws as `decideLink`
 */
export async function reviewLink(
  tx: Tx,
  request: { id: string; state: 'confirmed' | 'rejected'; note: string },
): Promise<{ state: 'confirmed' | 'rejected'; withdrawn: string[]; agreed: boolean | null }> {
  const link = await decideLink(tx, request);
  const withdrawn = link.state === 'rejected' ? await withdrawForLink(tx, link) : [];
  return { state: link.state, withdrawn, agreed: link.agreed };
}
