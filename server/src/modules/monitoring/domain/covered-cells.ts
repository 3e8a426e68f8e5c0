import type { FeedContract } from '../../intake/index.ts';
import { coverName } from '../../linkage/index.ts';

export interface CoveredCell {
  header: string;
  value: string;
  covered: boolean;
}

/**
 * A delivered row for the screen: what says who somebody is, is covered; a column that the contract does not know is covered
 * whole, since nobody has said what is in it.
 */
export function coverCells(
  contract: Pick<FeedContract, 'columns'>,
  row: { headers: readonly string[]; cells: readonly string[] },
): CoveredCell[] {
  const plain = (text: string) => text.normalize('NFKC').replace(/\s/g, '');
  const columns = new Map(contract.columns.flatMap((c) => c.headers.map((h) => [plain(h), c] as const)));
  return row.headers.map((header, i) => {
    const value = row.cells[i] ?? '';
    const column = columns.get(plain(header));
    const cover = column ? (COVERS[column.type] ?? (column.identity ? whole : undefined)) : whole;
    return cover && value.trim() !== ''
      ? { header, value: cover(value.trim()), covered: true }
      : { header, value, covered: false };
  });
}

const whole = () => '＊＊＊';

/** How each identifying type is covered (policy-facts D, 脱敏): 360721********1234, 138****5678, last four of an account. */
const COVERS: Partial<Record<FeedContract['columns'][number]['type'], (value: string) => string>> = {
  name: coverName,
  citizen_number: middle(6, 4),
  disability_certificate: middle(6, 2),
  phone: middle(3, 4),
  account: middle(0, 4),
  address: (value) => /^.*?(村|社区|居委会)/.exec(value)?.[0]?.concat('＊＊＊') ?? '＊＊＊',
};

/** Keeps the first and the last characters, and covers those between; a short value is covered whole. */
function middle(first: number, last: number): (value: string) => string {
  return (value) => {
    const characters = [...value];
    const hidden = characters.length - first - last;
    if (hidden < 4) return '＊＊＊';
    return `${characters.slice(0, first).join('')}${'*'.repeat(hidden)}${characters.slice(characters.length - last).join('')}`;
  };
}
