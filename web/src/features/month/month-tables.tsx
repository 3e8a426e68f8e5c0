import type { Month, RulePrecision, TownshipLeads } from '@doudi/contracts';
import { Link } from 'react-router';
import { useSay } from '../../language/index.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { count, percent } from '../../ui/figures.ts';
import { LevelSign } from '../../ui/level-tag.tsx';
import { kinds, levels } from '../leads/filters.ts';

/** Leads by kind and level, each number opening its list. */
export function KindTable({ month }: { month: Month }) {
  const say = useSay();
  const { period, leadsByKind } = month;
  const at = (kind: string, level?: string) => {
    const rows = leadsByKind.filter((row) => row.kind === kind && (level === undefined || row.level === level));
    return {
      all: rows.reduce((sum, row) => sum + row.count, 0),
      open: rows.reduce((sum, row) => sum + row.open, 0),
    };
  };
  return (
    <section className="panel">
      <header>
        <h2>{say('month.kinds')}</h2>
        <span className="muted end">{say('month.kindsHelp')}</span>
      </header>
      <table className="plain-table">
        <caption className="sr-only">{say('month.kinds')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('month.kind')}</th>
            {levels.map((level) => (
              <th key={level} scope="col" className="num">
                <LevelSign level={level} /> {say(`level.${level}`)}
              </th>
            ))}
            <th scope="col" className="num">
              {say('month.total')}
            </th>
          </tr>
        </thead>
        <tbody>
          {kinds.map((kind) => (
            <tr key={kind}>
              <th scope="row">{say(`kind.${kind}`)}</th>
              {levels.map((level) => (
                <td key={level} className="num">
                  <OpenCount {...at(kind, level)} to={`/leads?period=${period}&kind=${kind}&level=${level}`} />
                </td>
              ))}
              <td className="num">
                <OpenCount {...at(kind)} to={`/leads?period=${period}&kind=${kind}`} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function OpenCount({ all, open, to }: { all: number; open: number; to: string }) {
  if (all === 0) return <span className="muted">0</span>;
  return (
    <Link className="number-link" to={to}>
      {count(all)} ({count(open)})
    </Link>
  );
}

/** The share of true leads of each rule. */
export function RuleTable({ month }: { month: Month }) {
  const say = useSay();
  const columns: Column<RulePrecision>[] = [
    {
      key: 'rule',
      title: say('month.rule'),
      cell: (rule) => (
        <Link to={`/leads?period=${month.period}&kind=${rule.kind}&cause=${rule.rule}`} title={rule.title}>
          {rule.title} <span className="muted">{say(`kind.${rule.kind}`)}</span>
        </Link>
      ),
    },
    { key: 'leads', title: say('month.leads'), end: true, width: 64, cell: (rule) => count(rule.leads) },
    { key: 'verified', title: say('month.verified'), end: true, width: 76, cell: (rule) => count(rule.verified) },
    {
      key: 'precision',
      title: say('month.precision'),
      end: true,
      width: 200,
      cell: (rule) =>
        rule.verified === 0 ? (
          <span className="muted">{say('month.noPrecision')}</span>
        ) : (
          <ShareBar part={rule.confirmed} whole={rule.verified} />
        ),
    },
  ];
  return (
    <section className="panel">
      <header>
        <h2>{say('month.rules')}</h2>
        <span className="muted end">{say('month.rulesHelp')}</span>
      </header>
      <DataTable
        caption={say('month.rules')}
        rows={month.rules}
        columns={columns}
        keyOf={(rule) => rule.rule}
        card={(rule) => (
          <Link className="feed-card" to={`/leads?period=${month.period}&kind=${rule.kind}&cause=${rule.rule}`}>
            <p>
              <b>{rule.title}</b>
              <span className="end muted">
                {say('month.leads')} {count(rule.leads)} · {say('month.verified')} {count(rule.verified)}
              </span>
            </p>
            {rule.verified === 0 ? (
              <p className="muted">{say('month.noPrecision')}</p>
            ) : (
              <ShareBar part={rule.confirmed} whole={rule.verified} />
            )}
          </Link>
        )}
      />
    </section>
  );
}

/** Leads of each township, and its on-time rate against the line. */
export function TownshipTable({ month }: { month: Month }) {
  const say = useSay();
  const { period } = month;
  const kindColumn = (kind: (typeof kinds)[number]): Column<TownshipLeads> => ({
    key: kind,
    title: say(`kind.${kind}`),
    end: true,
    width: kind === 'undue' ? 104 : kind === 'watch' ? 50 : 78,
    cell: (town) =>
      town[kind] === 0 ? (
        <span className="muted">0</span>
      ) : (
        <Link className="number-link" to={`/leads?period=${period}&kind=${kind}&divisionId=${town.divisionId}`}>
          {count(town[kind])}
        </Link>
      ),
  });
  const columns: Column<TownshipLeads>[] = [
    {
      key: 'name',
      title: say('month.township'),
      cell: (town) => <Link to={`/leads?period=${period}&divisionId=${town.divisionId}`}>{town.name}</Link>,
    },
    ...kinds.map(kindColumn),
    {
      key: 'open',
      title: say('month.openLate'),
      end: true,
      width: 112,
      cell: (town) => (
        <>
          {count(town.open)} · <span className={town.late > 0 ? 'alarm' : undefined}>{count(town.late)}</span>
        </>
      ),
    },
    {
      key: 'onTime',
      title: say('month.onTime'),
      end: true,
      width: 158,
      cell: (town) => <OnTime town={town} line={month.onTimeLine} />,
    },
  ];
  return (
    <section className="panel">
      <header>
        <h2>{say('month.townships')}</h2>
        <span className="muted end">{say('month.onTimeHelp', { line: month.onTimeLine })}</span>
      </header>
      <DataTable
        caption={say('month.townships')}
        rows={month.townships}
        columns={columns}
        keyOf={(town) => String(town.divisionId)}
        card={(town) => (
          <Link className="feed-card" to={`/leads?period=${period}&divisionId=${town.divisionId}`}>
            <p>
              <b>{town.name}</b>
              <span className="end">
                {say('month.openLate')} {count(town.open)} ·{' '}
                <span className={town.late > 0 ? 'alarm' : undefined}>{count(town.late)}</span>
              </span>
            </p>
            <OnTime town={town} line={month.onTimeLine} />
          </Link>
        )}
      />
    </section>
  );
}

function OnTime({ town, line }: { town: TownshipLeads; line: number }) {
  const say = useSay();
  const below = town.due > 0 && town.onTime * 100 < town.due * line;
  return (
    <span className="on-time" title={below ? say('month.onTimeBelow', { line }) : undefined}>
      {below ? (
        <span className="alarm">
          !<span className="sr-only">{say('month.onTimeBelow', { line })}</span>
        </span>
      ) : null}
      <ShareBar part={town.onTime} whole={town.due} line={line} below={below} />
    </span>
  );
}

function ShareBar(props: { part: number; whole: number; line?: number; below?: boolean }) {
  if (props.whole === 0) return <span className="muted">—</span>;
  const width = (props.part * 100) / props.whole;
  return (
    <span className="share-bar">
      <svg width="64" height="14" viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">
        <rect x="0" y="3" width="100" height="8" fill="#dfe4e9" />
        <rect x="0" y="3" width={width} height="8" fill={props.below ? '#b42318' : '#17436b'} />
        {props.line === undefined ? null : <rect x={props.line - 1} y="0" width="2" height="14" fill="#16202a" />}
      </svg>
      <span className={props.below ? 'alarm' : undefined}>{percent(props.part, props.whole)}</span>
    </span>
  );
}
