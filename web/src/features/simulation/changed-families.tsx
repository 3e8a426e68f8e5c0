import type { SimulationChange, SimulationResult } from '@doudi/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { call } from '../../api/call.ts';
import { useLanguage } from '../../language/index.tsx';
import { Choice } from '../../ui/choice.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { yuan } from '../../ui/figures.ts';
import { Part } from '../../ui/part.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx';
import { CHANGES } from './counted.ts';

export type Filter = { programme?: string; change?: SimulationChange; townshipId?: number; kind?: string };

/** The families that a simulation changes, largest amounts first; each opens its page. */
export function ChangedFamilies(props: {
  id: string;
  result: SimulationResult;
  filter: Filter;
  onFilter: (filter: Filter) => void;
}) {
  const { say, language } = useLanguage();
  const { id, result, filter, onFilter } = props;
  const list = useInfiniteQuery({
    queryKey: ['GET /api/simulations/:id/changes', id, filter],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      call(
        'GET /api/simulations/:id/changes',
        { params: { id }, query: { ...filter, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
        signal,
      ),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  const titles = new Map(result.programmes.map((p) => [p.programme, p.title]));
  const kinds = new Map(result.kinds.map((k) => [k.id, language === 'zh' ? k.title : k.en]));
  const money = (amount: string | null) => (amount === null ? '—' : yuan(amount));
  const rows = list.data?.pages.flatMap((page) => page.changes) ?? [];
  type Row = (typeof rows)[number];
  const columns: Column<Row>[] = [
    {
      key: 'head',
      title: say('households.head'),
      width: 120,
      cell: (r) => <Link to={`/households/${r.householdId}`}>{r.head}</Link>,
    },
    { key: 'place', title: say('households.place'), cell: (r) => `${r.township} ${r.village}` },
    { key: 'programme', title: say('policy.programme'), cell: (r) => titles.get(r.programme) ?? r.programme },
    {
      key: 'change',
      title: say('simulation.change'),
      cell: (r) =>
        r.conflict ? `${say(`change.${r.change}`)} · ${say('simulation.conflict')}` : say(`change.${r.change}`),
    },
    { key: 'kind', title: say('simulation.kind'), cell: (r) => kinds.get(r.kind) ?? r.kind },
    { key: 'before', title: say('simulation.before'), end: true, cell: (r) => money(r.beforeAmount) },
    { key: 'after', title: say('simulation.after'), end: true, cell: (r) => money(r.afterAmount) },
    { key: 'difference', title: say('simulation.difference'), end: true, cell: (r) => <b>{yuan(r.difference)}</b> },
    {
      key: 'roll',
      title: say('simulation.paidNow'),
      width: 80,
      cell: (r) => (r.onRoll ? say('common.yes') : say('common.no')),
    },
  ];
  const pick = <V extends string | number>(
    label: string,
    value: V | undefined,
    options: { value: V; label: string }[],
    name: keyof Filter,
  ) => (
    <Choice<V>
      label={label}
      placeholder={label}
      allowClear
      value={value as V}
      style={{ minWidth: 150 }}
      options={options}
      onChange={(next) => {
        const { [name]: _gone, ...rest } = filter;
        onFilter(next === undefined ? rest : { ...rest, [name]: next });
      }}
    />
  );
  return (
    <div id="changed">
      <Part title={say('simulation.list')} aside={say('simulation.listHelp')}>
        <div className="try-head">
          {pick(
            say('policy.programme'),
            filter.programme,
            result.programmes.filter((p) => p.affected).map((p) => ({ value: p.programme, label: p.title })),
            'programme',
          )}
          {pick(
            say('simulation.change'),
            filter.change,
            CHANGES.map((value) => ({ value, label: say(`change.${value}`) })),
            'change',
          )}
          {pick(
            say('policy.township'),
            filter.townshipId,
            result.townships.map((t) => ({ value: t.id, label: t.name })),
            'townshipId',
          )}
          {pick(
            say('simulation.kind'),
            filter.kind,
            result.kinds.map((k) => ({ value: k.id, label: language === 'zh' ? k.title : k.en })),
            'kind',
          )}
        </div>
        {list.isPending ? <LoadingState /> : null}
        {list.isError ? <ErrorState error={list.error} onRetry={() => list.refetch()} /> : null}
        {list.data ? (
          <DataTable
            caption={say('simulation.list')}
            rows={rows}
            columns={columns}
            keyOf={(r) => r.id}
            keys
            card={(r) => (
              <Link className="programme-card" to={`/households/${r.householdId}`}>
                <b>
                  {r.head} · {say(`change.${r.change}`)} {yuan(r.difference)}
                </b>
                <span>{titles.get(r.programme)}</span>
                <span className="muted">
                  {r.township} {r.village} · {kinds.get(r.kind)}
                </span>
              </Link>
            )}
            empty={<EmptyState title={say('simulation.listNone')}>{say('simulation.listNoneHelp')}</EmptyState>}
            more={{
              has: list.hasNextPage,
              loading: list.isFetchingNextPage,
              load: () => void list.fetchNextPage(),
              step: 50,
            }}
          />
        ) : null}
      </Part>
    </div>
  );
}
