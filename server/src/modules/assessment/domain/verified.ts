import { type InputDefinition, parseDecimal, type Scalar, writeScalar } from '@doudi/policy';

/** A line of RunContext.decided.facts: what a visit found and for how long it stands for what the registers say. */
export interface VerifiedLine {
  household_id: string;
  person_id: string | null;
  input: string;
  /** As it was answered: yuan as '1234.50', dates 'YYYY-MM-DD', 'true' or 'false'. */
  value: string;
  as_of: string;
  valid_until: string;
}

/** A verified fact as an input of the policies. */
export interface VerifiedInput {
  householdId: string;
  /** Null for an input of the household. */
  personId: string | null;
  input: InputDefinition;
  value: Scalar;
  asOf: string;
  validUntil: string;
}

/**
 * Verified facts as inputs: one for each household (or person) and input, the newest. What the vocabulary does not know, what
 * is about a person nobody named, or is not a value of the input's type, is left out: it stands with the visit alone.
 */
export function verifiedInputs(
  lines: readonly VerifiedLine[],
  vocabulary: readonly InputDefinition[],
): VerifiedInput[] {
  const known = new Map(vocabulary.map((input) => [input.name, input]));
  const newest = new Map<string, VerifiedInput>();
  for (const line of lines) {
    const input = known.get(line.input);
    const value = input && scalarOf(line.value, input);
    if (!input || value === undefined) continue;
    const personId = input.entity === 'person' ? line.person_id : null;
    if (input.entity === 'person' && personId === null) continue;
    const key = `${personId ?? line.household_id} ${input.name}`;
    const other = newest.get(key);
    if (other && other.asOf >= line.as_of) continue;
    const { household_id: householdId, as_of: asOf, valid_until: validUntil } = line;
    newest.set(key, { householdId, personId, input, value, asOf, validUntil });
  }
  return [...newest.values()];
}

/** The answer as a value of the input, whole numbers of its last digit; undefined when it is none. */
function scalarOf(text: string, { type, digits }: InputDefinition): Scalar | undefined {
  switch (type.kind) {
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'enum':
      return Object.hasOwn(type.values, text) ? text : undefined;
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined;
    case 'number': {
      const decimal = parseDecimal(text);
      if (!decimal || decimal.digits > digits) return undefined;
      return decimal.value * 10n ** BigInt(digits - decimal.digits);
    }
  }
}

/** A verified fact in words, with the day of the visit and the last day it stands. */
export function verifiedInWords({ input, value, asOf, validUntil }: VerifiedInput): string {
  const text =
    input.type.kind === 'boolean'
      ? value === true
        ? '是'
        : '否'
      : input.type.kind === 'enum'
        ? (input.type.values[String(value)] ?? String(value))
        : input.type.kind === 'date'
          ? String(value)
          : writeScalar(value, input.type, input.digits);
  return `${input.title} ${text}（${asOf} 核查，有效至 ${validUntil}）`;
}
