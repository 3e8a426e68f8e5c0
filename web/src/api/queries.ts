import { QueryClient } from '@tanstack/react-query';
import { problemOf } from './problem.ts';

/** The one cache of the desk. Answers live in memory only; they go when the tab goes. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: false,
      networkMode: 'always',
      retry: (count, thrown) => problemOf(thrown).status >= 500 && count < 1,
    },
    mutations: { networkMode: 'always' },
  },
});
