import type { DepartmentFeed, DepartmentsResponse } from '@doudi/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { call } from '../../api/call.ts';
import { useSay } from '../../language/index.tsx';
import { Choice } from '../../ui/choice.tsx';
import { count } from '../../ui/figures.ts';
import { usePhone } from '../../ui/screen.ts';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { useMe } from '../session/me.tsx';
import { AcceptDialog } from './accept-dialog.tsx';
import { AskDialog } from './ask-dialog.tsx';
import { type DepartmentRow, FeedList } from './feed-list.tsx';
import { RequestDialog } from './request-dialog.tsx';
import { RequestList } from './request-list.tsx';
import '../administration/administration.css';
import '../month/month.css';
import './departments.css';

const views = ['todo', 'expected', 'other', 'all'] as const;
type View = (typeof views)[number];
type Open = { what: 'ask' | 'accept'; row: DepartmentRow } | { what: 'request'; id: string } | null;

const other = (feed: DepartmentFeed) => feed.state === 'on-request' || feed.state === 'not-agreed';
const todo = (feed: DepartmentFeed) => feed.state === 'missing' || feed.alarms.length > 0 || feed.requestId !== null;
const shown: Record<View, (feed: DepartmentFeed) => boolean> = {
  todo,
  expected: (feed) => !other(feed),
  other,
  all: () => true,
};

/** The county's data officer: departments and their files in a month, what is wrong, and what was asked for. */
export function Component() {
  const me = useMe();
  const [params] = useSearchParams();
  const period = params.get('period') ?? me.periods[0] ?? me.now.slice(0, 7);
  const found = useQuery({
    queryKey: ['GET /api/departments', period],
    queryFn: ({ signal }) => call('GET /api/departments', { query: { period } }, signal),
  });
  if (found.isPending) return <LoadingState rows={14} />;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => found.refetch()} />;
  return <Departments data={found.data} />;
}

function Departments({ data }: { data: DepartmentsResponse }) {
  const say = useSay();
  const me = useMe();
  const phone = usePhone();
  const queries = useQueryClient();
  const [params, setParams] = useSearchParams();
  const [open, setOpen] = useState<Open>(null);
  const rows = data.departments.flatMap(({ department, feeds }) => feeds.map((feed) => ({ department, feed })));
  const view = views.find((one) => one === params.get('show')) ?? 'todo';
  const request = open?.what === 'request' ? data.requests.find((one) => one.id === open.id) : undefined;
  const change = (next: Record<string, string>) => setParams({ period: data.period, show: view, ...next });
  const close = () => setOpen(null);
  const done = () => {
    close();
    void queries.invalidateQueries({ queryKey: ['GET /api/departments'] });
  };
  return (
    <div className="departments-page">
      <header className="page-head">
        <h1>{say('departments.title', { period: data.period })}</h1>
        <Choice
          label={say('departments.pick')}
          value={data.period}
          style={{ width: phone ? '100%' : 120 }}
          options={[...new Set([data.period, ...me.periods])].map((one) => ({ value: one, label: one }))}
          onChange={(next) => change({ period: next })}
        />
        <p className="muted">{say('departments.help')}</p>
      </header>
      <nav className="reasons-nav" aria-label={say('departments.show')}>
        {views.map((one) => (
          <button key={one} type="button" aria-pressed={view === one} onClick={() => change({ show: one })}>
            {say(`departments.show.${one}`)} <b>{count(rows.filter((row) => shown[one](row.feed)).length)}</b>
          </button>
        ))}
      </nav>
      <FeedList
        rows={rows.filter((row) => shown[view](row.feed))}
        period={data.period}
        requests={data.requests}
        may={me.role === 'county'}
        onAsk={(row) => setOpen({ what: 'ask', row })}
        onAccept={(row) => setOpen({ what: 'accept', row })}
        onRequest={(id) => setOpen({ what: 'request', id })}
      />
      <RequestList requests={data.requests} onOpen={(id) => setOpen({ what: 'request', id })} />
      {open?.what === 'ask' ? <AskDialog row={open.row} period={data.period} onClose={close} onDone={done} /> : null}
      {open?.what === 'accept' ? <AcceptDialog row={open.row} onClose={close} onDone={done} /> : null}
      {request ? <RequestDialog request={request} may={me.role === 'county'} onClose={close} onDone={done} /> : null}
    </div>
  );
}
