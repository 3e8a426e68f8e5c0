import type { PolicySources } from '@doudi/contracts';
import { sql, type Tx } from '../../../platform/database/index.ts';
import { type Bundle, oncePerBundle } from '../../../platform/packs/index.ts';

/** What the policy language reads of a pack; everything else stays behind. */
const READ =
  /^[^/]+\/(pack\.yaml|vocabulary\/.+\.yaml|parameters\/.+\.yaml|programmes\/(.+\/(policy|cases)|[^/]+)\.yaml)$/;

const readable = oncePerBundle((bundle: Bundle) => bundle.files.filter((f) => READ.test(f.path)));

/** The rules in force as texts, with the month and the place to begin with. */
export async function policySources(tx: Tx, bundle: Bundle): Promise<PolicySources> {
  const { rows: runs } = await sql<{ period: string }>`select period from platform.run where finished_at is not null
    order by period desc limit 1`.execute(tx.db);
  // The county of whoever asks; of a province or city the first county below, so that there are parameters to show.
  const { rows } = await sql<{ code: string }>`
    select n.code from registry.division d join registry.division_name n on n.division_id = d.id
    where d.level = 'county' and (d.id = any(${tx.actor.divisionIds}::int[])
      or exists (select 1 from registry.division x where x.id = any(${tx.actor.divisionIds}::int[])
        and (x.parent_id = d.id or (select y.parent_id from registry.division y where y.id = x.parent_id) = d.id)))
    order by n.valid_from desc, n.code limit 1`.execute(tx.db);
  return {
    hash: bundle.hash,
    period: runs[0]?.period ?? tx.clock.today().slice(0, 7),
    division: rows[0]?.code ?? '000000',
    files: [...readable(bundle)],
  };
}
