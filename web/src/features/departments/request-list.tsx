import type { SharingRequest } from '@doudi/contracts';
import { useSay } from '../../language/index.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/states.tsx';

/** Requests to departments with their clocks: those that are late first, those that are finished last. */
export function RequestList({
  requests,
  onOpen,
}: {
  requests: readonly SharingRequest[];
  onOpen: (id: string) => void;
}) {
  const say = useSay();
  const open = requests.filter((one) => one.allowed.length > 0);
  const rows = requests.toSorted(
    (a, b) => Number(b.allowed.length > 0) - Number(a.allowed.length > 0) || b.workingDaysLate - a.workingDaysLate,
  );
  const columns: Column<SharingRequest>[] = [
    { key: 'department', title: say('departments.department'), width: 132, cell: (one) => one.department },
    { key: 'feed', title: say('departments.feed'), cell: (one) => <Name request={one} onOpen={onOpen} /> },
    { key: 'state', title: say('sharing.state'), width: 120, cell: (one) => say(`sharing.state.${one.state}`) },
    { key: 'due', title: say('sharing.due'), width: 220, cell: (one) => <Due request={one} /> },
    { key: 'next', title: say('sharing.next'), width: 320, cell: (one) => <Next request={one} /> },
  ];
  return (
    <section className="panel requests">
      <header>
        <h2>{say('sharing.title')}</h2>
        <span className={open.length > 0 ? 'alarm' : 'muted'}>{say('sharing.openOnly', { count: open.length })}</span>
        <span className="muted end">{say('sharing.help')}</span>
      </header>
      <DataTable
        caption={say('sharing.title')}
        rows={rows}
        columns={columns}
        keyOf={(one) => one.id}
        wrap
        card={(one) => (
          <div className="feed-card">
            <p>
              <Name request={one} onOpen={onOpen} /> <span className="muted">{one.department}</span>
              <span className="end">{say(`sharing.state.${one.state}`)}</span>
            </p>
            <Due request={one} />
            <Next request={one} />
          </div>
        )}
        empty={<EmptyState title={say('sharing.none')}>{say('sharing.noneHelp')}</EmptyState>}
      />
    </section>
  );
}

function Name({ request, onOpen }: { request: SharingRequest; onOpen: (id: string) => void }) {
  const say = useSay();
  return (
    <button type="button" className="link-button" onClick={() => onOpen(request.id)}>
      {say(`sharing.kind.${request.kind}`)} {request.title} {request.period ?? ''}
    </button>
  );
}

/** The day by which the department must act; provisional and late are said in words. */
export function Due({ request }: { request: SharingRequest }) {
  const say = useSay();
  if (!request.due) return null;
  return (
    <p>
      {request.due.date}
      {request.due.provisional ? <span className="muted">（{say('sharing.provisional')}）</span> : null}
      {request.workingDaysLate > 0 ? (
        <span className="alarm line">! {say('sharing.late', { days: request.workingDaysLate })}</span>
      ) : null}
    </p>
  );
}

function Next({ request }: { request: SharingRequest }) {
  const say = useSay();
  if (request.deliveredOn && request.allowed.length > 0)
    return <p>{say('sharing.delivered', { date: request.deliveredOn })}</p>;
  if (!request.next || request.allowed.length === 0) return null;
  return (
    <p className={request.next.open ? undefined : 'muted'}>
      {say('sharing.nextFrom', { date: request.next.from, step: request.next.title })}
    </p>
  );
}
