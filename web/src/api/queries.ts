import { QueryCache, QueryClient } from '@tanstack/react-query';
import { problemOf } from './problem.ts';

/** The one cache of the desk. Answers live in memory only; they go when the tab goes. */
export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    // A lapsed sign-in shows the sign-in page, whichever page noticed it first.
    onError: (thrown, query) => {
      if (problemOf(thrown).status === 401 && query.queryKey[0] !== 'GET /api/me') {
        void queryClient.invalidateQueries({ queryKey: ['GET /api/me'] });
      }
    },
  }),
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
