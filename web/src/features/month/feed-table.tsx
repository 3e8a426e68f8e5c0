import type { FeedAccount, Month } from '@doudi/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { call } from '../../api/call.ts';
import { useSay } from '../../language/index.tsx';
import { Choice } from '../../ui/choice.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { count, percent } from '../../ui/figures.ts';
import { useMe } from '../session/me.tsx';

export const feedOrders = ['state', 'quarantined', 'refused', 'unlinked'] as const;
export type FeedOrder = (typeof feedOrders)[number];

const urgency = { missing: 0, late: 1, superseded: 2, delivered: 3 } as const;
const unlinkedOf = (feed: FeedAccount) => feed.accepted + feed.unchanged - feed.linked;
const comparing: Record<FeedOrder, (a: FeedAccount, b: FeedAccount) => number> = {
  state: (a, b) => urgency[a.state] - urgency[b.state],
  quarantined: (a, b) => b.quarantined - a.quarantined,
  refused: (a, b) => b.refused - a.refused,
  unlinked: (a, b) => unlinkedOf(b) - unlinkedOf(a),
};

/** The accounting of each file; those not delivered first, with what that makes unknown. */
export function FeedTable({
  month,
  order,
  onOrder,
}: {
  month: Month;
  order: FeedOrder;
  onOrder: (order: FeedOrder) => void;
}) {
  const say = useSay();
  const feeds = month.feeds.toSorted(comparing[order]);
  const missing = feeds.filter((feed) => feed.state === 'missing').length;
  const late = feeds.filter((feed) => feed.state === 'late').length;
  return (
    <section className="panel wide" id="feeds">
      <header>
        <h2>{say('month.feeds')}</h2>
        <span className={missing > 0 ? 'alarm' : 'muted'}>
          {missing + late === 0 ? say('month.feedsAll', { count: feeds.length }) : null}
          {missing > 0 ? say('month.feedsMissing', { count: missing }) : null}
          {missing > 0 && late > 0 ? ' · ' : null}
          {late > 0 ? say('month.feedsLate', { count: late }) : null}
        </span>
        <ByDepartment period={month.period} />
        <span className="muted end">{say('month.feedsHelp')}</span>
        <Choice
          label={say('leads.sort')}
          value={order}
          style={{ width: 160 }}
          options={feedOrders.map((value) => ({ value, label: say(`month.order.${value}`) }))}
          onChange={onOrder}
        />
      </header>
      <DataTable
        caption={say('month.feeds')}
        rows={feeds}
        columns={useFeedColumns()}
        keyOf={(feed) => feed.feed}
        card={(feed) => <FeedCard feed={feed} />}
        wrap
      />
    </section>
  );
}

/** How much should be asked about, and the way to the departments, for the roles that watch them. */
function ByDepartment({ period }: { period: string }) {
  const say = useSay();
  const { role } = useMe();
  const may = role === 'county' || role === 'supervisor' || role === 'auditor';
  const found = useQuery({
    queryKey: ['GET /api/departments', period],
    queryFn: ({ signal }) => call('GET /api/departments', { query: { period } }, signal),
    enabled: may,
  });
  if (!may) return null;
  const alarms = (found.data?.departments ?? []).flatMap((one) => one.feeds).flatMap((feed) => feed.alarms);
  return (
    <Link className={alarms.length > 0 ? 'number-link alarm' : 'number-link'} to={`/departments?period=${period}`}>
      {alarms.length > 0 ? say('departments.alarmsOfMonth', { count: alarms.length }) : say('departments.byDepartment')}
    </Link>
  );
}

/** The feed's name; who takes files in sends one from here. */
function Title({ feed }: { feed: FeedAccount }) {
  const say = useSay();
  const may = useMe().role === 'county';
  return (
    <>
      <b>{feed.title}</b>{' '}
      {may ? (
        <Link to={`/feeds/${feed.feed}/${feed.period}/upload`} aria-label={`${say('intake.upload')} ${feed.title}`}>
          {say('intake.upload')}
        </Link>
      ) : null}
    </>
  );
}

/** A quarantine count that opens its rows, for the roles that may see them. */
function Quarantined({ feed }: { feed: FeedAccount }) {
  const { role } = useMe();
  const may = role === 'county' || role === 'supervisor' || role === 'auditor';
  if (feed.quarantined === 0 || !may) return <>{count(feed.quarantined)}</>;
  return (
    <Link className="number-link" to={`/feeds/${feed.feed}/${feed.period}`}>
      {count(feed.quarantined)}
    </Link>
  );
}

function useFeedColumns(): Column<FeedAccount>[] {
  const say = useSay();
  const number = (key: 'received' | 'accepted' | 'unchanged' | 'refused', width = 88): Column<FeedAccount> => ({
    key,
    title: say(`month.${key}`),
    end: true,
    width,
    cell: (feed) => (feed.state === 'missing' ? '—' : count(feed[key])),
  });
  return [
    { key: 'title', title: say('month.feed'), width: 150, cell: (feed) => <Title feed={feed} /> },
    { key: 'department', title: say('month.department'), width: 96, cell: (feed) => feed.department },
    { key: 'state', title: say('month.state'), width: 96, cell: (feed) => <State feed={feed} /> },
    number('received'),
    number('accepted'),
    number('unchanged', 100),
    {
      key: 'quarantined',
      title: say('month.quarantined'),
      end: true,
      width: 76,
      cell: (feed) => (feed.state === 'missing' ? '—' : <Quarantined feed={feed} />),
    },
    number('refused', 68),
    {
      key: 'linked',
      title: say('month.linkRate'),
      end: true,
      width: 84,
      cell: (feed) => percent(feed.linked, feed.accepted + feed.unchanged),
    },
    { key: 'unknown', title: say('month.unknown'), cell: (feed) => feed.unknown.join('；') },
  ];
}

function State({ feed }: { feed: FeedAccount }) {
  const say = useSay();
  const sign = feed.state === 'missing' ? '✗ ' : feed.state === 'late' ? '! ' : '';
  return (
    <span className={feed.state === 'missing' || feed.state === 'late' ? 'alarm' : undefined}>
      {sign}
      {say(`feedState.${feed.state}`)}
    </span>
  );
}

function FeedCard({ feed }: { feed: FeedAccount }) {
  const say = useSay();
  return (
    <div className="feed-card">
      <p>
        <Title feed={feed} /> <span className="muted">{feed.department}</span>
        <span className="end">
          <State feed={feed} />
        </span>
      </p>
      {feed.state === 'missing' ? null : (
        <dl>
          <div>
            <dt>{say('month.received')}</dt>
            <dd>{count(feed.received)}</dd>
          </div>
          <div>
            <dt>{say('month.quarantined')}</dt>
            <dd>
              <Quarantined feed={feed} />
            </dd>
          </div>
          <div>
            <dt>{say('month.linkRate')}</dt>
            <dd>{percent(feed.linked, feed.accepted + feed.unchanged)}</dd>
          </div>
        </dl>
      )}
      {feed.unknown.length > 0 ? (
        <p className="muted">
          {say('month.unknown')}：{feed.unknown.join('；')}
        </p>
      ) : null}
    </div>
  );
}
