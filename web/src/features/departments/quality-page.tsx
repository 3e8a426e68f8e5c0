import type { QualityReport } from '@doudi/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { call } from '../../api/call.ts';
import { useSay } from '../../language/index.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { count } from '../../ui/figures.ts';
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx';
import { linesText } from './lines-text.ts';
import '../month/month.css';
import './departments.css';

type Feed = QualityReport['feeds'][number];
type Row = Feed['rows'][number];

/** What goes back to a department each month: rows, reasons and cures, and nobody's name. */
export function Component() {
  const say = useSay();
  const [params] = useSearchParams();
  const query = { department: params.get('department') ?? '', period: params.get('period') ?? '' };
  const found = useQuery({
    queryKey: ['GET /api/quality', query],
    queryFn: ({ signal }) => call('GET /api/quality', { query }, signal),
  });
  const download = useMutation({
    mutationFn: () => call('GET /api/quality/document', { query }),
    onSuccess: save,
  });
  if (found.isPending) return <LoadingState rows={10} />;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => found.refetch()} />;
  const { feeds, department, period } = found.data;
  return (
    <div className="quality-page">
      <header className="page-head">
        <div>
          <Link to={`/departments?period=${period}`}>← {say('quality.back')}</Link>
          <h1>{say('quality.title', { department, period })}</h1>
          <p className="muted">{say('quality.noPersons')}</p>
        </div>
        <Button type="primary" className="end" loading={download.isPending} onClick={() => download.mutate()}>
          {say('quality.download')}
        </Button>
      </header>
      {download.isError ? <ErrorState error={download.error} /> : null}
      {feeds.length === 0 ? <EmptyState title={say('quality.empty')}>{say('quality.emptyHelp')}</EmptyState> : null}
      {feeds.map((feed) => (
        <FeedPanel key={feed.feed} feed={feed} />
      ))}
    </div>
  );
}

/** Hands the document to the browser under its name. */
function save({ fileName, type, base64 }: { fileName: string; type: string; base64: string }): void {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}

function FeedPanel({ feed }: { feed: Feed }) {
  const say = useSay();
  const state = feed.state === 'not-expected' ? 'on-request' : feed.state;
  const columns: Column<Row>[] = [
    { key: 'reason', title: say('quality.reason'), width: 320, cell: (row) => row.message },
    { key: 'count', title: say('quality.count'), end: true, width: 72, cell: (row) => count(row.count) },
    { key: 'lines', title: say('quality.lines'), width: 320, cell: (row) => <Lines row={row} /> },
    { key: 'cure', title: say('quality.cure'), cell: (row) => row.cure },
  ];
  return (
    <section className="panel">
      <header>
        <h2>{feed.title}</h2>
        <span className={feed.state === 'missing' || feed.state === 'late' ? 'alarm' : 'muted'}>
          {say(`departmentState.${state}`)} · {say('departments.due', { date: feed.due })}
        </span>
        {feed.state === 'missing' ? null : (
          <span className="muted end">
            {say('quality.account', {
              received: count(feed.received),
              accepted: count(feed.accepted),
              unchanged: count(feed.unchanged),
              quarantined: count(feed.quarantined),
              refused: count(feed.refused),
            })}
          </span>
        )}
      </header>
      {feed.alarms.length > 0 ? (
        <ul className="body alarms">
          {feed.alarms.map((alarm) => (
            <li key={`${alarm.kind} ${alarm.message}`}>
              {alarm.message} <span className="muted">{alarm.cure}</span>
            </li>
          ))}
        </ul>
      ) : null}
      <DataTable
        caption={feed.title}
        rows={feed.rows}
        columns={columns}
        keyOf={(row) => `${row.reason} ${row.message}`}
        wrap
        card={(row) => (
          <div className="feed-card">
            <p>
              <b>{row.message}</b> <span className="end">{count(row.count)}</span>
            </p>
            <p>
              <Lines row={row} />
            </p>
            <p className="muted">{row.cure}</p>
          </div>
        )}
        empty={<p className="body muted">{say('quality.noRows')}</p>}
      />
    </section>
  );
}

function Lines({ row }: { row: Row }) {
  const say = useSay();
  const lines = linesText(row.lines);
  const more = row.count - row.lines.length;
  return (
    <>
      {row.refused ? say('quality.belowHeader', { lines }) : lines}
      {more > 0 ? `，${say('quality.more', { count: more })}` : ''}
    </>
  );
}
