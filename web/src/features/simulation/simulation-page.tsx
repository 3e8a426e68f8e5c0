import type { SimulationChange, SimulationResult } from '@doudi/contracts';
import { useQuery } from '@tanstack/react-query';
import { Button, Progress } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { Link, useParams } from 'react-router';
import { call } from '../../api/call.ts';
import { useLanguage, useSay } from '../../language/index.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { count, yuan } from '../../ui/figures.ts';
import { Part } from '../../ui/part.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { ChangedFamilies, type Filter } from './changed-families.tsx';
import { CHANGES, type Counted, counted, monthCosts } from './counted.ts';
import '../policies/policies.css';
import './simulation.css';

const Bars = lazy(() => import('../policies/plots.tsx').then((m) => ({ default: m.Bars })));
const SourceEditor = lazy(() => import('../policies/source-editor.tsx'));
const POLL_MS = 1000;

/** One simulation: while it is done, how far it is; then cost, who enters, leaves, gains and loses, where, and who. */
export function Component() {
  const say = useSay();
  const { id = '' } = useParams();
  const simulation = useQuery({
    queryKey: ['GET /api/simulations/:id', id],
    queryFn: ({ signal }) => call('GET /api/simulations/:id', { params: { id } }, signal),
    refetchInterval: ({ state }) => (state.data && ['waiting', 'running'].includes(state.data.state) ? POLL_MS : false),
  });
  if (simulation.isPending) return <LoadingState rows={14} />;
  if (simulation.isError) return <ErrorState error={simulation.error} onRetry={() => simulation.refetch()} />;
  const { data } = simulation;
  const { progress } = data;
  return (
    <article className="simulation-page">
      <header className="page-head">
        <Link to="/simulations">{say('simulation.back')}</Link>
        <h1>
          {data.title}
          <span className="total">{say('simulation.of', { period: data.period })}</span>
        </h1>
        {data.result ? <Download id={id} title={data.title} /> : null}
      </header>
      {data.state === 'waiting' || data.state === 'running' ? (
        <div className="running" role="status">
          <p>{progress?.text ?? say(`request.${data.state}`)}</p>
          <Progress
            aria-label={say('simulation.progress')}
            percent={progress?.total ? Math.round(((progress.done ?? 0) * 100) / progress.total) : 0}
            showInfo={false}
          />
        </div>
      ) : null}
      {data.error ? (
        <div className="state error" role="alert">
          <p className="state-title wrap-lines">{data.error.message}</p>
          <p className="state-body">{say('state.cure', { cure: data.error.cure })}</p>
        </div>
      ) : null}
      {data.result ? <Result id={id} result={data.result} /> : null}
      <div className="stack">
        <Part title={say('simulation.reform')}>
          <details>
            <summary>{say('simulation.reformOpen')}</summary>
            <Suspense fallback={<LoadingState rows={3} />}>
              <SourceEditor text={data.text} label={say('simulation.text')} />
            </Suspense>
          </details>
        </Part>
      </div>
    </article>
  );
}

function Download({ id, title }: { id: string; title: string }) {
  const say = useSay();
  const [failed, setFailed] = useState<unknown>(null);
  const save = async () => {
    setFailed(null);
    try {
      const { csv } = await call('GET /api/simulations/:id/export', { params: { id } });
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([csv], { type: 'text/csv;charset=utf-8' }));
      link.download = `${title}.csv`;
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (thrown) {
      setFailed(thrown);
    }
  };
  return (
    <>
      <Button onClick={() => void save()}>{say('simulation.download')}</Button>
      {failed ? <ErrorState error={failed} /> : null}
    </>
  );
}

