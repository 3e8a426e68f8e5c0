import type { Entity, InputDefinition, Pack, Plan, ResolvedParameters } from '../src/index.ts';

/** Facts that vary, by a hash of household `h` and position `k`; everything else is known none. */
const VARIED: Record<string, string> = {
  birth_date: "DATE '1930-01-01' + (hash(h * 7 + k) % 35000)::INTEGER",
  wage: 'CASE WHEN hash(h * 3 + k) % 3 = 0 THEN (hash(h + k * 5) % 300000)::BIGINT ELSE 0 END',
  employed: 'hash(h * 3 + k) % 3 = 0',
  migrant_months: '(CASE WHEN hash(h * 11 + k) % 4 = 0 THEN 1 + hash(h * 13 + k) % 12 ELSE 0 END)::BIGINT',
  pension_resident: '(CASE WHEN hash(h * 17 + k) % 4 = 0 THEN 15000 + hash(h + k) % 12000 ELSE 0 END)::BIGINT',
  pension_resident_basic: '(CASE WHEN hash(h * 17 + k) % 4 = 0 THEN 15000 ELSE 0 END)::BIGINT',
  disability_level: "CASE WHEN hash(h * 19 + k) % 20 = 0 THEN (1 + hash(h + k * 3) % 4)::VARCHAR ELSE 'none' END",
  disability_category:
    "CASE WHEN hash(h * 19 + k) % 20 = 0 THEN if(hash(h) % 3 = 0, 'mental', 'physical') ELSE 'none' END",
  disability_status: "CASE WHEN hash(h * 19 + k) % 20 = 0 THEN 'valid' ELSE 'none' END",
  serious_illness: 'hash(h * 41 + k) % 33 = 0',
  medical_self_pay: '(hash(h * 23 + k) % 3000000)::BIGINT',
  custody: "CASE WHEN hash(h * 43 + k) % 300 = 0 THEN 'prison' ELSE 'none' END",
  deceased: 'hash(h * 47 + k) % 500 = 0',
  car_value: '(CASE WHEN hash(h * 37 + k) % 9 = 0 THEN 2000000 + hash(h) % 12000000 ELSE 0 END)::BIGINT',
  company_officer: 'hash(h * 53 + k) % 100 = 0',
  residence_kind: "if(hash(h * 59) % 4 = 0, 'urban', 'rural')",
  land_area: '(hash(h * 61) % 1200)::BIGINT',
  land_leased: '(hash(h * 67) % 600)::BIGINT',
  land_rent: '(hash(h * 71) % 200000)::BIGINT',
  obligor_support: '(CASE WHEN hash(h * 73) % 10 = 0 THEN hash(h) % 60000 ELSE 0 END)::BIGINT',
  dwelling_count: '(1 + (hash(h * 79) % 8 = 0)::INTEGER)::BIGINT',
  dwelling_area: '(4000 + hash(h * 83) % 30000)::BIGINT',
  income_declared: 'hash(h * 29) % 2 = 0',
  declared_other_income: 'CASE WHEN hash(h * 29) % 2 = 0 THEN (hash(h * 31) % 100000)::BIGINT END',
};

function knownNone({ type, presumed }: InputDefinition): string {
  if (type.kind === 'date')
    return typeof presumed === 'number' ? `DATE '1970-01-01' + ${presumed}` : "DATE '9999-12-31'";
  if (presumed !== undefined) return typeof presumed === 'string' ? `'${presumed}'` : String(presumed);
  if (type.kind === 'number') return '0::BIGINT';
  if (type.kind === 'boolean') return 'FALSE';
  return `'${Object.keys(type.values)[0]}'`;
}

function columns(packs: readonly Pack[], entity: Entity, only?: ReadonlySet<string>): string {
  const inputs = packs.flatMap((pack) => pack.inputs).filter((i) => i.entity === entity && (!only || only.has(i.name)));
  return inputs.map((input) => `${VARIED[input.name] ?? knownNone(input)} AS "${input.name}"`).join(', ');
}

/**
 * Queries that make a population of households numbered from `from`, one to five persons each (three on average), the
 * same for every run; every sixth household or so has nobody to declare its income and stays undetermined.
 * @param divisions SQL of the division of household `h`
 * @param only names of the inputs to write; all of the vocabulary without it
 */
export function populationSql(
  packs: readonly Pack[],
  households: { from: number; count: number },
  divisions: string,
  only?: ReadonlySet<string>,
): { household: string; person: string } {
  const range = `range(${households.from}, ${households.from + households.count}) t(h)`;
  return {
    household: `SELECT h AS household_id, ${divisions} AS division, ${columns(packs, 'household', only)} FROM ${range}`,
    person: `SELECT h AS household_id, h * 10 + k AS person_id, ${columns(packs, 'person', only)} FROM (SELECT h, unnest(range((1 + hash(h) % 5)::BIGINT)) AS k FROM ${range})`,
  };
}

/** A hundred made-up counties, Sihong's parameters with a standard of their own each, and the SQL that spreads households. */
export function hundredCounties(plan: Plan): { parameters: ResolvedParameters[]; divisions: string } {
  const parameters = Array.from({ length: 100 }, (_, i) => {
    const standard = `${500 + 5 * i}.00`;
    const set = { 'subsistence.standard': standard, 'subsistence.standard-urban': `${520 + 6 * i}.50` };
    return { ...plan.resolve('321324', set), division: String(900_001 + i) };
  });
  return { parameters, divisions: '(900001 + hash(h * 89) % 100)::VARCHAR' };
}
