import type { Coverage } from '@doudi/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { call } from '../../api/call.ts';
import { useLanguage } from '../../language/index.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { count } from '../../ui/figures.ts';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { type Rulebook, useRulebook } from './rulebook.ts';
import './policies.css';

type Row = { id: string; title: string; scope: string; period: string; cites: string; covered: Totals | null };
type Totals = { paid: number; eligible: number; undetermined: number };

/** Every programme: what it is, by which clause, and whom it covers today. */
export function Component() {
  const { say, language } = useLanguage();
  const rulebook = useRulebook();
  const coverage = useQuery({
    queryKey: ['GET /api/policies/coverage'],
    queryFn: ({ signal }) => call('GET /api/policies/coverage', {}, signal),
  });
  if (rulebook.isPending) return <LoadingState rows={14} />;
  if (rulebook.isError) return <ErrorState error={rulebook.error} onRetry={() => rulebook.refetch()} />;
  const rows = rowsOf(rulebook.data, coverage.data, language);
  const period = coverage.data?.period ?? null;
  const columns: Column<Row>[] = [
    {
      key: 'title',
      title: say('policy.programme'),
      width: 220,
      cell: (row) => <Link to={`/policies/${row.id}`}>{row.title}</Link>,
    },
    { key: 'scope', title: say('policy.scope'), width: 110, cell: (row) => `${row.scope} · ${row.period}` },
    { key: 'cite', title: say('policy.cite'), cell: (row) => <span className="muted">{row.cites}</span> },
    ...(['paid', 'eligible', 'undetermined'] as const).map(
      (name): Column<Row> => ({
        key: name,
        title: say(`policy.${name}`),
        width: 110,
        end: true,
        cell: (row) => (row.covered ? count(row.covered[name]) : '—'),
      }),
    ),
  ];
  return (
    <div className="policies-page">
      <header className="page-head">
        <h1>
          {say('policy.title')}
          <span className="total">{say('policy.month', { period: rulebook.data.sources.period })}</span>
        </h1>
        <Link className="button-link" to="/policies/try">
          {say('policy.try')}
        </Link>
      </header>
      <p className="muted lead-in">{period ? say('policy.coverageOf', { period }) : say('policy.coverageNone')}</p>
      <DataTable
        caption={say('policy.title')}
        rows={rows}
        columns={columns}
        keyOf={(row) => row.id}
        keys
        total={rows.length}
        wrap
        card={(row) => (
          <Link className="programme-card" to={`/policies/${row.id}`}>
            <b>{row.title}</b>
            <span className="muted">{row.cites}</span>
            {row.covered ? (
              <span>
                {say('policy.paid')} {count(row.covered.paid)} · {say('policy.eligible')} {count(row.covered.eligible)}
              </span>
            ) : null}
          </Link>
        )}
      />
    </div>
  );
}

function rowsOf({ plan, packs }: Rulebook, coverage: Coverage | undefined, language: 'zh' | 'en'): Row[] {
  const word = (zh: string, en: string) => (language === 'zh' ? zh : en);
  const policies = packs.flatMap((pack) => pack.policies).filter((policy) => !policy.extends);
  return plan.programmes.map((p) => {
    const towns = coverage?.programmes.find((c) => c.programme === p.id)?.townships;
    const sum = (name: keyof Totals) => (towns ?? []).reduce((n, t) => n + t[name], 0);
    return {
      id: p.id,
      title: word(p.title, p.en),
      scope: p.scope === 'person' ? word('按人', 'Person') : word('按户', 'Family'),
      period: p.period === 'month' ? word('按月', 'monthly') : word('一次性', 'once'),
      cites: [...new Set(policies.find((x) => x.id === p.id)?.clauses.map((c) => c.cite))].slice(0, 3).join('；'),
      covered: towns ? { paid: sum('paid'), eligible: sum('eligible'), undetermined: sum('undetermined') } : null,
    };
  });
}
