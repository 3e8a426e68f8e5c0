import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Row } from '../../platform/engine/index.ts';
import type { RunContext } from '../../platform/jobs/step.ts';
import { isDrawn } from './domain/audit-sample.ts';
import { isValidNumber, normaliseNumber, repairsOf } from './domain/citizen-number.ts';
import { type Candidate, decide, type Reason } from './domain/decide.ts';
import type { ReviewSettings } from './domain/review-settings.ts';
import type { SubjectIdentity } from './domain/subject.ts';
import { CANDIDATES, WRONG_NUMBERS } from './plan/rows.ts';
import type { ConflictKind, ConflictRow } from './store/conflicts.ts';
import type { DecisionRow } from './store/decisions.ts';

/** The deliveries of the step in the order of `d`, as far as decisions need them. */
export type StepDelivery = Readonly<{ feed: string; deliveryId: string }>;

const text = (value: unknown) => (value === null || value === undefined ? null : String(value));

/** What a row of the engine says of somebody. */
export const identityOf = (r: Row): SubjectIdentity => ({
  name: text(r.name),
  number: text(r.number),
  sex: text(r.sex),
  birth: text(r.birth),
  phone: text(r.phone),
  address: text(r.address),
  division: r.division === null || r.division === undefined ? null : Number(r.division),
  hukouNo: text(r.hukou_no),
});

/** Writes what each wrong number may have been; the file lies in the step's working folder and goes with it. */
export async function repairNumbers(context: RunContext, path: string): Promise<string> {
  const file = createWriteStream(path, { mode: 0o600 });
  for await (const rows of context.engine.stream(WRONG_NUMBERS)) {
    const lines: string[] = [];
    for (const r of rows) {
      const plain = normaliseNumber(String(r.number_raw));
      if (plain === null) continue;
      const key = `${r.d},${r.row},${r.role}`;
      if (isValidNumber(plain)) lines.push(`${key},${plain},true\n`);
      else for (const variant of repairsOf(plain)) lines.push(`${key},${variant},false\n`);
    }
    if (!file.write(lines.join(''))) await new Promise<void>((resolve) => file.once('drain', () => resolve()));
  }
  file.end();
  await finished(file);
  return path;
}

type Led = Candidate & { household: string; hukou: number; residence: number };
interface OpenRow {
  key: string;
  d: number;
  row: string;
  role: string;
  /** Without a valid number: what the rules leave open is weighed, and asked of people by its weight. */
  unnumbered: boolean;
  subject: SubjectIdentity;
  led: Led[];
}

/** Which conflict a reason is the sign of. */
const CONFLICTS: Partial<Record<Reason, ConflictKind>> = {
  'name-differs': 'number-shared',
  'relative-number': 'relative-number',
  'two-numbers': 'two-numbers',
};

/**
 * Decides every row that an equal number and name did not settle; verdicts go to `path` as CSV, without identity.
 * Gives what people have to look at, and what cannot both be right.
 */
export async function decideDoubtful(
  context: RunContext,
  deliveries: readonly StepDelivery[],
  settings: ReviewSettings,
  path: string,
): Promise<{ decisions: DecisionRow[]; conflicts: ConflictRow[] }> {
  const decisions: DecisionRow[] = [];
  const conflicts: ConflictRow[] = [];
  const file = createWriteStream(path, { mode: 0o600 });
  let open: OpenRow | undefined;
  const settle = () => {
    if (!open) return;
    const verdict = decide(open.subject, open.led);
    const { d, row, role, led, subject, unnumbered } = open;
    file.write(
      `${d},${row},${role},${verdict.personId ?? ''},${verdict.method},${verdict.certain},${verdict.reason ?? ''}\n`,
    );
    const delivery = deliveries[d];
    if (!delivery) return;
    const { deliveryId, feed } = delivery;
    const review = unnumbered ? [] : verdict.review.slice(0, settings.candidates);
    const doubtful = verdict.personId && !verdict.certain ? [verdict.personId] : review;
    const of = (personId: string) => led.find((c) => c.personId === personId);
    for (const personId of doubtful) {
      const person = of(personId);
      if (!person) continue;
      const every = verdict.personId ? settings.audit.every[verdict.method] : undefined;
      decisions.push({
        ...{ deliveryId, feed, row, role, personId, subject },
        householdId: person.household,
        method: verdict.method,
        reason: verdict.reason ?? '',
        kind: verdict.personId ? 'probable' : 'review',
        blind: every !== undefined && isDrawn(every, settings.audit.seed, { deliveryId, row, role }),
        score: null,
        hukouDivisionId: person.hukou,
        residenceDivisionId: person.residence,
      });
    }
    const kind = verdict.reason && CONFLICTS[verdict.reason];
    // A relative comes first in the review; the conflict hangs on whose number it is by the register.
    const owner = of(verdict.review[kind === 'relative-number' ? 1 : 0] ?? '');
    if (kind && owner && (kind !== 'two-numbers' || verdict.review.length === 1))
      conflicts.push({
        ...{ kind, deliveryId, feed, row, role, subject },
        personId: owner.personId,
        householdId: owner.household,
        otherPersonId: kind === 'relative-number' ? (verdict.review[0] ?? null) : null,
        hukouDivisionId: owner.hukou,
        residenceDivisionId: owner.residence,
      });
  };
  for await (const rows of context.engine.stream(CANDIDATES)) {
    for (const r of rows) {
      const key = `${r.d} ${r.row} ${r.role}`;
      if (open?.key !== key) {
        settle();
        open = {
          key,
          d: Number(r.d),
          row: String(r.row),
          role: String(r.role),
          unnumbered: r.unnumbered === true,
          subject: identityOf(r),
          led: [],
        };
      }
      const hukou = Number(r.hukou_division_id);
      const residence = Number(r.residence_division_id);
      open.led.push({
        personId: String(r.person_id),
        source: r.source as Candidate['source'],
        name: String(r.person_name),
        birth: text(r.person_birth),
        sex: text(r.person_sex),
        divisions: [hukou, residence],
        household: String(r.household_id),
        hukou,
        residence,
      });
    }
  }
  settle();
  file.end();
  await finished(file);
  return { decisions, conflicts };
}
