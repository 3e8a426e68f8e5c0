import { sql, type Tx } from '../../../platform/database/index.ts';
import { invalid } from '../../../platform/errors.ts';
import type { Bundle } from '../../../platform/packs/index.ts';

/** A code that was in force from `validFrom` until before `validTo`, and the division that answers for it today. */
export interface DivisionCode {
  code: string;
  validFrom: string;
  validTo: string | null;
  divisionId: number;
  /** After succession: the division of today; its own id when it still exists. */
  currentId: number;
}

interface DivisionLine {
  id: number;
  code: string;
  name: string;
  level: string;
  parentId: number | null;
  validFrom: string;
  validTo: string | null;
}

/** Lines of a pack's CSV without quotes, header first; empty cells are null. */
function readCsv(path: string, text: string, columns: readonly string[]): (string | null)[][] {
  const [header, ...lines] = text.trim().split(/\r?\n/);
  if (header !== columns.join(','))
    throw invalid('divisions-header', `区划文件 ${path} 的表头不对`, `首行须为 ${columns.join(',')}`);
  return lines.map((line, i) => {
    const cells = line.split(',');
    if (cells.length !== columns.length)
      throw invalid(
        'divisions-line',
        `区划文件 ${path} 第 ${i + 2} 行列数不对`,
        `每行须有 ${columns.length} 列，名称不得含逗号`,
      );
    return cells.map((cell) => (cell === '' ? null : cell));
  });
}

function divisionLines(bundle: Bundle): DivisionLine[] {
  return bundle.files
    .filter((f) => f.path.endsWith('/divisions.csv'))
    .flatMap((file) =>
      readCsv(file.path, file.text, ['id', 'code', 'name', 'level', 'parent_id', 'valid_from', 'valid_to']).map(
        ([id, code, name, level, parent, from, to]) => ({
          id: Number(id),
          code: String(code),
          name: String(name),
          level: String(level),
          parentId: parent ? Number(parent) : null,
          validFrom: String(from),
          validTo: to ?? null,
        }),
      ),
    );
}

/**
 * Writes the divisions and successions of all packs in force. Doing it again with the same packs changes nothing; a name or
 * a successor that a newer pack adds is added, and a period that it ended is ended.
 * @returns how many divisions, dated names and successions the packs hold
 * @throws divisions-header, divisions-line
 */
export async function importDivisions(
  tx: Tx,
  bundle: Bundle,
): Promise<{ divisions: number; names: number; successions: number }> {
  const lines = divisionLines(bundle);
  // The line without an end, or the last one, says what the division is today; parents come before children by level.
  const today = new Map(lines.map((line) => [line.id, line]));
  const order = ['country', 'province', 'city', 'county', 'township', 'village'];
  const sorted = [...today.values()].sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
  await tx.load(
    'division_in',
    [
      { name: 'id', type: 'int' },
      { name: 'level', type: 'text' },
      { name: 'parent_id', type: 'int' },
      { name: 'place', type: 'int' },
    ],
    sorted.map((d, place) => [d.id, d.level, d.parentId, place]),
    `insert into registry.division (id, level, parent_id) select id, level, parent_id from division_in order by place
      on conflict (id) do update set parent_id = excluded.parent_id where division.parent_id is distinct from excluded.parent_id`,
  );
  await tx.load(
    'division_name_in',
    [
      { name: 'division_id', type: 'int' },
      { name: 'code', type: 'text' },
      { name: 'name', type: 'text' },
      { name: 'valid_from', type: 'date' },
      { name: 'valid_to', type: 'date' },
    ],
    lines.map((l) => [l.id, l.code, l.name, l.validFrom, l.validTo]),
    `insert into registry.division_name (division_id, code, name, valid_from, valid_to)
      select division_id, code, name, valid_from, valid_to from division_name_in
      on conflict (division_id, valid_from) do update set code = excluded.code, name = excluded.name, valid_to = excluded.valid_to
      where (division_name.code, division_name.name, division_name.valid_to)
        is distinct from (excluded.code, excluded.name, excluded.valid_to)`,
  );
  const successions = bundle.files
    .filter((f) => f.path.endsWith('/division-succession.csv'))
    .flatMap((f) => readCsv(f.path, f.text, ['from_id', 'to_id', 'effective', 'cite']));
  await tx.load(
    'division_succession_in',
    [
      { name: 'from_id', type: 'int' },
      { name: 'to_id', type: 'int' },
      { name: 'effective', type: 'date' },
      { name: 'cite', type: 'text' },
    ],
    successions,
    `insert into registry.division_succession (from_id, to_id, effective, cite)
      select from_id, to_id, effective, cite from division_succession_in on conflict do nothing`,
  );
  return { divisions: today.size, names: lines.length, successions: successions.length };
}

/** Every code that any division ever had, with the division of today: departments go on writing codes of towns long merged. */
export async function divisionCodes(tx: Tx): Promise<DivisionCode[]> {
  const { rows } = await sql<{ code: string; valid_from: string; valid_to: string | null; division_id: number }>`
    select code, valid_from, valid_to, division_id from registry.division_name order by code, valid_from`.execute(
    tx.db,
  );
  const { rows: steps } = await sql<{ from_id: number; to_id: number }>`
    select from_id, to_id from registry.division_succession order by effective, to_id`.execute(tx.db);
  const next = new Map(steps.map((s) => [s.from_id, s.to_id]));
  const current = (id: number): number => {
    const seen = new Set<number>();
    let at = id;
    // A succession that came back to where it was would be an error of the pack; it must not hang the import.
    for (let to = next.get(at); to !== undefined && !seen.has(to); to = next.get(at)) {
      seen.add(to);
      at = to;
    }
    return at;
  };
  return rows.map((r) => ({
    code: r.code,
    validFrom: r.valid_from,
    validTo: r.valid_to,
    divisionId: r.division_id,
    currentId: current(r.division_id),
  }));
}

/** The township that answers today for each division at or below township level: own id for a township. */
export async function townships(tx: Tx): Promise<Map<number, number>> {
  const { rows } = await sql<{ id: number; level: string; parent_id: number | null; successor: number | null }>`
    select d.id, d.level, d.parent_id, (select max(s.to_id) from registry.division_succession s where s.from_id = d.id) as successor
    from registry.division d`.execute(tx.db);
  const byId = new Map(rows.map((r) => [r.id, r]));
  const found = new Map<number, number>();
  for (const row of rows) {
    let at: typeof row | undefined = row;
    for (let hops = 0; at && hops < 10; hops++) {
      if (at.successor !== null) at = byId.get(at.successor);
      else if (at.level === 'township') break;
      else at = at.parent_id === null ? undefined : byId.get(at.parent_id);
    }
    if (at?.level === 'township') found.set(row.id, at.id);
  }
  return found;
}
