/**
 * The assignment of rows to columns with the greatest sum (Kuhn-Munkres by shortest augmenting paths, O(n²m)).
 * @param worth worth[i][j] of giving column j to row i; rows may stay without a column at no worth, so negative worths are never taken
 * @returns for each row its column, or -1
 */
export function assign(worth: readonly (readonly number[])[]): number[] {
  const rows = worth.length;
  const given = worth[0]?.length ?? 0;
  // One spare column for each row, worth nothing: staying alone.
  const columns = given + rows;
  const cost = (i: number, j: number) => (j < given ? -(worth[i]?.[j] ?? 0) : 0);
  const u = new Float64Array(rows + 1);
  const v = new Float64Array(columns + 1);
  const owner = new Int32Array(columns + 1);
  const way = new Int32Array(columns + 1);
  for (let i = 1; i <= rows; i++) {
    owner[0] = i;
    let at = 0;
    const least = new Float64Array(columns + 1).fill(Number.POSITIVE_INFINITY);
    const used = new Uint8Array(columns + 1);
    do {
      used[at] = 1;
      const row = owner[at] as number;
      let delta = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let j = 1; j <= columns; j++) {
        if (used[j]) continue;
        const reduced = cost(row - 1, j - 1) - (u[row] as number) - (v[j] as number);
        if (reduced < (least[j] as number)) {
          least[j] = reduced;
          way[j] = at;
        }
        if ((least[j] as number) < delta) {
          delta = least[j] as number;
          next = j;
        }
      }
      for (let j = 0; j <= columns; j++) {
        if (used[j]) {
          const o = owner[j] as number;
          u[o] = (u[o] as number) + delta;
          v[j] = (v[j] as number) - delta;
        } else least[j] = (least[j] as number) - delta;
      }
      at = next;
    } while (owner[at] !== 0);
    do {
      const before = way[at] as number;
      owner[at] = owner[before] as number;
      at = before;
    } while (at !== 0);
  }
  const columnOf = new Array<number>(rows).fill(-1);
  for (let j = 1; j <= given; j++) {
    const row = owner[j] as number;
    if (row > 0) columnOf[row - 1] = j - 1;
  }
  return columnOf;
}
