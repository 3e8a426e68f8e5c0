import { Input } from 'antd';
import { useState } from 'react';
import { call } from '../../api/call.ts';
import { useSay } from '../../language/index.tsx';
import { FieldFrame } from '../../ui/schema-form.tsx';
import { DialogForm } from '../administration/dialog-form.tsx';
import type { DepartmentRow } from './feed-list.tsx';

/** Says that a suspicious whole state was asked about and is right, and why that is known. */
export function AcceptDialog(props: { row: DepartmentRow; onClose: () => void; onDone: () => void }) {
  const say = useSay();
  const { feed } = props.row;
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const short = reason.trim().length < 4;
  const submit = async () => {
    setTried(true);
    if (short || feed.suspicious === null) return false;
    await call('POST /api/deliveries/:id/acceptance', { params: { id: feed.suspicious }, body: { reason } });
    props.onDone();
    return true;
  };
  return (
    <DialogForm
      title={say('departments.acceptTitle', { feed: feed.title })}
      submit={say('departments.accept')}
      onClose={props.onClose}
      onSubmit={submit}
    >
      <FieldFrame
        id="accept-reason"
        title={say('departments.reason')}
        required
        help={say('departments.acceptHelp')}
        fault={tried && short ? say('departments.reasonShort') : undefined}
      >
        <Input.TextArea
          id="accept-reason"
          rows={3}
          maxLength={400}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </FieldFrame>
    </DialogForm>
  );
}
