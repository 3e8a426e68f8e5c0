import { z } from 'zod';
import { Condition, Operand } from './condition.ts';

const Bilingual = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
const Name = z.string().regex(/^[a-z0-9-]+$/);
export const Level = z.enum(['red', 'orange', 'yellow', 'blue']);
export type Level = z.infer<typeof Level>;
export const Kind = z.enum(['missed', 'undue', 'shock', 'watch']);
export type Kind = z.infer<typeof Kind>;

/** Rows of one feed, read for the persons they are linked to in one role. */
const FactSource = z.strictObject({
  feed: z.string(),
  role: z.string().default('self'),
  where: Condition.optional(),
  /** The column that says when it happened, for events. */
  date: z.string().optional(),
  /** Columns that the feed does not have, because all its rows say the same: a fire is a fire. For sentences only. */
  always: z.record(z.string(), z.string()).default({}),
  /** One sentence about a row; {column} is filled in, personal data stay covered. */
  says: z.string(),
});
export type FactSource = z.infer<typeof FactSource>;

const Roll = z.strictObject({
  programmes: z.array(z.string()).min(1),
  /** `self`: the person the fact is about is on the roll; `family`: anyone of the family is. */
  whose: z.enum(['self', 'family']),
});

const Metric = z.strictObject({ value: Operand, limit: Operand.optional(), type: z.enum(['money', 'count', 'area']) });

/** Rows that speak against the lead, shown with it: the lawful exemptions that were considered. */
const Considered = FactSource.omit({ date: true });

/** A fact of a person or the family, against or beside the roll. */
const FactDetector = z.strictObject({
  /** roll-versus-fact: something speaks against a payment. new-fact: something happened in the period. */
  detector: z.enum(['roll-versus-fact', 'new-fact']),
  roll: Roll.optional(),
  facts: z.array(FactSource).min(1),
  /** Rows of the same person that make the fact harmless, e.g. a renewed certificate. */
  unless: z.array(FactSource.omit({ says: true, date: true })).default([]),
  /** What must hold for household and person besides. */
  when: Condition.optional(),
  /** True when only people of the assessed family count (not the dead, imprisoned or moved). */
  family: z.boolean().default(false),
  metric: Metric.optional(),
});

/** The sum of a person's events over some months passes a threshold for the first time. */
const CrossingDetector = z.strictObject({
  detector: z.literal('event-threshold-crossing'),
  fact: FactSource.extend({ date: z.string() }),
  sum: z.string(),
  months: z.number().int().min(1).max(36),
  /** The first case that holds gives the threshold. */
  limits: z.array(z.strictObject({ when: Condition.optional(), threshold: z.string() })).min(1),
  family: z.boolean().default(true),
});

/** A state of the household, seen over its members and their rows. */
const HouseholdDetector = z.strictObject({
  detector: z.literal('household-state'),
  roll: Roll.optional(),
  /** Sums over the rows of the family; each name is then a column of the conditions. */
  aggregates: z
    .record(
      z.string(),
      FactSource.extend({
        /** count: of rows, or of the distinct values of `of`; sum and max: of the column. `once_per` takes one row of equal ones. */
        take: z.enum(['count', 'sum', 'max']),
        of: z.string().optional(),
        once_per: z.string().optional(),
      }),
    )
    .default({}),
  when: Condition,
  metric: Metric.optional(),
});

/** A decision of the policies and the roll contradict each other. */
const DecisionDetector = z.strictObject({
  /** decision-missing: entitled, not on the roll. roll-versus-decision: on the roll, not entitled. */
  detector: z.enum(['decision-missing', 'roll-versus-decision']),
  programme: z.string(),
  scope: z.enum(['household', 'person']),
  /** Programmes whose active roll row of the household (or the person) contradicts. */
  roll: z.strictObject({ programmes: z.array(z.string()).min(1), whose: z.enum(['self', 'family']) }),
  /** Reasons of the decision of which one must be there (roll-versus-decision). */
  reasons: z.array(z.string()).default([]),
  when: Condition.optional(),
  /** When the decision is undetermined for want of only these inputs, and a sign of hardship is there. */
  undetermined: z
    .strictObject({
      missing_only: z.array(z.string()).min(1),
      /** What is known already must leave the question open, e.g. known income below the limit. */
      when: Condition.optional(),
      metric: Metric.optional(),
      signs: z.array(z.strictObject({ when: Condition, says: z.string() })).min(1),
    })
    .optional(),
  metric: Metric.optional(),
});

/** One person is active twice on the roll. */
const TwiceDetector = z.strictObject({
  detector: z.literal('roll-twice'),
  /** The same programme under two award numbers. */
  same: z.array(z.string()).default([]),
  /** Two programmes that exclude each other. */
  conflicts: z.array(z.tuple([z.string(), z.string()])).default([]),
  says: z.string(),
});

