import { sql, type Tx } from '../../../platform/database/index.ts';
import { coverName } from '../../linkage/index.ts';

/** Covered names of persons that the actor sees, by person id; who is not seen is not there. */
export async function coveredNames(tx: Tx, personIds: readonly (string | null)[]): Promise<Map<string, string>> {
  const ids = [...new Set(personIds.filter((id) => id !== null))];
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ person_id: string; sealed: Buffer }>`
    select person_id, sealed from identity.person where person_id = any(${ids}::bigint[])`.execute(tx.db);
  return new Map(
    rows.map((r) => {
      const identity = JSON.parse(tx.keys.open(r.sealed, `identity/${r.person_id}`).toString('utf8')) as {
        name: string;
      };
      return [r.person_id, coverName(identity.name)];
    }),
  );
}
