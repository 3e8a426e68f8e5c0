import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useSearchParams } from 'react-router';
import { call } from '../../api/call.ts';
import { useSay } from '../../language/index.tsx';
import { minute } from '../../ui/figures.ts';
import { usePhone } from '../../ui/screen.ts';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { useMe } from '../session/me.tsx';
import { type FeedOrder, FeedTable } from './feed-table.tsx';
import { FlowStrip } from './flow-strip.tsx';
import { KindTable, RuleTable, TownshipTable } from './month-tables.tsx';
import './month.css';
import { Choice } from '../../ui/choice.tsx';

const FlowChart = lazy(() => import('./flow-chart.tsx'));

/** The month as one line with its losses; every number opens its list. */
export function Component() {
  const say = useSay();
  const me = useMe();
  const phone = usePhone();
  const [params, setParams] = useSearchParams();
  const period = params.get('period') ?? me.periods[0];
  const [order, setOrder] = useState<FeedOrder>('state');
  const month = useQuery({
    queryKey: ['GET /api/month', period],
    queryFn: ({ signal }) => call('GET /api/month', { query: period ? { period } : {} }, signal),
  });
  const openFeeds = (by: FeedOrder) => {
    setOrder(by);
    document.getElementById('feeds')?.scrollIntoView({ block: 'start' });
  };
  if (month.isPending) return <LoadingState rows={14} />;
  if (month.isError) return <ErrorState error={month.error} onRetry={() => month.refetch()} />;
  const { data } = month;
  return (
    <div className="month-page">
      <header className="page-head">
        <h1>{say('month.title', { period: data.period })}</h1>
        <Choice
          label={say('month.pick')}
          value={data.period}
          style={{ width: phone ? '100%' : 120 }}
          options={me.periods.map((one) => ({ value: one, label: one }))}
          onChange={(next) => setParams({ period: next })}
        />
        <p className="muted run">
          {data.run
            ? say('month.run', { time: minute(data.run.finishedAt), pin: data.run.pin.slice(0, 12) })
            : say('month.noRun')}
        </p>
      </header>
      <div className="grid">
        <section className="panel wide">
          <header>
            <h2>{say('month.flow')}</h2>
            <span className="muted">{say('month.flowHelp')}</span>
          </header>
          <FlowStrip month={data} onFeeds={openFeeds} />
          {phone ? null : (
            <Suspense fallback={<LoadingState rows={6} />}>
              <FlowChart month={data} onFeeds={openFeeds} />
            </Suspense>
          )}
        </section>
        <FeedTable month={data} order={order} onOrder={setOrder} />
        <div className="stack">
          <KindTable month={data} />
          <TownshipTable month={data} />
        </div>
        <RuleTable month={data} />
      </div>
    </div>
  );
}
