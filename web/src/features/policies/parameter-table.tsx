import { lazy, Suspense, useMemo, useState } from 'react';
import { useLanguage, useSay } from '../../language/index.tsx';
import { Choice } from '../../ui/choice.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Part } from '../../ui/part.tsx';
import { LoadingState } from '../../ui/states.tsx';
import { unitText } from './formula-text.ts';
import { type DatedValue, percentText, valuesOf } from './parameter-values.ts';
import { type Rulebook, reads } from './rulebook.ts';

const Steps = lazy(() => import('./plots.tsx').then((m) => ({ default: m.Steps })));
type Here = ReturnType<Rulebook['plan']['resolve']>['parameters'][number];

/** The parameters that a programme reads: what holds here and whence, and one of them over time in every place. */
export function ParameterTable({ rulebook, programme }: { rulebook: Rulebook; programme: string }) {
  const { say, language } = useLanguage();
  const { plan, packs, sources } = rulebook;
  const places = useMemo(
    () => [
      ...new Map(packs.filter((p) => p.division !== '').map((p) => [p.division, p.title.replace(/（.*?）$/, '')])),
    ],
    [packs],
  );
  const [division, setDivision] = useState(sources.division);
  const here = useMemo(() => {
    const wanted = reads(plan, programme).parameters;
    const { parameters, chain } = plan.resolve(division);
    const own = (id: string) => id.startsWith(`${programme}.`);
    // A figure that another place made up for itself, and that has no value here, says nothing here.
    const kept = (id: string, packed: boolean) =>
      wanted.has(id) && (packed || chain.includes(plan.rules.symbols.parameters.get(id)?.pack ?? ''));
    return parameters
      .filter((p) => kept(p.id, p.pack !== ''))
      .toSorted((a, b) => Number(own(b.id)) - Number(own(a.id)));
  }, [plan, programme, division]);
  const [chosen, setChosen] = useState<string | null>(null);
  const shown =
    here.find((p) => p.id === chosen) ??
    here.find((p) => p.id === `${programme}.standard`) ??
    here.find((p) => p.type.kind === 'number' && p.pack !== '') ??
    here[0];
  if (!shown) return null;
  const definition = plan.rules.symbols.parameters.get(shown.id);
  const columns: Column<Here>[] = [
    {
      key: 'title',
      title: say('policy.parameter'),
      width: 240,
      cell: (p) => (
        <button type="button" className="link-button" aria-pressed={p.id === shown.id} onClick={() => setChosen(p.id)}>
          {language === 'zh' ? p.title : (plan.rules.symbols.parameters.get(p.id)?.en ?? p.title)}
        </button>
      ),
    },
    { key: 'value', title: say('policy.value'), width: 150, end: true, cell: (p) => <Value parameter={p} /> },
    {
      key: 'unit',
      title: say('policy.unit'),
      width: 110,
      cell: (p) => (p.type.kind === 'number' && p.unit !== '1' ? unitText(p.unit) : ''),
    },
    { key: 'from', title: say('policy.from'), width: 110, cell: (p) => p.from },
    {
      key: 'cite',
      title: say('policy.cite'),
      cell: (p) => <Origin cite={p.cite} borrowed={p.borrowedFrom?.title ?? null} />,
    },
  ];
  return (
    <Part title={say('policy.parameters')} aside={say('policy.parametersHelp')}>
      <Choice
        label={say('policy.place')}
        showSearch
        optionFilterProp="label"
        value={division}
        style={{ minWidth: 240, marginBottom: 8 }}
        options={[...new Map([[sources.division, sources.division] as [string, string], ...places])].map(
          ([value, label]) => ({
            value,
            label: label === value ? value : `${label} ${value}`,
          }),
        )}
        onChange={setDivision}
      />
      <DataTable
        caption={say('policy.parameters')}
        rows={here}
        columns={columns}
        keyOf={(p) => p.id}
        wrap
        card={(p) => (
          <button
            type="button"
            className="programme-card"
            aria-pressed={p.id === shown.id}
            onClick={() => setChosen(p.id)}
          >
            <span>{language === 'zh' ? p.title : (plan.rules.symbols.parameters.get(p.id)?.en ?? p.title)}</span>
            <b>
              <Value parameter={p} /> {p.type.kind === 'number' && p.unit !== '1' ? unitText(p.unit) : ''}
            </b>
            <Origin cite={p.cite} borrowed={p.borrowedFrom?.title ?? null} />
          </button>
        )}
      />
      {definition ? (
        <OverTime
          values={valuesOf(packs, definition)}
          title={shown.title}
          unit={unitText(shown.unit)}
          until={`${sources.period}-28`}
        />
      ) : null}
    </Part>
  );
}

