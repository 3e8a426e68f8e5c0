/** What all decisions of one programme, division and month have in common. */
export interface Frame {
  programmeTitle: string;
  /** True when the amount is paid every month. */
  monthly: boolean;
  conditions: {
    title: string;
    cite: string | null;
    /** Parameters behind the threshold with their values, clauses and origin, in words. */
    source: string | null;
    borrowed: boolean;
  }[];
  /** Title and supplier of every input that may be missing. */
  inputs: Record<string, { title: string; supplier: string }>;
}

/** One condition for one family; what is null is left out to keep the rows small. */
export interface Told {
  met?: boolean;
  /** The sentence with the family's values; absent when the frame's title says it all. */
  text?: string;
  value?: string;
  threshold?: string;
  /** Position of the value on a bar of 0..2 × threshold. */
  ratio?: number;
}

/** What is kept with a decision: its conditions in the order of the frame's. */
export interface Explanation {
  conditions: Told[];
  /** Facts the decision reads that a visit found, e.g. '申报其他月收入 300.00（2026-11-05 核查，2027-11-04 前有效）'. */
  verified?: string[];
}
