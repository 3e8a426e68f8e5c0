import { literal } from '../../../../platform/engine/index.ts';

/** What a column holds; `link init` guesses it, people correct it. */
export const KINDS = [
  'name',
  'full-name',
  'given-name',
  'surname',
  'birth-date',
  'sex',
  'phone',
  'email',
  'address',
  'region',
  'street-number',
  'street',
  'locality',
  'postcode',
  'state',
  'citizen-number',
  'number',
  'household',
  'code',
  'text',
] as const;
export type Kind = (typeof KINDS)[number];

export type PreparedAs = Exclude<Kind, 'full-name'> | 'full-given' | 'full-surname';

/** One thing known of a record, read from one or several columns of either file. */
export interface Field {
  /** Name of the field inside the engine: letters, digits and underscores. */
  name: string;
  kind: Kind;
  /** How it is prepared: the kind, or the half of a full name. */
  preparedAs: PreparedAs;
  /** Columns of each file; a dedupe reads `left` only. */
  left: readonly string[];
  right: readonly string[];
  /** Separator characters when a cell holds several values; empty when it holds one. */
  separators: string;
  /** Order of day and month in dates such as 3/4/1980. */
  dateOrder: 'ymd' | 'dmy' | 'mdy';
}

/** At most so many values of one field are compared with each other, on either side. */
export const MAX_SLOTS = 3;

/** A distinct value as Node prepares it: one cell for each column of the dictionary, or null when it says nothing. */
export type Entry = readonly (string | number | null)[];

/** How values of a kind become comparable columns. */
export interface Preparation {
  /** Columns that Node makes once for each distinct value. */
  dictionary?: {
    columns: readonly (readonly [name: string, type: string])[];
    read(text: string, field: Field): Entry | null;
  };
  /** Columns that SQL makes of the trimmed text `v` (may be NULL), where no dictionary is needed. */
  base?(v: string): Readonly<Record<string, string>>;
  /** The comparable columns of one slot as SQL; `of` names a column of the dictionary or the base. */
  columns(of: (part: string) => string): Readonly<Record<string, string>>;
}

/** SQL: the hash of a value, NULL of NULL. */
export const hashed = (value: string): string => `CASE WHEN ${value} IS NOT NULL THEN hash(${value}) END`;

/** Column of a prepared table. */
export const slotColumn = (field: string, slot: number, part: string): string => `${field}_${slot}_${part}`;

/** How many values a side holds of a field. */
export function slotsOf(field: Field, side: 'left' | 'right'): number {
  const columns = field[side].length;
  return Math.min(MAX_SLOTS, field.separators === '' ? columns : columns * MAX_SLOTS);
}

/** SQL of one slot's text; what departments write for "nothing" is NULL. */
export function slotText(field: Field, side: 'left' | 'right', slot: number): string {
  const parts = field.separators === '' ? 1 : MAX_SLOTS;
  const column = field[side][Math.floor((slot - 1) / parts)] ?? '';
  const cell = `"${column.replaceAll('"', '""')}"`;
  const one =
    field.separators === ''
      ? cell
      : `list_filter(string_split_regex(${cell}, ${literal(`[${escapeClass(field.separators)}]`)}), x -> trim(x) <> '')[${((slot - 1) % parts) + 1}]`;
  const text = `trim(${one}, ${literal(BLANK)})`;
  return `(CASE WHEN length(${text}) > ${LONGEST_NOTHING} OR lower(${text}) NOT IN (${NOTHING.map(literal).join(', ')}) THEN ${text} END)`;
}

/** The values of a cell as Node splits it, one for each slot of its column; null where there is none. */
export function slotValues(field: Field, cell: string): (string | null)[] {
  if (field.separators === '') return [valueIn(cell)];
  const kept = cell
    .split(separatorOf(field))
    .map(valueIn)
    .filter((v) => v !== null);
  return Array.from({ length: MAX_SLOTS }, (_, i) => kept[i] ?? null);
}

function valueIn(cell: string): string | null {
  const text = trimmed(cell);
  return text === '' || (text.length <= LONGEST_NOTHING && NOTHINGS.has(text.toLowerCase())) ? null : text;
}

const separatorPatterns = new Map<string, RegExp>();
function separatorOf(field: Field): RegExp {
  const known = separatorPatterns.get(field.separators);
  if (known) return known;
  const pattern = new RegExp(`[${escapeClass(field.separators)}]`);
  separatorPatterns.set(field.separators, pattern);
  return pattern;
}

const BLANK = ' \t\u3000"\'';
const trimmed = (text: string): string => {
  let from = 0;
  let to = text.length;
  while (from < to && BLANK.includes(text[from] as string)) from++;
  while (to > from && BLANK.includes(text[to - 1] as string)) to--;
  return from === 0 && to === text.length ? text : text.slice(from, to);
};

const NOTHING = '|null|none|nan|n/a|na|-|--|/|无|不详|未知|空|暂无|\\n|unknown'.split('|');
const NOTHINGS = new Set(NOTHING);
const LONGEST_NOTHING = 7;

const escapeClass = (characters: string): string => characters.replaceAll(/[\\\]^-]/g, '\\$&');
