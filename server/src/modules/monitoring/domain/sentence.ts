/** How the values of a delivered column are written for people. */
export interface ValueForm {
  type: string;
  /** Code → the shortest of the words that the contract knows for it. */
  words?: ReadonlyMap<string, string>;
}

/** Fen as '12,345.00'. */
export function yuan(fen: bigint): string {
  const sign = fen < 0n ? '-' : '';
  const abs = fen < 0n ? -fen : fen;
  const whole = String(abs / 100n).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${sign}${whole}.${String(abs % 100n).padStart(2, '0')}`;
}

/** A value as text: money with separators, areas with two digits at most, codes in words; unknown is written out. */
export function worded(value: string | null, form: ValueForm | undefined): string {
  if (value === null || value === '') return '未填';
  switch (form?.type) {
    case 'money':
      return yuan(BigInt(value));
    case 'area':
    case 'rate':
      return yuan(BigInt(value))
        .replace(/\.00$/, '')
        .replace(/(\.\d)0$/, '$1');
    case 'code':
      return form.words?.get(value) ?? value;
    default:
      return value;
  }
}

/**
 * Fills {names} of a template; what `values` does not know stays in braces, so that {person} and {head} are filled in when read.
 */
export function filled(template: string, values: ReadonlyMap<string, string>): string {
  return template.replace(/\{([^{}]+)\}/g, (whole, name: string) => values.get(name) ?? whole);
}
