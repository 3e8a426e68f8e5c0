import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Segmented } from 'antd';
import { lazy, Suspense, useDeferredValue, useMemo, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { call } from '../../api/call.ts';
import { useSay } from '../../language/index.tsx';
import { Choice } from '../../ui/choice.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { minute } from '../../ui/figures.ts';
import { Part } from '../../ui/part.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx';
import { type Rulebook, useRulebook } from '../policies/rulebook.ts';
import { ParameterForm } from './parameter-form.tsx';
import { reformFaults, reformText, type Setting } from './reform-text.ts';
import '../policies/policies.css';
import './simulation.css';

const SourceEditor = lazy(() => import('../policies/source-editor.tsx'));

/** What if: change a standard or a rule, run it over a month that was decided, and open the earlier ones. */
export function Component() {
  const rulebook = useRulebook();
  const list = useQuery({
    queryKey: ['GET /api/simulations'],
    queryFn: ({ signal }) => call('GET /api/simulations', {}, signal),
  });
  const say = useSay();
  if (rulebook.isPending || list.isPending) return <LoadingState rows={14} />;
  if (rulebook.isError) return <ErrorState error={rulebook.error} onRetry={() => rulebook.refetch()} />;
  if (list.isError) return <ErrorState error={list.error} onRetry={() => list.refetch()} />;
  const { periods, simulations } = list.data;
  return (
    <div className="simulations-page">
      <header className="page-head">
        <h1>{say('simulation.title')}</h1>
      </header>
      <p className="muted lead-in">{say('simulation.help')}</p>
      <div className="stack">
        {periods.length === 0 ? (
          <EmptyState title={say('simulation.noMonth')}>{say('simulation.noMonthHelp')}</EmptyState>
        ) : (
          <Ask rulebook={rulebook.data} periods={periods} />
        )}
        <Part title={say('simulation.mine')}>
          <Mine simulations={simulations} />
        </Part>
      </div>
    </div>
  );
}

type Mode = 'form' | 'text';

function Ask({ rulebook, periods }: { rulebook: Rulebook; periods: readonly string[] }) {
  const say = useSay();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { division } = rulebook.sources;
  const [period, setPeriod] = useState(periods[0] ?? '');
  const [title, setTitle] = useState('');
  const [mode, setMode] = useState<Mode>('form');
  const [settings, setSettings] = useState<readonly Setting[]>([{ id: 'subsistence.standard', value: '' }]);
  const [place, setPlace] = useState(division);
  const [written, setWritten] = useState('');
  const named = title.trim() || say('simulation.untitled');
  const text = mode === 'form' ? reformText(named, place, settings) : written;
  const checked = useDeferredValue(text);
  const faults = useMemo(() => reformFaults(rulebook, checked, place), [rulebook, checked, place]);
  const ask = useMutation({
    mutationFn: () => call('POST /api/simulations', { body: { period, months: 12, title: named, text } }),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: ['GET /api/simulations'] });
      await navigate(`/simulations/${id}`);
    },
  });
  const empty = mode === 'form' && settings.every((s) => s.value === '');
  return (
    <Part title={say('simulation.ask')}>
      <form
        className="simulation-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!empty && faults.length === 0) ask.mutate();
        }}
      >
        <div className="try-head">
          <Choice
            label={say('simulation.period')}
            value={period}
            style={{ width: 130 }}
            options={periods.map((value) => ({ value, label: value }))}
            onChange={setPeriod}
          />
          <Input
            aria-label={say('simulation.name')}
            placeholder={say('simulation.name')}
            maxLength={80}
            value={title}
            style={{ maxWidth: 320 }}
            onChange={(event) => setTitle(event.target.value)}
          />
          <Segmented<Mode>
            aria-label={say('simulation.mode')}
            value={mode}
            options={[
              { value: 'form', label: say('simulation.byForm') },
              { value: 'text', label: say('simulation.byText') },
            ]}
            onChange={(next) => {
              if (next === 'text' && mode === 'form') setWritten(reformText(named, place, settings));
              setMode(next);
            }}
          />
        </div>
        {mode === 'form' ? (
          <ParameterForm
            rulebook={rulebook}
            period={period}
            place={place}
            onPlace={setPlace}
            settings={settings}
            onChange={setSettings}
          />
        ) : (
          <Suspense fallback={<LoadingState rows={6} />}>
            <p className="muted">{say('simulation.textHelp')}</p>
            <SourceEditor text={written} label={say('simulation.text')} onChange={setWritten} faults={faults} />
          </Suspense>
        )}
        {!empty && faults.length > 0 ? (
          <div role="alert">
            <ul className="faults">
              {faults.slice(0, 8).map((f) => (
                <li key={`${f.line}:${f.column}${f.message}`}>
                  {mode === 'text' ? say('simulation.at', { line: f.line, column: f.column }) : ''} {f.message}（
                  {f.cure}）
                </li>
              ))}
            </ul>
          </div>
        ) : null}
        {ask.isError ? <ErrorState error={ask.error} /> : null}
        <div className="try-actions">
          <Button
            type="primary"
            size="large"
            htmlType="submit"
            disabled={empty || faults.length > 0}
            loading={ask.isPending}
          >
            {say('simulation.run')}
          </Button>
          {empty ? <span className="muted">{say('simulation.fillFirst')}</span> : null}
        </div>
      </form>
    </Part>
  );
}

function Mine({
  simulations,
}: {
  simulations: readonly {
    id: string;
    title: string;
    period: string;
    state: 'waiting' | 'running' | 'done' | 'failed';
    askedAt: string;
  }[];
}) {
  const say = useSay();
  type Row = (typeof simulations)[number];
  const columns: Column<Row>[] = [
    { key: 'title', title: say('simulation.name'), cell: (s) => <Link to={`/simulations/${s.id}`}>{s.title}</Link> },
    { key: 'period', title: say('simulation.period'), width: 110, cell: (s) => s.period },
    { key: 'state', title: say('simulation.state'), width: 110, cell: (s) => say(`request.${s.state}`) },
    { key: 'at', title: say('simulation.askedAt'), width: 160, cell: (s) => minute(s.askedAt) },
  ];
  return (
    <DataTable
      caption={say('simulation.mine')}
      rows={simulations}
      columns={columns}
      keyOf={(s) => s.id}
      card={(s) => (
        <Link className="programme-card" to={`/simulations/${s.id}`}>
          <b>{s.title}</b>
          <span className="muted">
            {s.period} · {say(`request.${s.state}`)}
          </span>
        </Link>
      )}
      empty={<EmptyState title={say('simulation.none')}>{say('simulation.noneHelp')}</EmptyState>}
    />
  );
}
