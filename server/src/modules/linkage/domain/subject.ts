import type { Tx } from '../../../platform/database/index.ts';

/** What one delivered row says of one person, as intake left it. */
export interface SubjectIdentity {
  name: string | null;
  /** The number as delivered when it is not valid, else the normalised one. */
  number: string | null;
  sex: string | null;
  birth: string | null;
  phone: string | null;
  address: string | null;
  division: number | null;
  hukouNo: string | null;
}

/** Where a sealed subject belongs, so that its bytes cannot be moved to another row. */
export const subjectContext = (link: { deliveryId: string; row: string; role: string }): string =>
  `link/${link.deliveryId}/${link.row}/${link.role}`;

/**
 * The text under which a judged subject is recognised when a department delivers it again: all that it says, with feed and
 * role. Null when that is too little to mean one person: a name alone, or a name and a birth date, are many people's.
 */
export function subjectText(feed: string, role: string, s: SubjectIdentity): string | null {
  const place = s.division !== null || s.phone !== null || s.address !== null;
  const enough = s.name !== null && (s.number !== null || s.hukouNo !== null || (s.birth !== null && place));
  if (!enough) return null;
  return JSON.stringify([feed, role, s.name, s.number, s.sex, s.birth, s.phone, s.address, s.division, s.hukouNo]);
}

/** Opens what a row says of somebody; null when it was written before subjects were kept. */
export function openSubject(
  tx: Pick<Tx, 'keys'>,
  link: { deliveryId: string; row: string; role: string; sealed: Buffer | null },
): SubjectIdentity | null {
  if (link.sealed === null) return null;
  return JSON.parse(tx.keys.open(link.sealed, subjectContext(link)).toString('utf8')) as SubjectIdentity;
}
