import type { ConflictRow } from '@doudi/contracts';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Segmented } from 'antd';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { call } from '../../api/call.ts';
import { problemOf } from '../../api/problem.ts';
import { type Say, useSay } from '../../language/index.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EvidenceDrawer } from '../../ui/evidence-drawer.tsx';
import { count } from '../../ui/figures.ts';
import { EmptyState, ErrorState, LoadingState, problemWords } from '../../ui/states.tsx';
import { useMe } from '../session/me.tsx';
import { ReasonDialog } from './link-dialogs.tsx';

const step = 50;

const says = (say: Say, row: ConflictRow) =>
  say(`conflicts.says.${row.kind}`, {
    delivered: row.delivered ?? say('links.noName'),
    person: row.person,
    other: row.other ?? '',
  });

/** What cannot both be right: numbers and phones used by two, each closed by a person with what was found out. */
export function Conflicts() {
  const say = useSay();
  const me = useMe();
  const client = useQueryClient();
  const [params, setParams] = useSearchParams();
  const [closing, setClosing] = useState<ConflictRow | null>(null);
  const [fault, setFault] = useState('');
  const [raw, setRaw] = useState<string | null>(null);
  const state = params.get('closed') === 'true' ? ('closed' as const) : ('open' as const);
  const key = ['GET /api/conflicts', state];
  const found = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      call(
        'GET /api/conflicts',
        { query: { state, limit: step, ...(pageParam ? { cursor: pageParam } : {}) } },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
  });
  const may = me.role === 'township' || me.role === 'county';
  const close = async (row: ConflictRow, reason: string) => {
    setFault('');
    try {
      await call('POST /api/conflicts/:id/close', { params: { id: row.id }, body: { reason } });
      setClosing(null);
      await client.invalidateQueries({ queryKey: ['GET /api/conflicts'] });
      await client.invalidateQueries({ queryKey: ['GET /api/links', 'pages'] });
    } catch (thrown) {
      const words = problemWords(problemOf(thrown), say);
      setFault(`${words.message} ${words.cure}`);
    }
  };
  const actions = (row: ConflictRow) => (
    <span className="conflict-actions">
      <button type="button" className="link-button" onClick={() => setRaw(row.evidenceId)}>
        {say('link.raw')}
      </button>
      <Link to={`/links?household=${row.householdId}`}>{say('link.check')}</Link>
      {may && row.state === 'open' ? (
        <button type="button" className="link-button" onClick={() => setClosing(row)}>
          {say('conflicts.close')}
        </button>
      ) : null}
    </span>
  );
  const columns: Column<ConflictRow>[] = [
    { key: 'kind', title: say('conflicts.column.kind'), width: 160, cell: (row) => say(`conflicts.${row.kind}`) },
    {
      key: 'says',
      title: say('conflicts.column.says'),
      cell: (row) => (
        <>
          {says(say, row)}
          {row.note ? <span className="muted"> {say('conflicts.closed', { note: row.note })}</span> : null}
        </>
      ),
    },
    {
      key: 'feed',
      title: say('links.column.feed'),
      width: 200,
      cell: (row) => `${row.feedTitle} ${say('links.row', { row: row.row })}`,
    },
    { key: 'place', title: say('links.column.place'), width: 180, cell: (row) => `${row.township} ${row.village}` },
    { key: 'do', title: '', width: 240, cell: actions },
  ];
  if (found.isPending) return <LoadingState rows={8} />;
  const first = found.data?.pages[0];
  if (!first) return <ErrorState error={found.error} onRetry={() => found.refetch()} />;
  const rows = found.data?.pages.flatMap((page) => page.conflicts) ?? [];
  return (
    <>
      <div className="filters">
        <Segmented
          aria-label={say('links.column.state')}
          value={state}
          onChange={(value) =>
            setParams(value === 'closed' ? { view: 'conflicts', closed: 'true' } : { view: 'conflicts' })
          }
          options={[
            { value: 'open', label: say('conflicts.state.open') },
            { value: 'closed', label: say('conflicts.state.closed') },
          ]}
        />
        {first.kinds.map((k) => (
          <span key={k.kind} className="muted">
            {say(`conflicts.${k.kind}`)} {count(k.count)}
          </span>
        ))}
      </div>
      <DataTable
        caption={say('links.view.conflicts', { count: first.total })}
        rows={rows}
        columns={columns}
        keyOf={(row) => row.id}
        wrap
        card={(row) => (
          <div className="link-card">
            <span className="muted">
              {say(`conflicts.${row.kind}`)} · {row.feedTitle}
            </span>
            <span className="headline">{says(say, row)}</span>
            {actions(row)}
          </div>
        )}
        total={first.total}
        more={{
          has: found.hasNextPage,
          loading: found.isFetchingNextPage,
          load: () => void found.fetchNextPage(),
          step,
        }}
        empty={<EmptyState title={say('conflicts.empty')}>{say('conflicts.emptyHelp')}</EmptyState>}
      />
      <ReasonDialog
        open={closing !== null}
        title={say('conflicts.closeTitle')}
        help={say('conflicts.closeHelp')}
        action={say('conflicts.close')}
        fault={fault}
        onCancel={() => setClosing(null)}
        onReason={(reason) => closing && void close(closing, reason)}
      />
      <EvidenceDrawer evidenceId={raw} onClose={() => setRaw(null)} />
    </>
  );
}