const Field = z.strictObject({
  name: z.string(),
  title: z.string(),
  type: z.enum(['text', 'textarea', 'money', 'number', 'date', 'choice', 'boolean']),
  required: z.boolean().default(false),
  help: z.string().optional(),
  choices: z.array(z.strictObject({ value: z.string(), title: z.string() })).optional(),
  /** The input of the policy vocabulary that the answer states as a verified fact. */
  states: z.string().optional(),
  /** What else holds once it is answered, by input: an amount declared also says that something was declared. */
  implies: z.record(z.string(), z.union([z.string(), z.boolean(), z.number()])).default({}),
  /** For how many months from the visit the facts stand for what the registers say; needed with `states`. */
  valid_months: z.number().int().positive().optional(),
});
export type Field = z.infer<typeof Field>;

const Days = z.strictObject({ visit: z.number().int().positive(), decide: z.number().int().positive() });
export const Clocks = z.record(Level, Days);
export type Clocks = z.infer<typeof Clocks>;

const Head = z.strictObject({
  id: Name,
  kind: Kind,
  title: Bilingual,
  /** The rule in a sentence, for whoever has to answer for it. */
  text: Bilingual,
  cite: z.string().min(1),
  /** Tried in order; the last has no condition. */
  levels: z.array(z.strictObject({ level: Level, when: Condition.optional() })).min(1),
  headline: Bilingual,
  /** The headline of an undetermined finding. */
  headline_undetermined: Bilingual.optional(),
  /** Rows of the family (or the person) shown as what the finding rests on, besides those the detector found. */
  evidence: z.array(Considered.extend({ of: z.enum(['family', 'person']).default('family') })).default([]),
  considered: z.array(Considered).default([]),
  thresholds: z
    .record(Name, z.strictObject({ title: z.string(), type: z.enum(['money', 'count', 'area']) }))
    .default({}),
  form: z.array(Field).default([]),
  clock: Clocks.optional(),
  rest_months: z.number().int().min(0).optional(),
  suppressed_by: z.array(z.string()).default([]),
});

export const Detector = z.discriminatedUnion('detector', [
  FactDetector,
  CrossingDetector,
  HouseholdDetector,
  DecisionDetector,
  TwiceDetector,
]);
export type Detector = z.infer<typeof Detector>;
export type FactDetector = z.infer<typeof FactDetector>;
export type CrossingDetector = z.infer<typeof CrossingDetector>;
export type HouseholdDetector = z.infer<typeof HouseholdDetector>;
export type DecisionDetector = z.infer<typeof DecisionDetector>;
export type TwiceDetector = z.infer<typeof TwiceDetector>;

/** A signal as its YAML file says it: the head, and under `find` one of the few detectors. */
export const Signal = Head.extend({ find: Detector });
export type Signal = z.infer<typeof Signal>;

/** Values of the signals' thresholds by division and date; money as exact text in yuan. */
export const ThresholdFile = z.strictObject({
  thresholds: z.array(
    z.strictObject({
      name: Name,
      values: z
        .array(
          z.strictObject({
            division: z.string().regex(/^\d{6}$/),
            from: z.iso.date(),
            value: z.string().regex(/^\d+(\.\d{1,2})?$/),
            cite: z.string().min(1),
            borrowed_from: z.string().optional(),
          }),
        )
        .min(1),
    }),
  ),
});
export type ThresholdFile = z.infer<typeof ThresholdFile>;

/** The procedure by which leads are worked: clocks, rest, verdicts, and the fields every verification asks for. */
export const LeadProcedure = z.strictObject({
  id: z.literal('lead-verification'),
  title: Bilingual,
  cite: z.string(),
  clock: Clocks,
  rest_months: z.number().int().min(0),
  /** What happened so many months before the month, and is known to be the person's only now, still raises a lead. */
  late_months: z.number().int().min(0),
  /** A lead grows when its metric reaches this share [numerator, denominator] of what it was. */
  grows_at: z.tuple([z.number().int().positive(), z.number().int().positive()]),
  /** The highest level that a lead may have whose evidence rests on a link nobody confirmed. */
  uncertain_at_most: Level,
  verdicts: z.record(
    z.enum(['confirmed', 'refuted', 'resolved-elsewhere', 'unreachable']),
    z.strictObject({ to: z.enum(['open', 'verified', 'closed']), next: z.string() }),
  ),
  form: z.array(Field),
  kinds: z.record(Kind, z.strictObject({ form: z.array(Field).default([]), next: z.string() })),
});
export type LeadProcedure = z.infer<typeof LeadProcedure>;

/** States of families and persons in terms of which the signals speak (`signals/profile.yaml`). */
export const ProfileFile = z.strictObject({
  /** Who of the register number forms the assessed family. */
  family: Condition,
  /** Flag of person and household: an active roll row of one of the programmes. */
  roll: z.record(z.string(), z.array(z.string()).min(1)),
  /** Persons of the household with an active roll row. */
  insured: z.record(z.string(), z.array(z.string()).min(1)),
  counts: z.record(z.string(), Condition),
  highest: z.record(z.string(), z.string()),
  rows: z.record(
    z.string(),
    z.strictObject({ feed: z.string(), role: z.string().default('self'), where: Condition.optional() }),
  ),
  states: z.record(z.string(), Condition),
});
export type ProfileFile = z.infer<typeof ProfileFile>;
