import type { LeadKind, LeadStatus, LeadsSearch, Level } from '@doudi/contracts';

export const kinds: readonly LeadKind[] = ['missed', 'undue', 'shock', 'watch'];
export const levels: readonly Level[] = ['red', 'orange', 'yellow', 'blue'];
export const statuses: readonly LeadStatus[] = ['open', 'verified', 'closed', 'withdrawn'];
export const sorts = ['due', 'level', 'newest'] as const;
const names = ['period', 'kind', 'cause', 'level', 'status', 'divisionId', 'late', 'undetermined', 'sort'] as const;
export type FilterName = (typeof names)[number];

function oneOf<T extends string>(list: readonly T[], value: string | null): T | undefined {
  return list.find((one) => one === value);
}

/** Reads the filters out of the address; what is not a filter, or not a value of one, is left out. */
export function filtersOf(params: URLSearchParams): Partial<Omit<LeadsSearch, 'q' | 'cursor' | 'limit'>> {
  const division = Number(params.get('divisionId'));
  const found = {
    period: params.get('period') ?? undefined,
    kind: oneOf(kinds, params.get('kind')),
    cause: params.get('cause') ?? undefined,
    level: oneOf(levels, params.get('level')),
    status: oneOf(statuses, params.get('status')),
    divisionId: Number.isInteger(division) && division > 0 ? division : undefined,
    late: params.get('late') === 'true' ? ('true' as const) : undefined,
    undetermined: params.get('undetermined') === 'true' ? ('true' as const) : undefined,
    sort: oneOf(sorts, params.get('sort')),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** Gives the address with one filter changed; undefined takes it away. A change of kind drops a cause of another kind. */
export function withFilter(params: URLSearchParams, name: FilterName, value: string | undefined): URLSearchParams {
  const next = new URLSearchParams();
  for (const known of names) {
    const kept = known === name ? value : (params.get(known) ?? undefined);
    if (kept !== undefined && kept !== '') next.set(known, kept);
  }
  if (name === 'kind' && value !== undefined && next.get('cause')?.startsWith(`${value}-`) === false)
    next.delete('cause');
  return next;
}

/** The filters alone, in a fixed order, as the saved views keep them. */
export function filterText(params: URLSearchParams): string {
  const next = new URLSearchParams();
  for (const known of names) {
    const value = params.get(known);
    if (value) next.set(known, value);
  }
  return next.toString();
}