function Value({ parameter }: { parameter: Here }) {
  const say = useSay();
  const { type, text } = parameter;
  if (text === null) return <span className="muted">{say('policy.unpublished')}</span>;
  if (type.kind === 'boolean') return <>{text === 'true' ? say('common.yes') : say('common.no')}</>;
  if (type.kind === 'enum') return <>{type.values[text] ?? text}</>;
  return <>{percentText(parameter)}</>;
}

function Origin({ cite, borrowed }: { cite: string; borrowed: string | null }) {
  const say = useSay();
  return (
    <span className="muted">
      {cite}
      {borrowed ? <span className="borrowed">{say('policy.borrowed', { place: borrowed })}</span> : null}
    </span>
  );
}

/** Where a line steps, and how far it has held: to its end, or to the month shown. */
function pointsOf(own: readonly DatedValue[], until: string): [string, number][] {
  const points = own.flatMap((v): [string, number][] => (v.number === null ? [] : [[v.from, v.number]]));
  const last = own.findLast((v) => v.number !== null);
  const end = last?.until ?? until;
  if (last?.number != null && end > last.from) points.push([end, last.number]);
  return points;
}

function OverTime(props: { values: readonly DatedValue[]; title: string; unit: string; until: string }) {
  const { values, title, unit, until } = props;
  const say = useSay();
  const lines = [...Map.groupBy(values, (v) => v.place)]
    .map(([name, own]) => ({ name, points: pointsOf(own, until) }))
    .filter((line) => line.points.length > 0);
  const columns: Column<DatedValue>[] = [
    { key: 'place', title: say('policy.place'), width: 160, cell: (v) => v.place },
    { key: 'from', title: say('policy.from'), width: 110, cell: (v) => v.from },
    { key: 'until', title: say('policy.until'), width: 110, cell: (v) => v.until ?? '' },
    {
      key: 'value',
      title: say('policy.value'),
      width: 120,
      end: true,
      cell: (v) => v.text ?? say('policy.unpublished'),
    },
    { key: 'cite', title: say('policy.cite'), cell: (v) => <Origin cite={v.cite} borrowed={v.borrowed} /> },
  ];
  const label = say('policy.overTime', { title });
  return (
    <section className="over-time" aria-label={label}>
      <h3>{label}</h3>
      {lines.length > 0 ? (
        <Suspense fallback={<LoadingState rows={5} />}>
          <Steps label={say('policy.overTimeLabel', { title, places: lines.length })} unit={unit} lines={lines} />
        </Suspense>
      ) : null}
      <details open={lines.length === 0}>
        <summary>{say('policy.asTable')}</summary>
        <DataTable
          caption={label}
          rows={values}
          columns={columns}
          keyOf={(v) => v.key}
          wrap
          card={(v) => (
            <div className="programme-card">
              <span>
                {v.place} {v.from}
              </span>
              <b>{v.text ?? say('policy.unpublished')}</b>
              <Origin cite={v.cite} borrowed={v.borrowed} />
            </div>
          )}
        />
      </details>
    </section>
  );
}
