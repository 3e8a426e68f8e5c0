import type { LinksQuery } from '@doudi/contracts';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/call.ts';

const oneOf = <T extends string>(list: readonly T[], value: string | null): T | undefined =>
  list.find((one) => one === value);

export const sorts = ['hangs', 'weight', 'doubt'] as const;
export const kinds = ['probable', 'review', 'blind'] as const;

/** Reads the filters of the queue out of the address; the household is an id that says nothing of anybody. */
export function queueOf(params: URLSearchParams): Partial<LinksQuery> {
  const found = {
    state: oneOf(['open', 'decided'] as const, params.get('state')),
    kind: oneOf(kinds, params.get('kind')),
    feed: params.get('feed') ?? undefined,
    sort: oneOf(sorts, params.get('sort')),
    household: params.get('household') ?? undefined,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** Up to two hundred links of one filter, in order: what a sitting works through. */
export function useQueue(filters: Partial<LinksQuery>) {
  return useQuery({
    queryKey: ['GET /api/links', filters],
    queryFn: ({ signal }) => call('GET /api/links', { query: { ...filters, limit: 200 } }, signal),
  });
}
