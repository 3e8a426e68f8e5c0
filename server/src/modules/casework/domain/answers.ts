import { invalid } from '../../../platform/errors.ts';

/** A field as the procedure declares it. */
export interface AskedField {
  name: string;
  title: string;
  type: 'text' | 'textarea' | 'money' | 'number' | 'date' | 'choice' | 'boolean';
  required: boolean;
  choices?: { value: string; title: string }[] | undefined;
  states?: string | undefined;
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
): { input: string; value: string }[] {
  const known = new Set(fields.map((f) => f.name));
  for (const name of Object.keys(answers))
    if (!known.has(name))
      throw invalid('answer-unknown', `核查表里没有这一项：${name}`, '请刷新页面，按现行核查表填写');
  const facts: { input: string; value: string }[] = [];
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
    if (field.states) facts.push({ input: field.states, value: String(value) });
  }
  return facts;
}
