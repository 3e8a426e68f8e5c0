/** A division of the registry with its present code. */
export interface DivisionRow {
  id: number;
  level: string;
  parentId: number | null;
  code: string;
}

/**
 * For each division the code under which its parameters are resolved: its own or its nearest ancestor's that has a pack,
 * else its county's. A run then resolves parameters once per such code, not once per village.
 * @param packDivisions division codes of the packs in force
 */
export function parameterDivisions(
  divisions: readonly DivisionRow[],
  packDivisions: ReadonlySet<string>,
): Map<number, string> {
  const byId = new Map(divisions.map((d) => [d.id, d]));
  const out = new Map<number, string>();
  for (const division of divisions) {
    let county: string | undefined;
    let found: string | undefined;
    const seen = new Set<number>();
    for (let at: DivisionRow | undefined = division; at && !seen.has(at.id); at = byId.get(at.parentId ?? Number.NaN)) {
      seen.add(at.id);
      if (at.level === 'county') county = at.code;
      if (packDivisions.has(at.code)) {
        found = at.code;
        break;
      }
    }
    out.set(division.id, found ?? county ?? division.code);
  }
  return out;
}
