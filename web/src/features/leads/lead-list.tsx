import type { LeadRow, LeadsSearch } from '@doudi/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { call } from '../../api/call.ts';
import { problemOf } from '../../api/problem.ts';
import { useSay } from '../../language/index.tsx';
import { ClockText } from '../../ui/clock-text.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { civilDate, count } from '../../ui/figures.ts';
import { LevelTag } from '../../ui/level-tag.tsx';
import { usePhone } from '../../ui/screen.ts';
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx';
import { useMe } from '../session/me.tsx';
import { filtersOf } from './filters.ts';
import { LeadFilters } from './lead-filters.tsx';
import { LeadSearchBox, lastSearch } from './lead-search.tsx';
import { OutboxNotice } from './outbox-notice.tsx';
import { PocketLeads } from './pocket-leads.tsx';
import { usePrintedVisits } from './print-visits.tsx';
import { SavedViews } from './saved-views-menu.tsx';
import './lead-list.css';

const step = 50;

function useLeads(filters: Partial<LeadsSearch>, q: string) {
  return useInfiniteQuery({
    queryKey: ['POST /api/leads/search', filters, q],
    queryFn: ({ pageParam, signal }) =>
      call(
        'POST /api/leads/search',
        { body: { ...filters, limit: step, ...(q ? { q } : {}), ...(pageParam ? { cursor: pageParam } : {}) } },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
  });
}

/** The workplace: filters in the address, search text out of it, keys j/k/enter/x. */
export function Component() {
  const say = useSay();
  const [params, setParams] = useSearchParams();
  const phone = usePhone();
  const [q, setQ] = useState(lastSearch.get());
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const filters = filtersOf(params);
  const leads = useLeads(filters, q);
  const rows = leads.data?.pages.flatMap((page) => page.leads) ?? [];
  const first = leads.data?.pages[0];
  const picked = rows.filter((row) => chosen.has(row.id));
  const printed = usePrintedVisits();
  const columns = useColumns();
  const search = (text: string) => {
    lastSearch.set(text);
    setQ(text);
  };
  return (
    <div className="lead-list">
      <OutboxNotice />
      <header className="page-head">
        <h1>
          {say('leads.title')}
          {first ? <span className="total">{say('leads.total', { total: count(first.total) })}</span> : null}
        </h1>
        <LeadSearchBox value={q} onSearch={search} />
        {phone ? null : <SavedViews params={params} onOpen={setParams} />}
      </header>
      <LeadFilters params={params} onChange={setParams} causes={first?.causes ?? []} />
      {leads.isPending ? <LoadingState rows={10} /> : null}
      {leads.isError && !first ? (
        <>
          <ErrorState error={leads.error} onRetry={() => leads.refetch()} />
          {problemOf(leads.error).status === 0 ? <PocketLeads /> : null}
        </>
      ) : null}
      {first ? (
        <DataTable
          caption={say('leads.title')}
          rows={rows}
          columns={columns}
          keyOf={(row) => row.id}
          card={(row) => <LeadCard row={row} />}
          selection={{
            keys: chosen,
            change: setChosen,
            nameOf: (key) => rows.find((row) => row.id === key)?.headline ?? '',
          }}
          total={first.total}
          more={{
            has: leads.hasNextPage,
            loading: leads.isFetchingNextPage,
            load: () => void leads.fetchNextPage(),
            step,
          }}
          keys
          empty={
            <EmptyState title={say('leads.empty')}>
              <p>{say('leads.emptyHelp')}</p>
              <Button
                onClick={() => {
                  search('');
                  setParams(new URLSearchParams());
                }}
              >
                {say('leads.reset')}
              </Button>
            </EmptyState>
          }
        />
      ) : null}
      {picked.length > 0 ? (
        <section className="chosen-bar" aria-label={say('table.selected', { count: picked.length })}>
          <b>{say('table.selected', { count: picked.length })}</b>
          <span className="muted">{say('leads.printHelp')}</span>
          <Button onClick={() => setChosen(new Set())}>{say('table.clear')}</Button>
          <Button type="primary" onClick={() => printed.print(picked)}>
            {say('leads.print', { count: picked.length })}
          </Button>
        </section>
      ) : null}
      {printed.sheet}
    </div>
  );
}

function useColumns(): Column<LeadRow>[] {
  const say = useSay();
  const me = useMe();
  const today = civilDate(me.now);
  // A township knows its villages by name; above it, villages of the same name need their township.
  const near = me.role === 'village' || me.role === 'township';
  return [
    {
      key: 'level',
      title: say('leads.column.level'),
      width: 128,
      cell: (row) => <LevelTag level={row.level} undetermined={row.undetermined} />,
    },
    {
      key: 'family',
      title: say('leads.column.family'),
      width: near ? 170 : 226,
      cell: (row) => (
        <>
          <b>{row.head}</b>{' '}
          <span className="muted">{near ? row.village || row.township : `${row.township} ${row.village}`}</span>
        </>
      ),
    },
    {
      key: 'headline',
      title: say('leads.column.headline'),
      cell: (row) => (
        <Link to={`/leads/${row.id}`} title={row.headline}>
          {row.headline}
        </Link>
      ),
    },
    { key: 'cause', title: say('leads.column.cause'), width: 200, cell: (row) => <Cause row={row} /> },
    {
      key: 'clock',
      title: say('leads.column.clock'),
      width: 264,
      cell: (row) => <ClockText clock={row.clock} status={row.status} today={today} />,
    },
    { key: 'status', title: say('leads.column.status'), width: 74, cell: (row) => say(`status.${row.status}`) },
  ];
}

function Cause({ row }: { row: LeadRow }) {
  const say = useSay();
  const kind = say(`kind.${row.kind}`);
  return (
    <span title={`${row.causeTitle} · ${kind}`}>
      {row.causeTitle} <span className="muted">{kind}</span>
    </span>
  );
}

function LeadCard({ row }: { row: LeadRow }) {
  const say = useSay();
  return (
    <Link to={`/leads/${row.id}`} className="lead-card">
      <span className="top">
        <LevelTag level={row.level} undetermined={row.undetermined} />
        <span className="muted">{say(`status.${row.status}`)}</span>
      </span>
      <span className="headline">{row.headline}</span>
      <span className="muted">
        {row.village || row.township} · {row.causeTitle}
      </span>
      <ClockText clock={row.clock} status={row.status} />
    </Link>
  );
}
