/** What one field speaks for or against: bits above zero speak for the two being one person. */
export interface FieldBits {
  /** Which comparison of the model, e.g. 'name', 'birth'. */
  field: string;
  /** How it agrees, in the model's words, e.g. 'exact', 'one-digit'. */
  level: string;
  bits: number;
}

/** How sure the model is that a row is a person's, as a sum of bits. */
export interface Score {
  prior: number;
  fields: readonly FieldBits[];
  /** prior + Σ bits. */
  weight: number;
  probability: number;
  /** How much the next best candidate lies below; null when there is none. */
  gap: number | null;
  thresholds: { automatic: number; gap: number; review: number };
}
