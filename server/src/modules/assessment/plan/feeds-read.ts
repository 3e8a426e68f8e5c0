import type { ColumnTypes } from './linked-rows.ts';

/** What assessment reads of each feed: the columns and, when a row names several persons, their roles. */
export const FEEDS_READ = {
  population: { hukou_no: 'VARCHAR' },
  moves: { kind: 'VARCHAR', date: 'DATE' },
  'deaths-police': { died: 'DATE' },
  'deaths-health': { died: 'DATE' },
  'deaths-cremation': { cremated: 'DATE' },
  custody: { kind: 'VARCHAR', started: 'DATE', released: 'DATE' },
  marriage: { kind: 'VARCHAR', date: 'DATE' },
  school: { stage: 'VARCHAR', mode: 'VARCHAR', status: 'VARCHAR', fee: 'BIGINT', boarding: 'BIGINT' },
  disability: { category: 'VARCHAR', level: 'VARCHAR', issued: 'DATE', expires: 'DATE', status: 'VARCHAR' },
  employment: { wage: 'BIGINT', status: 'VARCHAR' },
  'migrant-work': { months: 'BIGINT' },
  pension: { kind: 'VARCHAR', basic: 'BIGINT', amount: 'BIGINT' },
  unemployment: { benefit: 'BIGINT' },
  medical: { settled: 'DATE', self_pay: 'BIGINT' },
  vehicle: { type: 'VARCHAR', value: 'BIGINT', status: 'VARCHAR' },
  company: { kind: 'VARCHAR', role: 'VARCHAR', capital: 'BIGINT', status: 'VARCHAR' },
  housing: { unit_no: 'VARCHAR', area: 'BIGINT', use: 'VARCHAR', kind: 'VARCHAR' },
  land: { hukou_no: 'VARCHAR', area: 'BIGINT', leased: 'BIGINT', rent: 'BIGINT' },
  assistance: {
    programme: 'VARCHAR',
    persons: 'BIGINT',
    amount: 'BIGINT',
    status: 'VARCHAR',
    declared_other_income: 'BIGINT',
  },
  // Agreed one by one (docs/feeds.md): their rows stand for as long as the contract says (standing.ts) and only add.
  bank: { balance: 'BIGINT', as_of: 'DATE' },
  securities: { value: 'BIGINT', as_of: 'DATE' },
  insurance: { cash_value: 'BIGINT', as_of: 'DATE' },
  payment: { balance: 'BIGINT', as_of: 'DATE' },
  'housing-fund': { balance: 'BIGINT', status: 'VARCHAR' },
  'drug-detention': { started: 'DATE', released: 'DATE' },
  correction: { kind: 'VARCHAR', started: 'DATE', released: 'DATE' },
  declared: { kind: 'VARCHAR', effective: 'DATE' },
  guardianship: { kind: 'VARCHAR', effective: 'DATE' },
  'work-injury': { care_amount: 'BIGINT', started: 'DATE' },
  vessel: { value: 'BIGINT', status: 'VARCHAR' },
  'income-tax': { year: 'INTEGER', item: 'VARCHAR', income: 'BIGINT', tax: 'BIGINT' },
  'charity-aid': { amount: 'BIGINT', date: 'DATE' },
  'red-cross-aid': { amount: 'BIGINT', date: 'DATE' },
  'hardship-worker': { amount: 'BIGINT', date: 'DATE' },
  'women-aid': { amount: 'BIGINT', date: 'DATE' },
} as const satisfies Readonly<Record<string, ColumnTypes>>;

export type FeedRead = keyof typeof FEEDS_READ;
export const feedsRead = Object.keys(FEEDS_READ) as FeedRead[];

/** Temporary relation that holds a feed's linked rows during the step. */
export const rowsOf = (feed: FeedRead): string => `rows_${feed.replaceAll('-', '_')}`;
