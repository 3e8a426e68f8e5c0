import type { MandatesResponse as Schema } from '@doudi/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import type { z } from 'zod';
import { call } from '../../api/call.ts';
import { useSay } from '../../language/index.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx';
import { useMe } from '../session/me.tsx';
import { CreateMandate } from './create-mandate.tsx';
import './administration.css';

type Mandate = z.infer<typeof Schema>['mandates'][number];

/** The dated written mandates under which auditors read. */
export function Component() {
  const say = useSay();
  const { role } = useMe();
  const client = useQueryClient();
  const [opening, setOpening] = useState(false);
  const [done, setDone] = useState('');
  const mandates = useQuery({
    queryKey: ['GET /api/mandates'],
    queryFn: ({ signal }) => call('GET /api/mandates', {}, signal),
  });
  const columns: Column<Mandate>[] = [
    { key: 'title', title: say('mandates.name'), cell: (mandate) => <b>{mandate.title}</b> },
    { key: 'auditor', title: say('mandates.auditor'), width: 180, cell: (mandate) => mandate.auditor },
    { key: 'division', title: say('mandates.division'), width: 200, cell: (mandate) => mandate.division },
    { key: 'from', title: say('mandates.from'), width: 120, cell: (mandate) => mandate.from },
    { key: 'until', title: say('mandates.until'), width: 120, cell: (mandate) => mandate.until },
  ];
  return (
    <div className="administration-page">
      <header className="page-head">
        <h1>{say('mandates.title')}</h1>
        <p className="muted">{say('mandates.help')}</p>
        {role === 'security-administrator' ? (
          <Button type="primary" className="end" onClick={() => setOpening(true)}>
            {say('mandates.create')}
          </Button>
        ) : null}
      </header>
      {done ? (
        <p className="done" role="status">
          {done}
        </p>
      ) : null}
      {mandates.isPending ? <LoadingState rows={6} /> : null}
      {mandates.isError ? <ErrorState error={mandates.error} onRetry={() => mandates.refetch()} /> : null}
      {mandates.data ? (
        <DataTable
          caption={say('mandates.title')}
          rows={mandates.data.mandates}
          columns={columns}
          keyOf={(mandate) => mandate.id}
          card={(mandate) => (
            <div className="user-card">
              <p>
                <b>{mandate.title}</b>
              </p>
              <p>
                {mandate.auditor} · {mandate.division}
              </p>
              <p className="muted">
                {mandate.from} – {mandate.until}
              </p>
            </div>
          )}
          empty={<EmptyState title={say('mandates.none')}>{say('mandates.help')}</EmptyState>}
        />
      ) : null}
      {opening ? (
        <CreateMandate
          onClose={() => setOpening(false)}
          onDone={() => {
            setOpening(false);
            setDone(say('mandates.created'));
            void client.invalidateQueries({ queryKey: ['GET /api/mandates'] });
          }}
        />
      ) : null}
    </div>
  );
}
