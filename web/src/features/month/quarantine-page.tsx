import type { QuarantineResponse } from '@doudi/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useParams, useSearchParams } from 'react-router';
import { call } from '../../api/call.ts';
import { useSay } from '../../language/index.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { count } from '../../ui/figures.ts';
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx';
import './month.css';

type Row = QuarantineResponse['rows'][number];
const step = 50;

/** The rows of a feed that were set aside: why, which row, and how to mend it. */
export function Component() {
  const say = useSay();
  const { feed = '', period = '' } = useParams();
  const [params, setParams] = useSearchParams();
  const reason = params.get('reason') ?? undefined;
  const found = useInfiniteQuery({
    queryKey: ['GET /api/feeds/:feed/:period/quarantine', feed, period, reason],
    queryFn: ({ pageParam, signal }) =>
      call(
        'GET /api/feeds/:feed/:period/quarantine',
        {
          params: { feed, period },
          query: { limit: step, ...(reason ? { reason } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
        },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
  });
  const columns: Column<Row>[] = [
    { key: 'row', title: say('quarantine.row'), width: 84, end: true, cell: (row) => count(row.row) },
    { key: 'column', title: say('quarantine.column'), width: 140, cell: (row) => row.column ?? '—' },
    { key: 'message', title: say('quarantine.message'), cell: (row) => row.message },
    { key: 'cure', title: say('quarantine.cure'), cell: (row) => row.cure },
  ];
  if (found.isPending) return <LoadingState rows={12} />;
  const first = found.data?.pages[0];
  if (!first) return <ErrorState error={found.error} onRetry={() => found.refetch()} />;
  const { account, reasons } = first;
  const rows = found.data?.pages.flatMap((page) => page.rows) ?? [];
  const total = reasons.find((one) => one.reason === reason)?.count ?? account.quarantined;
  return (
    <div className="quarantine-page">
      <header className="page-head">
        <div>
          <Link to={`/month?period=${period}`}>← {say('quarantine.back')}</Link>
          <h1>{say('quarantine.title', { feed: account.title, period })}</h1>
          <p className="muted">
            {account.department} ·{' '}
            {say('quarantine.equation', {
              received: count(account.received),
              accepted: count(account.accepted),
              unchanged: count(account.unchanged),
              quarantined: count(account.quarantined),
              refused: count(account.refused),
            })}
          </p>
        </div>
      </header>
      <nav className="reasons-nav" aria-label={say('quarantine.reasons')}>
        <button type="button" aria-pressed={reason === undefined} onClick={() => setParams({})}>
          {say('quarantine.allReasons')} <b>{count(account.quarantined)}</b>
        </button>
        {reasons.map((one) => (
          <button
            key={one.reason}
            type="button"
            aria-pressed={reason === one.reason}
            onClick={() => setParams({ reason: one.reason })}
          >
            {one.message} <b>{count(one.count)}</b>
          </button>
        ))}
      </nav>
      <DataTable
        caption={say('quarantine.title', { feed: account.title, period })}
        rows={rows}
        columns={columns}
        keyOf={(row) => row.id}
        wrap
        card={(row) => (
          <div className="feed-card">
            <p>
              <b>
                {say('quarantine.row')} {count(row.row)}
              </b>
              <span className="end muted">{row.column ?? ''}</span>
            </p>
            <p>{row.message}</p>
            <p className="muted">
              {say('quarantine.cure')}：{row.cure}
            </p>
          </div>
        )}
        total={total}
        more={{
          has: found.hasNextPage,
          loading: found.isFetchingNextPage,
          load: () => void found.fetchNextPage(),
          step,
        }}
        empty={<EmptyState title={say('quarantine.none')}>{say('quarantine.noneHelp')}</EmptyState>}
      />
    </div>
  );
}
