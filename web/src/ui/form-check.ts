import type { FormField } from '@doudi/contracts';

export type FormFault = 'required' | 'money' | 'number' | 'date';
const shapes: Partial<Record<FormField['type'], RegExp>> = {
  money: /^\d{1,9}(\.\d{1,2})?$/,
  number: /^\d{1,9}$/,
  date: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
};

/** Takes the fields and the answers as typed and gives the first fault of each field; an empty object is a good form. */
export function formFaults(fields: readonly FormField[], answers: Record<string, unknown>): Record<string, FormFault> {
  const faults: Record<string, FormFault> = {};
  for (const field of fields) {
    const value = answers[field.name];
    const blank = value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
    if (blank) {
      if (field.required) faults[field.name] = 'required';
      continue;
    }
    const shape = shapes[field.type];
    if (shape && !shape.test(String(value))) faults[field.name] = field.type as FormFault;
  }
  return faults;
}

/** Gives the answers as the server takes them: money with two digits after the point, numbers as numbers, blanks left out. */
export function tidyAnswers(fields: readonly FormField[], answers: Record<string, unknown>): Record<string, unknown> {
  const tidy: Record<string, unknown> = {};
  for (const field of fields) {
    const value = answers[field.name];
    if (value === undefined || value === null || value === '') continue;
    if (field.type === 'money') {
      const [whole = '0', cents = ''] = String(value).split('.');
      tidy[field.name] = `${whole}.${cents.padEnd(2, '0')}`;
    } else if (field.type === 'number') tidy[field.name] = Number(value);
    else tidy[field.name] = value;
  }
  return tidy;
}
