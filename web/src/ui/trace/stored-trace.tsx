import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/call.ts';
import { useSay } from '../../language/index.tsx';
import { ErrorState } from '../states.tsx';
import { TraceView } from './trace-view.tsx';

const POLL_MS = 500;

/** Why a stored decision came out so: asked for once, worked out beside the desk, shown when it is there. */
export function StoredTrace({ decisionId }: { decisionId: string }) {
  const say = useSay();
  const asked = useQuery({
    queryKey: ['POST /api/decisions/:id/trace', decisionId],
    queryFn: ({ signal }) => call('POST /api/decisions/:id/trace', { params: { id: decisionId } }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const id = asked.data?.id ?? '';
  const trace = useQuery({
    queryKey: ['GET /api/traces/:id', id],
    queryFn: ({ signal }) => call('GET /api/traces/:id', { params: { id } }, signal),
    enabled: id !== '',
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: ({ state }) => (state.data && ['waiting', 'running'].includes(state.data.state) ? POLL_MS : false),
  });
  if (asked.isError) return <ErrorState error={asked.error} onRetry={() => asked.refetch()} />;
  if (trace.isError) return <ErrorState error={trace.error} onRetry={() => trace.refetch()} />;
  const { data } = trace;
  if (data?.error)
    return (
      <div className="state error" role="alert">
        <p className="state-title">{data.error.message}</p>
        <p className="state-body">{say('state.cure', { cure: data.error.cure })}</p>
      </div>
    );
  if (!data?.result) return <p role="status">{say('trace.waiting')}</p>;
  return <TraceView trace={data.result} />;
}
