import { addDays, addMonths, monthBounds } from '../../../platform/calendar/index.ts';
import { invalid } from '../../../platform/errors.ts';

/** A field as the procedure declares it. */
export interface AskedField {
  name: string;
  title: string;
  type: 'text' | 'textarea' | 'money' | 'number' | 'date' | 'choice' | 'boolean';
  required: boolean;
  choices?: { value: string; title: string }[] | undefined;
  states?: string | undefined;
  implies?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Without it a fact is kept with the visit and stands for nothing. */
  valid_months?: number | undefined;
}

/** What an answer establishes, in the vocabulary of the policies. */
export interface EstablishedFact {
  input: string;
  value: string;
  validMonths: number | undefined;
}

const shapes: Record<AskedField['type'], (value: unknown, field: AskedField) => boolean> = {
  text: (v) => typeof v === 'string' && v.length <= 200,
  textarea: (v) => typeof v === 'string' && v.length <= 2000,
  money: (v) => typeof v === 'string' && /^\d{1,10}(\.\d{1,2})?$/.test(v),
  number: (v) => typeof v === 'number' && Number.isFinite(v),
  date: (v) => typeof v === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(v) && !Number.isNaN(Date.parse(v)),
  choice: (v, field) => (field.choices ?? []).some((c) => c.value === v),
  boolean: (v) => typeof v === 'boolean',
};

const empty = (value: unknown): boolean => value === undefined || value === null || value === '';

/**
 * Checks the answers of a verification against its form, and gives the facts they establish.
 * @param complete false when nobody was met: then nothing is required
 * @throws answer-missing, answer-invalid, answer-unknown
 */
export function checkAnswers(
  fields: readonly AskedField[],
  answers: Readonly<Record<string, unknown>>,
  complete: boolean,
): EstablishedFact[] {
  const known = new Set(fields.map((f) => f.name));
  for (const name of Object.keys(answers))
    if (!known.has(name))
      throw invalid('answer-unknown', `核查表里没有这一项：${name}`, '请刷新页面，按现行核查表填写');
  const facts: EstablishedFact[] = [];
  for (const field of fields) {
    const value = answers[field.name];
    if (empty(value)) {
      if (field.required && complete)
        throw invalid('answer-missing', `“${field.title}”没有填写`, '请填写后再提交；未见到本人请选“联系不上”');
      continue;
    }
    if (!shapes[field.type](value, field))
      throw invalid(
        'answer-invalid',
        `“${field.title}”的填写不合要求`,
        field.type === 'money' ? '请写成 1234.50 这样的金额' : '请按该项的格式填写',
      );
    if (!field.states) continue;
    const validMonths = field.valid_months;
    facts.push({ input: field.states, value: String(value), validMonths });
    for (const [input, implied] of Object.entries(field.implies ?? {}))
      facts.push({ input, value: String(implied), validMonths });
  }
  return facts;
}

/** The last civil day of so many months from a day: of 2026-11-05 and 12 the 2027-11-04; 2026-08-31 and 6 end with February. */
export function lastValidDay(from: string, months: number): string {
  const month = addMonths(from.slice(0, 7), months);
  const day = `${month}-${from.slice(8)}`;
  const { last } = monthBounds(month);
  return day > last ? last : addDays(day, -1);
}