function Result({ id, result }: { id: string; result: SimulationResult }) {
  const say = useSay();
  const { language } = useLanguage();
  const affected = result.programmes.filter((p) => p.affected);
  const paying = affected.find((p) => p.programme === 'subsistence') ?? affected[0];
  const [programme, setProgramme] = useState(paying?.programme ?? '');
  const [filter, setFilter] = useState<Filter>({});
  const shown = affected.find((p) => p.programme === programme);
  const open = (next: Filter) => {
    setFilter(next);
    requestAnimationFrame(() => document.getElementById('changed')?.scrollIntoView({ block: 'start' }));
  };
  const conflicts = result.conflicts.reduce((n, c) => n + c.rows, 0);
  return (
    <div className="stack">
      <Summary result={result} programme={programme} onChoose={setProgramme} />
      {conflicts > 0 ? (
        <p className="conflicts" role="alert">
          {say('simulation.conflicts', { count: conflicts, rules: result.conflicts.map((c) => c.variable).join('、') })}
        </p>
      ) : null}
      {shown ? (
        <>
          <CostByMonth result={result} programme={programme} title={shown.title} />
          <ByGroup
            title={say('simulation.byTownship', { programme: shown.title })}
            rows={counted(result.cells, programme, (c) => String(c.townshipId))}
            nameOf={(key) => result.townships.find((t) => String(t.id) === key)?.name ?? key}
            onOpen={(key, change) => open({ programme, change, townshipId: Number(key) })}
          />
          <ByGroup
            title={say('simulation.byKind', { programme: shown.title })}
            note={say('simulation.kindHelp')}
            rows={counted(result.cells, programme, (c) => c.kind)}
            nameOf={(key) => {
              const kind = result.kinds.find((k) => k.id === key);
              return (language === 'zh' ? kind?.title : kind?.en) ?? key;
            }}
            onOpen={(key, change) => open({ programme, change, kind: key })}
          />
        </>
      ) : null}
      <ChangedFamilies id={id} result={result} filter={filter} onFilter={setFilter} />
    </div>
  );
}

type Programme = SimulationResult['programmes'][number];

function Summary(props: { result: SimulationResult; programme: string; onChoose: (programme: string) => void }) {
  const say = useSay();
  const { result, programme } = props;
  const rows = result.programmes.filter((p) => p.affected);
  const columns: Column<Programme>[] = [
    {
      key: 'title',
      title: say('policy.programme'),
      width: 200,
      cell: (p) => (
        <button
          type="button"
          className="link-button"
          aria-pressed={p.programme === programme}
          onClick={() => props.onChoose(p.programme)}
        >
          {p.title}
        </button>
      ),
    },
    {
      key: 'eligible',
      title: say('simulation.eligible'),
      end: true,
      cell: (p) => <Move from={count(p.before.eligible)} to={count(p.after.eligible)} />,
    },
    {
      key: 'open',
      title: say('simulation.open'),
      end: true,
      cell: (p) => <Move from={count(p.before.undetermined)} to={count(p.after.undetermined)} />,
    },
    {
      key: 'amount',
      title: say('simulation.monthly'),
      end: true,
      cell: (p) => <Move from={yuan(p.before.amount)} to={yuan(p.after.amount)} />,
    },
    { key: 'difference', title: say('simulation.difference'), end: true, cell: (p) => <b>{signed(p.difference)}</b> },
    {
      key: 'year',
      title: say('simulation.yearly'),
      end: true,
      cell: (p) => (p.yearlyDifference === null ? '—' : signed(p.yearlyDifference)),
    },
    {
      key: 'roll',
      title: say('simulation.onRoll'),
      end: true,
      cell: (p) => <Move from={yuan(p.before.onRollAmount)} to={yuan(p.after.onRollAmount)} />,
    },
  ];
  const changed = result.reform.changed.map((c) =>
    say('simulation.changed', { title: c.title, place: c.division, before: c.before ?? '—', after: c.after ?? '—' }),
  );
  return (
    <Part title={say('simulation.summary')} aside={say('simulation.households', { count: count(result.households) })}>
      {changed.length > 0 ? <p>{changed.join('；')}</p> : null}
      <DataTable
        caption={say('simulation.summary')}
        rows={rows}
        columns={columns}
        keyOf={(p) => p.programme}
        empty={<p>{say('simulation.nothing')}</p>}
        card={(p) => (
          <button
            type="button"
            className="programme-card"
            aria-pressed={p.programme === programme}
            onClick={() => props.onChoose(p.programme)}
          >
            <b>{p.title}</b>
            <span>
              {say('simulation.eligible')} {count(p.before.eligible)} → {count(p.after.eligible)}
            </span>
            <span>
              {say('simulation.difference')} {signed(p.difference)}
            </span>
          </button>
        )}
      />
      <p className="muted">{say('simulation.summaryHelp')}</p>
    </Part>
  );
}

