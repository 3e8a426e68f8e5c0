/** What a column of a delivery was like: how many rows had something in it, and which codes. Nothing of a person. */
export interface ColumnProfile {
  column: string;
  rows: number;
  filled: number;
  /** Rows by code; null for columns without codes. */
  codes: Record<string, number> | null;
}
