import type { UsersResponse } from '@doudi/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { call } from '../../api/call.ts';
import { useSay } from '../../language/index.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { useMe } from '../session/me.tsx';
import { CreateUser } from './create-user.tsx';
import { GrantRole } from './grant-role.tsx';
import './administration.css';

type User = UsersResponse['users'][number];

/** Accounts and grants: the system administrator opens, the security administrator grants; neither can do the other's part. */
export function Component() {
  const say = useSay();
  const { role } = useMe();
  const client = useQueryClient();
  const [opening, setOpening] = useState(false);
  const [granting, setGranting] = useState<User | null>(null);
  const [done, setDone] = useState('');
  const users = useQuery({
    queryKey: ['GET /api/users'],
    queryFn: ({ signal }) => call('GET /api/users', {}, signal),
  });
  const system = role === 'system-administrator';
  const finished = (message: string) => {
    setOpening(false);
    setGranting(null);
    setDone(message);
    void client.invalidateQueries({ queryKey: ['GET /api/users'] });
  };
  const columns: Column<User>[] = [
    { key: 'username', title: say('users.username'), width: 180, cell: (user) => user.username },
    { key: 'name', title: say('users.displayName'), width: 180, cell: (user) => <b>{user.displayName}</b> },
    {
      key: 'role',
      title: say('users.role'),
      width: 180,
      cell: (user) => (user.role === null ? <b>{say('users.noRole')}</b> : say(`role.${user.role}`)),
    },
    { key: 'division', title: say('users.division'), cell: (user) => user.division ?? say('users.noDivision') },
    {
      key: 'state',
      title: say('users.state'),
      width: 100,
      cell: (user) => (user.active ? say('users.active') : <b>✗ {say('users.inactive')}</b>),
    },
    ...(system
      ? []
      : [
          {
            key: 'grant',
            title: say('users.grant'),
            width: 120,
            cell: (user: User) => <GrantButton user={user} onGrant={setGranting} />,
          },
        ]),
  ];
  return (
    <div className="administration-page">
      <header className="page-head">
        <h1>{say('users.title')}</h1>
        <p className="muted">{system ? say('users.systemHelp') : say('users.securityHelp')}</p>
        {system ? (
          <Button type="primary" className="end" onClick={() => setOpening(true)}>
            {say('users.create')}
          </Button>
        ) : null}
      </header>
      {done ? (
        <p className="done" role="status">
          {done}
        </p>
      ) : null}
      {users.isPending ? <LoadingState rows={8} /> : null}
      {users.isError ? <ErrorState error={users.error} onRetry={() => users.refetch()} /> : null}
      {users.data ? (
        <DataTable
          caption={say('users.title')}
          rows={users.data.users}
          columns={columns}
          keyOf={(user) => user.id}
          total={users.data.users.length}
          card={(user) => (
            <div className="user-card">
              <p>
                <b>{user.displayName}</b> <span className="muted">{user.username}</span>
              </p>
              <p>
                {user.role === null ? say('users.noRole') : say(`role.${user.role}`)} ·{' '}
                {user.division ?? say('users.noDivision')} · {user.active ? say('users.active') : say('users.inactive')}
              </p>
              {system ? null : <GrantButton user={user} onGrant={setGranting} />}
            </div>
          )}
        />
      ) : null}
      {opening ? <CreateUser onClose={() => setOpening(false)} onDone={finished} /> : null}
      {granting ? <GrantRole user={granting} onClose={() => setGranting(null)} onDone={finished} /> : null}
    </div>
  );
}

function GrantButton({ user, onGrant }: { user: User; onGrant: (user: User) => void }) {
  const say = useSay();
  return (
    <button
      type="button"
      className="link-button"
      aria-label={say('users.grantFor', { name: user.displayName })}
      onClick={() => onGrant(user)}
    >
      {say('users.grant')}
    </button>
  );
}
