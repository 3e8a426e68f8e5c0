import type { QuarantineResponse } from '@doudi/contracts';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { call } from '../../api/call.ts';
import { useSay } from '../../language/index.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { count } from '../../ui/figures.ts';
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx';
import { useMe } from '../session/me.tsx';
import { CorrectedFile } from './corrected-file.tsx';
import { DiscardDialog } from './discard-dialog.tsx';
import { ReleaseNotice, useRelease } from './release.tsx';
import { RowEditor } from './row-editor.tsx';
import './intake.css';

type Row = QuarantineResponse['rows'][number];
const step = 50;

/** The rows of a feed that were set aside: why, where, and how to mend it; the county corrects and releases them here. */
export function Component() {
  const say = useSay();
  const { feed = '', period = '' } = useParams();
  const [params, setParams] = useSearchParams();
  const reason = params.get('reason') ?? undefined;
  const may = useMe().role === 'county';
  const cache = useQueryClient();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [editing, setEditing] = useState<string | null>(null);
  const [discarding, setDiscarding] = useState(false);
  const key = ['GET /api/feeds/:feed/:period/quarantine', feed, period] as const;
  const again = async () => {
    setChosen(new Set());
    await cache.invalidateQueries({ queryKey: key });
  };
  const release = useRelease(feed, period, again);
  const found = useInfiniteQuery({
    queryKey: [...key, reason],
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
    { key: 'row', title: say('quarantine.row'), width: 150, cell: (row) => <Place row={row} /> },
    { key: 'column', title: say('quarantine.column'), width: 140, cell: (row) => row.column ?? '—' },
    { key: 'message', title: say('quarantine.message'), cell: (row) => row.message },
    { key: 'cure', title: say('quarantine.cure'), cell: (row) => row.cure },
    ...(may
      ? [
          {
            key: 'correct',
            title: say('intake.correction'),
            width: 150,
            cell: (row: Row) => <Correct row={row} onOpen={() => setEditing(row.id)} />,
          },
        ]
      : []),
  ];
  if (found.isPending) return <LoadingState rows={12} />;
  const first = found.data?.pages[0];
  if (!first) return <ErrorState error={found.error} onRetry={() => found.refetch()} />;
  const { account, reasons } = first;
  const rows = found.data?.pages.flatMap((page) => page.rows) ?? [];
  const open = reasons.reduce((sum, one) => sum + one.count, 0);
  const total = reasons.find((one) => one.reason === reason)?.count ?? open;
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
        {may ? (
          <div className="intake-actions">
            <CorrectedFile feed={feed} period={period} empty={open === 0} onDone={again} />
            <Button type="primary" disabled={open === 0} loading={release.busy} onClick={() => release.start()}>
              {say('intake.releaseCorrected')}
            </Button>
            <Link className="button-link" to={`/feeds/${feed}/${period}/upload`}>
              {say('intake.uploadNew')}
            </Link>
          </div>
        ) : null}
      </header>
      <ReleaseNotice release={release} />
      {reasons.length > 0 ? (
        <nav className="reasons-nav" aria-label={say('quarantine.reasons')}>
          <button type="button" aria-pressed={reason === undefined} onClick={() => setParams({})}>
            {say('quarantine.allReasons')} <b>{count(open)}</b>
          </button>
          {reasons.map((one) => (
            <button
              key={`${one.reason} ${one.message}`}
              type="button"
              aria-pressed={reason === one.reason}
              onClick={() => setParams({ reason: one.reason })}
            >
              {one.message} <b>{count(one.count)}</b>
            </button>
          ))}
        </nav>
      ) : null}
      {chosen.size > 0 ? (
        <section className="intake-bulk" aria-label={say('intake.bulk')}>
          <span>{say('table.selected', { count: count(chosen.size) })}</span>
          <Button type="primary" loading={release.busy} onClick={() => release.start([...chosen])}>
            {say('intake.releaseChosen', { count: count(chosen.size) })}
          </Button>
          <Button onClick={() => setDiscarding(true)}>{say('intake.discard', { count: count(chosen.size) })}</Button>
          <Button type="text" onClick={() => setChosen(new Set())}>
            {say('table.clear')}
          </Button>
        </section>
      ) : null}
      <DataTable
        caption={say('quarantine.title', { feed: account.title, period })}
        rows={rows}
        columns={columns}
        keyOf={(row) => row.id}
        wrap
        {...(may
          ? {
              selection: {
                keys: chosen,
                change: setChosen,
                nameOf: (id: string) => `${say('quarantine.row')} ${rows.find((r) => r.id === id)?.row ?? ''}`,
              },
            }
          : {})}
        card={(row) => (
          <div className="feed-card">
            <p>
              <b>
                {say('quarantine.row')} <Place row={row} />
              </b>
              <span className="end muted">{row.column ?? ''}</span>
            </p>
            <p>{row.message}</p>
            <p className="muted">
              {say('quarantine.cure')}：{row.cure}
            </p>
            {may ? <Correct row={row} onOpen={() => setEditing(row.id)} /> : null}
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
      {editing ? (
        <RowEditor
          id={editing}
          onClose={() => setEditing(null)}
          onSaved={async (released) => {
            setEditing(null);
            await again();
            if (released) release.start([editing]);
          }}
        />
      ) : null}
      {discarding ? (
        <DiscardDialog
          ids={[...chosen]}
          onClose={() => setDiscarding(false)}
          onDone={async () => {
            setDiscarding(false);
            await again();
          }}
        />
      ) : null}
    </div>
  );
}

/** Record number, and the line in the file, sheet or packed file, as whoever opens it counts. */
function Place({ row }: { row: Row }) {
  const say = useSay();
  return (
    <span className="intake-place">
      {count(row.row)}
      {row.line === null ? null : (
        <span className="muted">
          {row.section ? `${row.section} · ` : ''}
          {say('intake.line', { line: count(row.line) })}
        </span>
      )}
    </span>
  );
}

function Correct({ row, onOpen }: { row: Row; onOpen: () => void }) {
  const say = useSay();
  return (
    <span className="intake-correct">
      <Button size="small" onClick={onOpen} aria-label={`${say('intake.correctRow')} ${row.row}`}>
        {say('intake.correctRow')}
      </Button>
      {row.corrected ? <b>{say('intake.corrected')}</b> : null}
    </span>
  );
}
