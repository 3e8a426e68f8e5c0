import type { Me } from '@doudi/contracts';
import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext } from 'react';
import { call } from '../../api/call.ts';
import { problemOf } from '../../api/problem.ts';
import { queryClient } from '../../api/queries.ts';

const lastMe = 'doudi.me';

/** Who is signed in, null when nobody is; without network the last one seen in this tab, so that drafts stay reachable. */
export function useSession() {
  return useQuery({
    queryKey: ['GET /api/me'],
    queryFn: async ({ signal }): Promise<Me | null> => {
      try {
        const me = await call('GET /api/me', {}, signal);
        sessionStorage.setItem(lastMe, JSON.stringify(me));
        return me;
      } catch (thrown) {
        const { status } = problemOf(thrown);
        if (status === 401) return null;
        const kept = sessionStorage.getItem(lastMe);
        if (status === 0 && kept) return JSON.parse(kept) as Me;
        throw thrown;
      }
    },
    staleTime: 5 * 60_000,
  });
}

/** Drops every answer that was read for somebody, and leaves the session alone. */
export function forgetAnswers(): void {
  queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== 'GET /api/me' });
}

/** Forgets who is signed in and everything read so far: the page is loaded anew, so that nothing stays in memory. */
export function forgetSession(): void {
  sessionStorage.removeItem(lastMe);
  location.replace('/');
}

const Context = createContext<Me | null>(null);

/** Gives the signed-in person to everything below. */
export function MeProvider({ me, children }: { me: Me; children: ReactNode }) {
  return <Context.Provider value={me}>{children}</Context.Provider>;
}

/** The signed-in person; only below MeProvider. */
export function useMe(): Me {
  const me = useContext(Context);
  if (!me) throw new Error('useMe outside MeProvider');
  return me;
}
