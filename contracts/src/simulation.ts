import { z } from 'zod';
import { Id, Outcome, Period, Yuan } from './codes.ts';
import { RequestState, RequestStatus } from './requests.ts';

/** enters 新进入, leaves 退出, gains 增加, loses 减少, opens 变为待定, settles 由待定变为不符合. */
export const SimulationChange = z.enum(['enters', 'leaves', 'gains', 'loses', 'opens', 'settles']);
export type SimulationChange = z.infer<typeof SimulationChange>;

/** A reform laid over a month that was run; `text` is the overlay of docs/policy-language (改革试算) in YAML. */
export const SimulationBody = z.strictObject({
  period: Period,
  /** How many of the stored months up to this one show their cost. */
  months: z.number().int().min(1).max(12).default(12),
  title: z.string().min(1).max(80),
  text: z.string().min(1).max(40_000),
});
export type SimulationBody = z.infer<typeof SimulationBody>;

export const SimulationsResponse = z.object({
  /** Months that can be simulated, newest first. */
  periods: z.array(Period),
  simulations: z.array(
    z.object({ id: Id, title: z.string(), period: Period, state: RequestState, askedAt: z.string() }),
  ),
});

/** What a programme comes to by the registers; money is yuan for one month, or each time. */
export const SimulationStanding = z.object({
  eligible: z.number().int(),
  undetermined: z.number().int(),
  amount: Yuan,
  /** Of those eligible, who is paid by the programme now. */
  onRoll: z.number().int(),
  onRollAmount: Yuan,
});

export const SimulationResult = z.object({
  period: Period,
  households: z.number().int(),
  reform: z.object({
    title: z.string(),
    changed: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        unit: z.string(),
        division: z.string(),
        before: z.string().nullable(),
        after: z.string().nullable(),
        cite: z.string(),
      }),
    ),
    divisions: z.array(z.string()),
    programmes: z.array(z.string()),
  }),
  programmes: z.array(
    z.object({
      programme: z.string(),
      title: z.string(),
      scope: z.enum(['person', 'household']),
      period: z.enum(['month', 'once']),
      /** Whether the reform can reach the programme; else after is before. */
      affected: z.boolean(),
      before: SimulationStanding,
      after: SimulationStanding,
      difference: Yuan,
      yearlyDifference: Yuan.nullable(),
    }),
  ),
  /** Decisions that change, counted by programme, township, kind of household and way. */
  cells: z.array(
    z.object({
      programme: z.string(),
      townshipId: z.number().int(),
      kind: z.string(),
      change: SimulationChange,
      count: z.number().int(),
      amount: Yuan,
      onRoll: z.number().int(),
      onRollAmount: Yuan,
      conflicts: z.number().int(),
    }),
  ),
  townships: z.array(z.object({ id: z.number().int(), name: z.string() })),
  kinds: z.array(z.object({ id: z.string(), title: z.string(), en: z.string() })),
  months: z.array(
    z.object({
      period: Period,
      programmes: z.array(z.object({ programme: z.string(), before: Yuan, after: Yuan })),
    }),
  ),
  conflicts: z.array(z.object({ variable: z.string(), rows: z.number().int() })),
});
export type SimulationResult = z.infer<typeof SimulationResult>;

export const Simulation = RequestStatus.extend({
  title: z.string(),
  period: Period,
  text: z.string(),
  result: SimulationResult.nullable(),
});
export type Simulation = z.infer<typeof Simulation>;

export const SimulationChangesQuery = z.object({
  programme: z.string().optional(),
  change: SimulationChange.optional(),
  townshipId: z.coerce.number().int().optional(),
  kind: z.string().optional(),
  cursor: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const SimulationChangesResponse = z.object({
  changes: z.array(
    z.object({
      id: Id,
      householdId: Id,
      /** The covered name of the household's head. */
      head: z.string(),
      township: z.string(),
      village: z.string(),
      programme: z.string(),
      ofPerson: z.boolean(),
      change: SimulationChange,
      before: Outcome.nullable(),
      after: Outcome.nullable(),
      beforeAmount: Yuan.nullable(),
      afterAmount: Yuan.nullable(),
      difference: Yuan,
      kind: z.string(),
      conflict: z.boolean(),
      onRoll: z.boolean(),
    }),
  ),
  nextCursor: z.string().nullable(),
});
export type SimulationChangesResponse = z.infer<typeof SimulationChangesResponse>;

/** Everything that changes, one line each, without names or ids of persons or households. */
export const SimulationExport = z.object({ csv: z.string() });
