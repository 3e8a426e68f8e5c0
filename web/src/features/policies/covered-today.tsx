import type { Coverage, Outcome } from '@doudi/contracts';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { call } from '../../api/call.ts';
import { useSay } from '../../language/index.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { count, yuan } from '../../ui/figures.ts';
import { Part } from '../../ui/part.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx';

type Town = Coverage['programmes'][number]['townships'][number];
type Opened = { townshipId: number; name: string; outcome: Outcome };
const outcomes: Outcome[] = ['eligible', 'undetermined', 'ineligible'];

/** Whom the programme covers by the newest run, township by township; a count opens its list. */
export function CoveredToday({ programme }: { programme: string }) {
  const say = useSay();
  const [opened, setOpened] = useState<Opened | null>(null);
  const coverage = useQuery({
    queryKey: ['GET /api/policies/coverage'],
    queryFn: ({ signal }) => call('GET /api/policies/coverage', {}, signal),
  });
  if (coverage.isPending) return <LoadingState />;
  if (coverage.isError) return <ErrorState error={coverage.error} onRetry={() => coverage.refetch()} />;
  const towns = coverage.data.programmes.find((p) => p.programme === programme)?.townships ?? [];
  const sum = (name: 'paid' | Outcome) => towns.reduce((n, t) => n + t[name], 0);
  const total: Town = {
    id: -1,
    name: say('policy.whole'),
    paid: sum('paid'),
    eligible: sum('eligible'),
    undetermined: sum('undetermined'),
    ineligible: sum('ineligible'),
  };
  const columns: Column<Town>[] = [
    { key: 'name', title: say('policy.township'), cell: (t) => t.name },
    { key: 'paid', title: say('policy.paid'), width: 110, end: true, cell: (t) => count(t.paid) },
    ...outcomes.map(
      (outcome): Column<Town> => ({
        key: outcome,
        title: say(`policy.${outcome}`),
        width: 120,
        end: true,
        cell: (t) =>
          t.id < 0 || t[outcome] === 0 ? (
            count(t[outcome])
          ) : (
            <button
              type="button"
              className="link-button"
              aria-label={say('policy.openList', {
                township: t.name,
                outcome: say(`policy.${outcome}`),
                count: t[outcome],
              })}
              onClick={() => setOpened({ townshipId: t.id, name: t.name, outcome })}
            >
              {count(t[outcome])}
            </button>
          ),
      }),
    ),
  ];
  return (
    <Part
      title={say('policy.covered')}
      aside={coverage.data.period ? say('policy.coverageOf', { period: coverage.data.period }) : undefined}
    >
      {towns.length === 0 ? (
        <EmptyState title={say('policy.coveredNone')}>{say('policy.coveredNoneHelp')}</EmptyState>
      ) : (
        <DataTable
          caption={say('policy.covered')}
          rows={[...towns.toSorted((a, b) => b.eligible - a.eligible), total]}
          columns={columns}
          keyOf={(t) => String(t.id)}
        />
      )}
      {opened ? (
        <CoveredList key={`${opened.townshipId}${opened.outcome}`} programme={programme} opened={opened} />
      ) : null}
    </Part>
  );
}

function CoveredList({ programme, opened }: { programme: string; opened: Opened }) {
  const say = useSay();
  const { townshipId, outcome, name } = opened;
  const list = useInfiniteQuery({
    queryKey: ['GET /api/policies/:programme/households', programme, townshipId, outcome],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      call(
        'GET /api/policies/:programme/households',
        {
          params: { programme },
          query: { outcome, townshipId, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) },
        },
        signal,
      ),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  const title = say('policy.list', { township: name, outcome: say(`policy.${outcome}`) });
  if (list.isPending) return <LoadingState />;
  if (list.isError) return <ErrorState error={list.error} onRetry={() => list.refetch()} />;
  const rows = list.data.pages.flatMap((page) => page.households);
  type Row = (typeof rows)[number];
  const columns: Column<Row>[] = [
    {
      key: 'head',
      title: say('households.head'),
      width: 160,
      cell: (r) => <Link to={`/households/${r.householdId}`}>{r.head}</Link>,
    },
    { key: 'place', title: say('households.place'), cell: (r) => `${r.township} ${r.village}` },
    {
      key: 'of',
      title: say('policy.scope'),
      width: 100,
      cell: (r) => (r.ofPerson ? say('policy.ofPerson') : say('policy.ofHousehold')),
    },
    {
      key: 'amount',
      title: say('policy.amount'),
      width: 120,
      end: true,
      cell: (r) => (r.amount === null ? '—' : yuan(r.amount)),
    },
  ];
  return (
    <section className="covered-list" aria-label={title}>
      <h3>{title}</h3>
      <p className="muted">{say('policy.listHelp')}</p>
      <DataTable
        caption={title}
        rows={rows}
        columns={columns}
        keyOf={(r) => r.id}
        empty={<EmptyState title={say('policy.listNone')}>{say('policy.listNoneHelp')}</EmptyState>}
        more={{
          has: list.hasNextPage,
          loading: list.isFetchingNextPage,
          load: () => void list.fetchNextPage(),
          step: 50,
        }}
      />
    </section>
  );
}