const signed = (amount: string) =>
  amount.startsWith('-') || /^0\.00$/.test(amount) ? yuan(amount) : `+${yuan(amount)}`;

function Move({ from, to }: { from: string; to: string }) {
  return from === to ? (
    to
  ) : (
    <>
      <span className="muted">{from}</span> → <b>{to}</b>
    </>
  );
}

function CostByMonth({ result, programme, title }: { result: SimulationResult; programme: string; title: string }) {
  const say = useSay();
  const months = monthCosts(result, programme);
  type Row = (typeof months)[number];
  const columns: Column<Row>[] = [
    { key: 'period', title: say('simulation.period'), cell: (m) => m.period },
    { key: 'before', title: say('simulation.before'), end: true, cell: (m) => yuan(m.before) },
    { key: 'after', title: say('simulation.after'), end: true, cell: (m) => yuan(m.after) },
  ];
  const name = say('simulation.byMonth', { programme: title });
  return (
    <Part title={name}>
      <Suspense fallback={<LoadingState rows={5} />}>
        <Bars
          label={say('simulation.byMonthLabel', { programme: title, months: months.length })}
          categories={months.map((m) => m.period)}
          unit={say('simulation.yuan')}
          series={[
            { name: say('simulation.before'), values: months.map((m) => Number(m.before)) },
            { name: say('simulation.after'), values: months.map((m) => Number(m.after)) },
          ]}
        />
      </Suspense>
      <details>
        <summary>{say('policy.asTable')}</summary>
        <DataTable caption={name} rows={months} columns={columns} keyOf={(m) => m.period} />
      </details>
    </Part>
  );
}

function ByGroup(props: {
  title: string;
  note?: string;
  rows: readonly Counted[];
  nameOf: (key: string) => string;
  onOpen: (key: string, change: SimulationChange) => void;
}) {
  const say = useSay();
  const { title, rows, nameOf, onOpen } = props;
  const met = CHANGES.filter((change) => rows.some((r) => r.counts[change] > 0));
  const columns: Column<Counted>[] = [
    { key: 'name', title: '', cell: (r) => nameOf(r.key) },
    ...met.map(
      (change): Column<Counted> => ({
        key: change,
        title: say(`change.${change}`),
        end: true,
        cell: (r) =>
          r.counts[change] === 0 ? (
            '0'
          ) : (
            <button
              type="button"
              className="link-button"
              aria-label={say('simulation.openList', {
                name: nameOf(r.key),
                change: say(`change.${change}`),
                count: r.counts[change],
              })}
              onClick={() => onOpen(r.key, change)}
            >
              {count(r.counts[change])}
            </button>
          ),
      }),
    ),
    { key: 'amount', title: say('simulation.difference'), end: true, cell: (r) => signed(r.amount) },
  ];
  if (rows.length === 0) return null;
  return (
    <Part title={title} aside={props.note}>
      <Suspense fallback={<LoadingState rows={5} />}>
        <Bars
          across
          stacked
          label={say('simulation.groupLabel', { title, groups: rows.length })}
          categories={rows.map((r) => nameOf(r.key))}
          unit={say('simulation.countUnit')}
          series={met.map((change) => ({ name: say(`change.${change}`), values: rows.map((r) => r.counts[change]) }))}
        />
      </Suspense>
      <DataTable caption={title} rows={rows} columns={columns} keyOf={(r) => r.key} />
    </Part>
  );
}
