import type { Role, UsersResponse } from '@doudi/contracts';
import { useState } from 'react';
import { call } from '../../api/call.ts';
import { useSay } from '../../language/index.tsx';
import { Choice } from '../../ui/choice.tsx';
import { FieldFrame } from '../../ui/schema-form.tsx';
import { DialogForm } from './dialog-form.tsx';
import { DivisionSelect } from './division-select.tsx';
import { placeless, roles } from './roles.ts';

/** Gives a role and, for the roles that see rows, a division. */
export function GrantRole(props: {
  user: UsersResponse['users'][number];
  onClose: () => void;
  onDone: (message: string) => void;
}) {
  const say = useSay();
  const { user } = props;
  const [role, setRole] = useState<Role | null>(user.role);
  const [divisionId, setDivisionId] = useState(user.divisionId);
  const [tried, setTried] = useState(false);
  const needs = role !== null && !placeless.has(role);
  const lacking = needs && divisionId === null;
  const submit = async () => {
    setTried(true);
    if (role === null || lacking) return false;
    await call('POST /api/users/:id/grant', {
      params: { id: user.id },
      body: { role, divisionId: needs ? divisionId : null },
    });
    props.onDone(say('users.granted', { name: user.displayName }));
    return true;
  };
  return (
    <DialogForm
      title={say('users.grantFor', { name: user.displayName })}
      submit={say('users.grant')}
      onClose={props.onClose}
      onSubmit={submit}
    >
      <FieldFrame
        id="grant-role"
        title={say('users.role')}
        required
        fault={tried && role === null ? say('users.needRole') : undefined}
      >
        <Choice
          id="grant-role"
          label={say('users.role')}
          {...(role === null ? {} : { value: role })}
          style={{ width: '100%' }}
          onChange={(next: Role) => setRole(next)}
          options={roles.map((value) => ({ value, label: say(`role.${value}`) }))}
        />
      </FieldFrame>
      {needs ? (
        <FieldFrame
          id="grant-division"
          title={say('users.division')}
          required
          fault={tried && lacking ? say('users.needDivision') : undefined}
        >
          <DivisionSelect id="grant-division" label={say('users.division')} value={divisionId} onPick={setDivisionId} />
        </FieldFrame>
      ) : null}
    </DialogForm>
  );
}
