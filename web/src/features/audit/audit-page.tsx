import type { AuditResponse } from '@doudi/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { call } from '../../api/call.ts';
import { type Say, useSay } from '../../language/index.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { count, minute } from '../../ui/figures.ts';
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx';
import { roles as knownRoles } from '../administration/roles.ts';
import { actionWord, namedActions } from './actions.ts';
import './audit.css';
import { Choice } from '../../ui/choice.tsx';

type Entry = AuditResponse['entries'][number];
const step = 50;

/** The audit trail: who read or changed what, why, and whether the chain is whole. */
export function Component() {
  const say = useSay();
  const [asked, setAsked] = useState({ actor: '', action: '' });
  const trail = useInfiniteQuery({
    queryKey: ['GET /api/audit', asked],
    queryFn: ({ pageParam, signal }) =>
      call(
        'GET /api/audit',
        {
          query: {
            limit: step,
            ...(asked.actor ? { actor: asked.actor } : {}),
            ...(asked.action ? { action: asked.action } : {}),
            ...(pageParam ? { cursor: pageParam } : {}),
          },
        },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
    staleTime: 0,
  });
  const rows = trail.data?.pages.flatMap((page) => page.entries) ?? [];
  const chain = trail.data?.pages[0]?.chain;
  return (
    <div className="audit-page">
      <header className="page-head">
        <h1>{say('audit.title')}</h1>
        {chain ? (
          <p className={chain.ok ? 'chain' : 'chain broken'} role={chain.ok ? undefined : 'alert'}>
            {chain.ok ? '✓ ' : '✗ '}
            {chain.ok
              ? say('audit.chainOk', { count: count(chain.checked) })
              : say('audit.chainBroken', { count: count(chain.checked) })}
          </p>
        ) : null}
      </header>
      <Filters onAsk={setAsked} />
      {trail.isPending ? <LoadingState rows={12} /> : null}
      {trail.isError && !trail.data ? <ErrorState error={trail.error} onRetry={() => trail.refetch()} /> : null}
      {trail.data ? (
        <DataTable
          caption={say('audit.title')}
          rows={rows}
          columns={columnsOf(say)}
          keyOf={(entry) => entry.seq}
          card={(entry) => <EntryCard entry={entry} />}
          more={{
            has: trail.hasNextPage,
            loading: trail.isFetchingNextPage,
            load: () => void trail.fetchNextPage(),
            step,
          }}
          empty={<EmptyState title={say('audit.none')} />}
        />
      ) : null}
    </div>
  );
}

function Filters({ onAsk }: { onAsk: (asked: { actor: string; action: string }) => void }) {
  const say = useSay();
  const [actor, setActor] = useState('');
  const [action, setAction] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onAsk({ actor: actor.trim(), action: action.trim() });
  };
  return (
    <search>
      <form className="audit-filters" onSubmit={submit}>
        <div>
          <label htmlFor="audit-actor">{say('audit.actorFilter')}</label>
          <Input id="audit-actor" value={actor} maxLength={40} onChange={(event) => setActor(event.target.value)} />
        </div>
        <div>
          <label htmlFor="audit-action">{say('audit.actionFilter')}</label>
          <Choice
            id="audit-action"
            label={say('audit.actionFilter')}
            showSearch={{ optionFilterProp: 'label' }}
            style={{ width: '100%' }}
            value={action}
            onChange={setAction}
            options={[
              { value: '', label: say('common.all') },
              ...namedActions.map((value) => ({ value: value as string, label: actionWord(value, say) })),
            ]}
          />
        </div>
        <Button htmlType="submit">{say('audit.apply')}</Button>
      </form>
    </search>
  );
}

function columnsOf(say: Say): Column<Entry>[] {
  return [
    { key: 'at', title: say('audit.at'), width: 148, cell: (entry) => minute(entry.at) },
    { key: 'actor', title: say('audit.actor'), width: 180, cell: (entry) => <Actor entry={entry} /> },
    {
      key: 'action',
      title: say('audit.action'),
      width: 190,
      cell: (entry) => <span title={entry.action}>{actionWord(entry.action, say)}</span>,
    },
    { key: 'object', title: say('audit.object'), cell: (entry) => <span title={entry.object}>{entry.object}</span> },
    { key: 'purpose', title: say('audit.purpose'), cell: (entry) => entry.purpose ?? '—' },
    {
      key: 'hash',
      title: say('audit.hash'),
      width: 120,
      cell: (entry) => (
        <code className="muted" title={entry.hash}>
          {entry.hash.slice(0, 12)}
        </code>
      ),
    },
  ];
}

function Actor({ entry }: { entry: Entry }) {
  const say = useSay();
  const role = knownRoles.find((one) => one === entry.role);
  return (
    <>
      <b>{entry.actor}</b> <span className="muted">{role ? say(`role.${role}`) : entry.role}</span>
    </>
  );
}

function EntryCard({ entry }: { entry: Entry }) {
  const say = useSay();
  return (
    <div className="audit-card">
      <p>
        <b>{entry.actor}</b> <span className="muted">{minute(entry.at)}</span>
      </p>
      <p>
        {actionWord(entry.action, say)} · {entry.object}
      </p>
      {entry.purpose ? <p className="muted">{entry.purpose}</p> : null}
    </div>
  );
}
