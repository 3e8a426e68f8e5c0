import type { Me } from '@doudi/contracts';
import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext } from 'react';
import { call } from '../../api/call.ts';
import { problemOf } from '../../api/problem.ts';
import { queryClient } from '../../api/queries.ts';

const lastMe = 'doudi.me';
/** How long a phone without network may still show who was signed in; after that it must reach the server once. */
const keptFor = 12 * 60 * 60_000;

function keepMe(me: Me): void {
  localStorage.setItem(lastMe, JSON.stringify({ me, until: Date.now() + keptFor }));
}

function keptMe(): Me | null {
  try {
    const kept = JSON.parse(localStorage.getItem(lastMe) ?? 'null') as { me: Me; until: number } | null;
    return kept && kept.until > Date.now() ? kept.me : null;
  } catch {
    return null;
  }
}

/** Who is signed in, null when nobody is; without network the last one seen here, so that drafts stay reachable at the doorstep. */
export function useSession() {
  return useQuery({
    queryKey: ['GET /api/me'],
    queryFn: async ({ signal }): Promise<Me | null> => {
      try {
        const me = await call('GET /api/me', {}, signal);
        keepMe(me);
        return me;
      } catch (thrown) {
        const { status } = problemOf(thrown);
        if (status === 401) {
          localStorage.removeItem(lastMe);
          return null;
        }
        const kept = status === 0 ? keptMe() : null;
        if (kept) return kept;
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
  localStorage.removeItem(lastMe);
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
