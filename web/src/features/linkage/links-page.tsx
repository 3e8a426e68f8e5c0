import type { LinkRow, LinksResponse } from '@doudi/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Segmented } from 'antd';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { call } from '../../api/call.ts';
import { useSay } from '../../language/index.tsx';
import { Choice } from '../../ui/choice.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { count } from '../../ui/figures.ts';
import { Part } from '../../ui/part.tsx';
import { usePhone } from '../../ui/screen.ts';
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx';
import { Conflicts } from './conflicts.tsx';
import { kinds, queueOf, sorts } from './queue.ts';
import { word } from './words.ts';
import './linkage.css';

const step = 50;

/** Links waiting for a person, decided ones, and conflicts of numbers; filters live in the address. */
export function Component() {
  const say = useSay();
  const [params, setParams] = useSearchParams();
  const filters = queueOf(params);
  const conflicts = params.get('view') === 'conflicts';
  const links = useInfiniteQuery({
    queryKey: ['GET /api/links', 'pages', filters],
    queryFn: ({ pageParam, signal }) =>
      call(
        'GET /api/links',
        { query: { ...filters, limit: step, ...(pageParam ? { cursor: pageParam } : {}) } },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
  });
  const first = links.data?.pages[0];
  const rows = links.data?.pages.flatMap((page) => page.links) ?? [];
  const set = (name: string, value: string | undefined) => {
    const next = new URLSearchParams(params);
    if (value === undefined) next.delete(name);
    else next.set(name, value);
    setParams(next);
  };
  const view = conflicts ? 'conflicts' : (filters.state ?? 'open');
  const change = (to: string) =>
    setParams(to === 'conflicts' ? { view: to } : to === 'decided' ? { state: 'decided' } : {});
  return (
    <div className="links-page">
      <header className="page-head">
        <h1>
          {say('links.title')}
          {first && !conflicts ? (
            <span className="total">{say('links.total', { total: count(first.total) })}</span>
          ) : null}
        </h1>
        <Segmented
          aria-label={say('links.title')}
          value={view}
          onChange={change}
          options={[
            { value: 'open', label: say('links.view.open') },
            { value: 'decided', label: say('links.view.decided') },
            { value: 'conflicts', label: say('links.view.conflicts', { count: first?.counts.conflicts ?? 0 }) },
          ]}
        />
      </header>
      <p className="muted lead-line">{say('links.lead')}</p>
      {links.isPending ? <LoadingState rows={10} /> : null}
      {links.isError && !first ? <ErrorState error={links.error} onRetry={() => links.refetch()} /> : null}
      {first && conflicts ? <Conflicts /> : null}
      {first && !conflicts ? (
        <>
          <Filters first={first} params={params} onSet={set} />
          <Rows
            rows={rows}
            total={first.total}
            search={params.size > 0 ? `?${params}` : ''}
            more={{
              has: links.hasNextPage,
              loading: links.isFetchingNextPage,
              load: () => void links.fetchNextPage(),
              step,
            }}
          />
          <Measured audit={first.audit} />
        </>
      ) : null}
    </div>
  );
}

function Filters(props: {
  first: LinksResponse;
  params: URLSearchParams;
  onSet: (name: string, value: string | undefined) => void;
}) {
  const say = useSay();
  const phone = usePhone();
  const filters = queueOf(props.params);
  const { counts, feeds } = props.first;
  return (
    <div className="filters">
      {filters.state === 'decided' ? null : (
        <Segmented
          aria-label={say('links.kind')}
          value={filters.kind ?? ''}
          onChange={(value) => props.onSet('kind', value || undefined)}
          options={[
            { value: '', label: say('links.kind.all') },
            ...kinds.map((kind) => ({
              value: kind as string,
              label: say(`links.kind.${kind}`, { count: counts[kind] }),
            })),
          ]}
        />
      )}
      <Choice
        label={say('links.feed')}
        value={filters.feed ?? ''}
        style={{ width: phone ? '100%' : 190 }}
        popupMatchSelectWidth={false}
        options={[
          { value: '', label: say('links.feed.any') },
          ...feeds.map((f) => ({ value: f.feed, label: `${f.title} ${count(f.count)}` })),
        ]}
        onChange={(value) => props.onSet('feed', value || undefined)}
      />
      {filters.state === 'decided' ? null : (
        <Choice
          label={say('links.sort')}
          value={filters.sort ?? 'hangs'}
          style={{ width: phone ? '100%' : 170 }}
          popupMatchSelectWidth={false}
          options={sorts.map((value) => ({ value, label: say(`links.sort.${value}`) }))}
          onChange={(value) => props.onSet('sort', value === 'hangs' ? undefined : value)}
        />
      )}
      {filters.household ? (
        <Button type="text" onClick={() => props.onSet('household', undefined)}>
          {say('links.household')} · {say('links.householdAll')}
        </Button>
      ) : null}
    </div>
  );
}

type More = { has: boolean; loading: boolean; load: () => void; step: number };

function Rows({ rows, total, search, more }: { rows: LinkRow[]; total: number; search: string; more: More }) {
  const say = useSay();
  const navigate = useNavigate();
  const columns: Column<LinkRow>[] = [
    { key: 'kind', title: say('links.column.kind'), width: 92, cell: (row) => say(`link.kind.${row.kind}`) },
    { key: 'who', title: say('links.column.who'), cell: (row) => <Who row={row} search={search} /> },
    {
      key: 'place',
      title: say('links.column.place'),
      width: 200,
      cell: (row) => `${row.township} ${row.village}`,
    },
    {
      key: 'feed',
      title: say('links.column.feed'),
      width: 240,
      cell: (row) => (
        <>
          {row.feedTitle} <span className="muted">{say('links.row', { row: row.row })}</span>
        </>
      ),
    },
    {
      key: 'weight',
      title: say('links.column.weight'),
      width: 76,
      end: true,
      cell: (row) => (row.weight === null ? '—' : row.weight.toFixed(1)),
    },
    { key: 'hangs', title: say('links.column.hangs'), width: 130, cell: (row) => <Hangs row={row} /> },
    { key: 'state', title: say('links.column.state'), width: 90, cell: (row) => say(`link.state.${row.state}`) },
  ];
  const [begin] = rows;
  return (
    <>
      {begin && begin.state === 'open' ? (
        <p className="begin">
          <Button type="primary" onClick={() => navigate(`/links/${begin.id}${search}`)}>
            {say('links.start')}
          </Button>
        </p>
      ) : null}
      <DataTable
        caption={say('links.title')}
        rows={rows}
        columns={columns}
        keyOf={(row) => row.id}
        card={(row) => (
          <Link to={`/links/${row.id}${search}`} className="link-card">
            <span className="muted">
              {say(`link.kind.${row.kind}`)} · {row.feedTitle}
            </span>
            <span className="headline">
              {row.delivered ?? say('links.noName')} → {row.person}
            </span>
            <span className="muted">
              {row.village || row.township} · {hangs(say, row)}
            </span>
          </Link>
        )}
        total={total}
        more={more}
        keys
        empty={<EmptyState title={say('links.empty')}>{say('links.emptyHelp')}</EmptyState>}
      />
    </>
  );
}

function Who({ row, search }: { row: LinkRow; search: string }) {
  const say = useSay();
  const delivered = row.delivered ?? say('links.noName');
  return (
    <Link to={`/links/${row.id}${search}`}>
      {delivered} → <b>{row.person}</b>
    </Link>
  );
}

const hangs = (say: ReturnType<typeof useSay>, row: LinkRow) =>
  row.leads + row.facts === 0 ? say('links.hangsNone') : say('links.hangs', { leads: row.leads, facts: row.facts });

function Hangs({ row }: { row: LinkRow }) {
  const say = useSay();
  return <>{hangs(say, row)}</>;
}

/** How often people agreed with automatic links that they judged without knowing the machine's answer. */
function Measured({ audit }: { audit: LinksResponse['audit'] }) {
  const say = useSay();
  const percent = (x: number | null) => (x === null ? '—' : `${(Math.round(x * 1000) / 10).toFixed(1)}%`);
  return (
    <Part title={say('links.audit')}>
      {audit.length === 0 ? <p className="muted">{say('links.auditNone')}</p> : null}
      <ul>
        {audit.map((a) => (
          <li key={a.method}>
            {say('links.auditLine', {
              method: word(say, 'link.method.', a.method),
              judged: count(a.judged),
              right: count(a.right),
              share: percent(a.share),
              low: percent(a.low),
              high: percent(a.high),
            })}
          </li>
        ))}
      </ul>
    </Part>
  );
}
