import type { Month } from '@doudi/contracts';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useSay } from '../../language/index.tsx';
import { count } from '../../ui/figures.ts';
import type { FeedOrder } from './feed-table.tsx';

/** The numbers of the flow in a row, each with what was lost on the way to it. */
export function FlowStrip({ month, onFeeds }: { month: Month; onFeeds: (order: FeedOrder) => void }) {
  const say = useSay();
  const { flow, period } = month;
  const kept = flow.accepted + flow.unchanged;
  const leads = `/leads?period=${period}`;
  const loss = (value: number, what: string) => (value > 0 ? say('month.loss', { count: count(value), what }) : '');
  return (
    <ol className="flow-strip">
      <Step name={say('month.received')} value={flow.received}>
        <button type="button" onClick={() => onFeeds('state')}>
          {count(flow.received)}
        </button>
      </Step>
      <Step
        name={`${say('month.accepted')} + ${say('month.unchanged')}`}
        value={kept}
        losses={[
          <button key="q" type="button" onClick={() => onFeeds('quarantined')}>
            {loss(flow.quarantined, say('month.quarantined'))}
          </button>,
          <button key="r" type="button" onClick={() => onFeeds('refused')}>
            {loss(flow.refused, say('month.refused'))}
          </button>,
        ]}
      >
        <button type="button" onClick={() => onFeeds('state')}>
          {count(kept)}
        </button>
      </Step>
      <Step
        name={say('month.linked')}
        value={flow.linked}
        losses={[
          <button key="u" type="button" onClick={() => onFeeds('unlinked')}>
            {loss(flow.unlinked, say('month.unlinked'))}
          </button>,
        ]}
      >
        <button type="button" onClick={() => onFeeds('unlinked')}>
          {count(flow.linked)}
        </button>
      </Step>
      <Step name={say('month.persons')} value={flow.persons}>
        <Link to="/households">{count(flow.persons)}</Link>
      </Step>
      <Step name={say('month.households')} value={flow.households}>
        <Link to="/households">{count(flow.households)}</Link>
      </Step>
      <Step name={say('month.findings')} value={flow.householdsWithFindings}>
        <Link to={leads}>{count(flow.householdsWithFindings)}</Link>
      </Step>
      <Step name={say('month.leads')} value={flow.leads}>
        <Link to={leads}>{count(flow.leads)}</Link>
      </Step>
      <Step
        name={say('month.visited')}
        value={flow.visited}
        losses={[
          <Link key="o" to={`${leads}&status=open`}>
            {loss(flow.leads - flow.visited, say('month.open'))}
          </Link>,
        ]}
      >
        <Link to={`${leads}&status=verified`}>{count(flow.visited)}</Link>
      </Step>
      <Step name={say('month.confirmed')} value={flow.confirmed}>
        <Link to={`${leads}&status=verified`}>{count(flow.confirmed)}</Link>
      </Step>
    </ol>
  );
}

function Step(props: { name: string; value: number; losses?: ReactNode[]; children: ReactNode }) {
  return (
    <li>
      <span className="name">{props.name}</span>
      <span className="value">{props.children}</span>
      <span className="losses">{props.losses}</span>
    </li>
  );
}
