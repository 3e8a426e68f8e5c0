import type { DepartmentFeed, SharingRequest } from '@doudi/contracts';
import { Button } from 'antd';
import { Link } from 'react-router';
import { useSay } from '../../language/index.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { count } from '../../ui/figures.ts';
import { EmptyState } from '../../ui/states.tsx';

export type DepartmentRow = { department: string; feed: DepartmentFeed };

type Props = {
  rows: readonly DepartmentRow[];
  period: string;
  requests: readonly SharingRequest[];
  /** True for those who may ask departments and accept what looks wrong. */
  may: boolean;
  onAsk: (row: DepartmentRow) => void;
  onAccept: (row: DepartmentRow) => void;
  onRequest: (id: string) => void;
};

/** Every file of every department in the month; on a phone each is a card. */
export function FeedList(props: Props) {
  const say = useSay();
  const { rows, period } = props;
  const columns: Column<DepartmentRow>[] = [
    {
      key: 'department',
      title: say('departments.department'),
      width: 132,
      cell: (row) => <DepartmentLink row={row} period={period} />,
    },
    {
      key: 'feed',
      title: say('departments.feed'),
      width: 168,
      cell: ({ feed }) => (
        <>
          <b>{feed.title}</b> <span className="scope">{say(`feedScope.${feed.scope}`)}</span>
        </>
      ),
    },
    { key: 'state', title: say('departments.state'), width: 168, cell: ({ feed }) => <State feed={feed} /> },
    {
      key: 'counts',
      title: say('departments.counts'),
      end: true,
      width: 148,
      cell: ({ feed }) => <Counts feed={feed} period={period} />,
    },
    { key: 'alarms', title: say('departments.alarms'), cell: (row) => <Alarms row={row} {...props} /> },
    { key: 'request', title: say('departments.request'), width: 176, cell: (row) => <Ask row={row} {...props} /> },
  ];
  return (
    <DataTable
      caption={say('departments.title', { period })}
      rows={rows}
      columns={columns}
      keyOf={(row) => row.feed.feed}
      wrap
      card={(row) => (
        <div className="feed-card">
          <p>
            <b>{row.feed.title}</b> <DepartmentLink row={row} period={period} />
          </p>
          <State feed={row.feed} />
          <p>
            <span className="muted">{say('departments.counts')}</span> <Counts feed={row.feed} period={period} />
          </p>
          <Alarms row={row} {...props} />
          <Ask row={row} {...props} />
        </div>
      )}
      empty={<EmptyState title={say('departments.none')}>{say('departments.noneHelp')}</EmptyState>}
    />
  );
}

function DepartmentLink({ row, period }: { row: DepartmentRow; period: string }) {
  const say = useSay();
  return (
    <Link
      className="number-link"
      to={`/departments/quality?department=${encodeURIComponent(row.department)}&period=${period}`}
      aria-label={`${row.department} ${say('departments.quality')}`}
    >
      {row.department}
    </Link>
  );
}

function State({ feed }: { feed: DepartmentFeed }) {
  const say = useSay();
  const bad = feed.state === 'missing' || feed.state === 'late';
  const waiting = feed.state === 'missing' || feed.state === 'waiting';
  return (
    <p>
      <span className={bad ? 'alarm' : undefined}>
        {feed.state === 'missing' ? '✗ ' : feed.state === 'late' ? '! ' : ''}
        {say(`departmentState.${feed.state}`)}
      </span>
      {waiting ? <span className="muted line">{say('departments.due', { date: feed.due })}</span> : null}
      {waiting && feed.lastPeriod ? (
        <span className="muted line">{say('departments.last', { period: feed.lastPeriod })}</span>
      ) : null}
    </p>
  );
}

function Counts({ feed, period }: { feed: DepartmentFeed; period: string }) {
  if (feed.receivedAt === null) return <>—</>;
  return (
    <>
      {count(feed.received)} ·{' '}
      {feed.quarantined > 0 ? (
        <Link className="number-link" to={`/feeds/${feed.feed}/${period}`}>
          {count(feed.quarantined)}
        </Link>
      ) : (
        0
      )}{' '}
      · {count(feed.refused)}
    </>
  );
}

function Alarms({ row, may, onAccept }: { row: DepartmentRow; may: boolean; onAccept: Props['onAccept'] }) {
  const say = useSay();
  const { alarms, suspicious } = row.feed;
  if (alarms.length === 0) return null;
  const holds = alarms.some((alarm) => alarm.holds);
  return (
    <ul className="alarms">
      {alarms.map((alarm) => (
        <li key={`${alarm.kind} ${alarm.message}`}>
          <span className={alarm.holds ? 'alarm' : undefined}>{alarm.message}</span>
          <span className="muted line">{alarm.cure}</span>
        </li>
      ))}
      {holds ? (
        <li>
          <span className="muted">{say('departments.holds')}</span>{' '}
          {may && suspicious ? (
            <Button size="small" onClick={() => onAccept(row)}>
              {say('departments.accept')}
            </Button>
          ) : null}
        </li>
      ) : null}
    </ul>
  );
}

function Ask(props: Pick<Props, 'requests' | 'may' | 'onAsk' | 'onRequest'> & { row: DepartmentRow }) {
  const say = useSay();
  const { row, requests } = props;
  const request = requests.find((one) => one.id === row.feed.requestId);
  if (request)
    return (
      <button type="button" className="link-button" onClick={() => props.onRequest(request.id)}>
        {say(`sharing.state.${request.state}`)}
        {request.due ? <span className="line">{say('departments.due', { date: request.due.date })}</span> : null}
      </button>
    );
  if (!props.may) return null;
  return (
    <Button size="small" onClick={() => props.onAsk(row)} aria-label={`${say('departments.ask')} ${row.feed.title}`}>
      {say('departments.ask')}
    </Button>
  );
}
