import { type Engine, literal } from '../../../platform/engine/index.ts';

/** A delivery's links as one run reads them; absolute paths. */
export interface LinksRead {
  deliveryId: string;
  /** The links file that linkage left. */
  links: string;
  /** JSON lines of what people decided (RunContext.decided.links), when some of it is about this delivery. */
  decided?: string | undefined;
}

const LINES = `format = 'newline_delimited',
  columns = {delivery_id: 'VARCHAR', "row": 'BIGINT', role: 'VARCHAR', person_id: 'BIGINT'}`;

/** Deliveries of which people decided links. @param path absolute path of the run's JSON lines, or null */
export async function decidedDeliveries(engine: Engine, path: string | null): Promise<Set<string>> {
  if (path === null) return new Set();
  const rows = await engine.all<{ delivery_id: string }>(
    `SELECT DISTINCT delivery_id FROM read_json(${literal(path)}, ${LINES})`,
  );
  return new Set(rows.map((r) => r.delivery_id));
}

/**
 * SQL of a delivery's links with what people decided put before what linkage found: a confirmed link is certain (method
 * 'confirmed'), a rejected one is nobody's. Gives the columns of the links file, of those at least row, role, person_id, certain.
 */
export function linksSql({ deliveryId, links, decided }: LinksRead): string {
  const file = `read_parquet(${literal(links)})`;
  if (decided === undefined) return `SELECT * FROM ${file}`;
  return `SELECT l.* REPLACE (
      CASE WHEN o."row" IS NULL THEN l.person_id ELSE o.person_id END AS person_id,
      CASE WHEN o."row" IS NULL THEN l.method WHEN o.person_id IS NULL THEN 'none' ELSE 'confirmed' END AS method,
      CASE WHEN o."row" IS NULL THEN l.certain ELSE o.person_id IS NOT NULL END AS certain)
    FROM ${file} l LEFT JOIN (SELECT "row", role, person_id FROM read_json(${literal(decided)}, ${LINES})
      WHERE delivery_id = ${literal(deliveryId)}) o ON o."row" = l."row" AND o.role = l.role`;
}
