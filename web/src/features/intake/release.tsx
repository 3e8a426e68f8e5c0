import type { IntakeRequest } from '@doudi/contracts';
import { useQuery } from '@tanstack/react-query';
import { Progress } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { call } from '../../api/call.ts';
import { problemOf } from '../../api/problem.ts';
import { useSay } from '../../language/index.tsx';
import { count } from '../../ui/figures.ts';
import { problemWords } from '../../ui/states.tsx';

const POLL_MS = 700;
const under = (state: string | undefined) => state === 'waiting' || state === 'running';

/** Long work of intake by its id, asked for again until it has ended; null while none was asked for. */
export function useIntakeRequest(id: string | null) {
  return useQuery({
    queryKey: ['GET /api/intake/requests/:id', id],
    enabled: id !== null,
    queryFn: ({ signal }) => call('GET /api/intake/requests/:id', { params: { id: id ?? '' } }, signal),
    refetchInterval: ({ state }) => (state.error || (state.data && !under(state.data.state)) ? false : POLL_MS),
  });
}

export interface Release {
  busy: boolean;
  request: IntakeRequest | undefined;
  fault: unknown;
  /** Releases the rows named, or all that were corrected. */
  start(ids?: string[]): void;
}

/** Asks for the release of rows and follows it. @param done is called once when it has ended */
export function useRelease(feed: string, period: string, done: () => Promise<void>): Release {
  const [id, setId] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const [fault, setFault] = useState<unknown>(null);
  const followed = useIntakeRequest(id);
  const ended = useRef<string | null>(null);
  const state = followed.data?.state;
  useEffect(() => {
    if (id === null || state === undefined || under(state) || ended.current === id) return;
    ended.current = id;
    void done();
  }, [id, state, done]);
  const start = async (ids?: string[]) => {
    setAsking(true);
    setFault(null);
    try {
      const asked = await call('POST /api/feeds/:feed/:period/quarantine/release', {
        params: { feed, period },
        body: ids ? { ids } : {},
      });
      setId(asked.id);
    } catch (thrown) {
      setFault(thrown);
    }
    setAsking(false);
  };
  return {
    busy: asking || (id !== null && (state === undefined || under(state)) && !followed.error),
    request: followed.data,
    fault: fault ?? followed.error,
    start: (ids) => void start(ids),
  };
}

/** How far a release is, and what came of it. */
export function ReleaseNotice({ release }: { release: Release }) {
  const say = useSay();
  const { request, fault, busy } = release;
  if (fault) return <Fault {...problemWords(problemOf(fault), say)} />;
  if (request?.error) return <Fault {...request.error} />;
  if (busy) return <Running request={request} />;
  const released = request?.released;
  if (!released) return null;
  return (
    <p className="intake-notice" role="status">
      {say(released.failed === 0 ? 'intake.releasedAll' : 'intake.released', {
        accepted: count(released.accepted),
        unchanged: count(released.unchanged),
        failed: count(released.failed),
      })}
    </p>
  );
}

export function Running({ request }: { request: IntakeRequest | undefined }) {
  const say = useSay();
  const progress = request?.progress;
  const share = progress?.total ? Math.round(((progress.done ?? 0) * 100) / progress.total) : 0;
  return (
    <div className="intake-notice" role="status">
      <p>{progress?.text ?? say('intake.waiting')}</p>
      <Progress aria-label={say('intake.progress')} percent={share} showInfo={false} />
    </div>
  );
}

export function Fault({ message, cure }: { message: string; cure: string }) {
  const say = useSay();
  return (
    <p className="intake-notice fault" role="alert">
      {message} {cure ? say('state.cure', { cure }) : ''}
    </p>
  );
}
