import type { HouseholdSearchResponse } from '@doudi/contracts';
import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { Link } from 'react-router';
import { call } from '../../api/call.ts';
import { useSay } from '../../language/index.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { count } from '../../ui/figures.ts';
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx';
import './household-search.css';

type Found = HouseholdSearchResponse['households'][number];
/** A name or number: it stays in memory only, out of address, history and storage. */
let lastAsked = '';

/** Finds a household by name, sound or number. */
export function Component() {
  const say = useSay();
  const [typed, setTyped] = useState(lastAsked);
  const [asked, setAsked] = useState(lastAsked);
  const found = useQuery({
    queryKey: ['POST /api/households/search', asked],
    queryFn: ({ signal }) => call('POST /api/households/search', { body: { q: asked } }, signal),
    enabled: asked !== '',
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    lastAsked = typed.trim();
    setAsked(lastAsked);
  };
  return (
    <div className="household-search">
      <header className="page-head">
        <h1>{say('households.title')}</h1>
      </header>
      <search>
        <form onSubmit={submit}>
          <Input
            type="search"
            size="large"
            allowClear
            maxLength={40}
            autoComplete="off"
            spellCheck={false}
            aria-label={say('households.search')}
            placeholder={say('households.search')}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          <Button type="primary" size="large" htmlType="submit" loading={found.isFetching}>
            {say('households.go')}
          </Button>
        </form>
      </search>
      {asked === '' ? <EmptyState title={say('households.start')}>{say('households.startHelp')}</EmptyState> : null}
      {found.isLoading ? <LoadingState /> : null}
      {found.isError ? <ErrorState error={found.error} onRetry={() => found.refetch()} /> : null}
      {found.data ? <Results rows={found.data.households} /> : null}
    </div>
  );
}

function Results({ rows }: { rows: Found[] }) {
  const say = useSay();
  const columns: Column<Found>[] = [
    {
      key: 'head',
      title: say('households.head'),
      width: 160,
      cell: (row) => <Link to={`/households/${row.householdId}`}>{row.head}</Link>,
    },
    { key: 'place', title: say('households.place'), cell: (row) => `${row.township} ${row.village}` },
    { key: 'matched', title: say('households.matched'), cell: (row) => <span className="muted">{row.matched}</span> },
    { key: 'size', title: say('households.size'), width: 90, end: true, cell: (row) => count(row.size) },
    { key: 'leads', title: say('households.openLeads'), width: 120, end: true, cell: (row) => count(row.openLeads) },
  ];
  return (
    <DataTable
      caption={say('households.title')}
      rows={rows}
      columns={columns}
      keyOf={(row) => row.householdId}
      keys
      total={rows.length}
      card={(row) => (
        <Link className="found" to={`/households/${row.householdId}`}>
          <b>{row.head}</b>
          <span>
            {row.township} {row.village} · {say('common.persons', { count: row.size })}
          </span>
          <span className="muted">
            {row.matched}
            {row.openLeads > 0 ? ` · ${say('households.openLeads')} ${row.openLeads}` : ''}
          </span>
        </Link>
      )}
      empty={<EmptyState title={say('households.none')}>{say('households.noneHelp')}</EmptyState>}
    />
  );
}
