import { Input } from 'antd';
import { useState } from 'react';
import { call } from '../../api/call.ts';
import { useSay } from '../../language/index.tsx';
import { FieldFrame } from '../../ui/schema-form.tsx';
import { DialogForm } from './dialog-form.tsx';

/** Opens an account without any role: the role is the security administrator's to give. */
export function CreateUser({ onClose, onDone }: { onClose: () => void; onDone: (message: string) => void }) {
  const say = useSay();
  const [username, setUsername] = useState('');
  const [displayName, setDisplayName] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const faults = {
    username: /^[a-z0-9][a-z0-9.-]{2,31}$/.test(username) ? undefined : say('users.badUsername'),
    displayName: displayName.trim() === '' ? say('users.needName') : undefined,
    password: password.length < 10 ? say('users.badPassword') : undefined,
  };
  const submit = async () => {
    setTried(true);
    if (faults.username || faults.displayName || faults.password) return false;
    await call('POST /api/users', { body: { username, displayName: displayName.trim(), password } });
    onDone(say('users.created', { name: displayName.trim() }));
    return true;
  };
  const shown = tried ? faults : { username: undefined, displayName: undefined, password: undefined };
  return (
    <DialogForm title={say('users.create')} submit={say('users.create')} onClose={onClose} onSubmit={submit}>
      <FieldFrame
        id="new-username"
        title={say('users.username')}
        required
        help={say('users.usernameHelp')}
        fault={shown.username}
      >
        <Input
          id="new-username"
          autoComplete="off"
          autoCapitalize="none"
          value={username}
          onChange={(event) => setUsername(event.target.value)}
        />
      </FieldFrame>
      <FieldFrame id="new-name" title={say('users.displayName')} required fault={shown.displayName}>
        <Input
          id="new-name"
          maxLength={40}
          value={displayName}
          onChange={(event) => setDisplayName(event.target.value)}
        />
      </FieldFrame>
      <FieldFrame
        id="new-password"
        title={say('users.password')}
        required
        help={say('users.passwordHelp')}
        fault={shown.password}
      >
        <Input
          id="new-password"
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </FieldFrame>
    </DialogForm>
  );
}
