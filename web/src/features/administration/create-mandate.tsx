import { useQuery } from '@tanstack/react-query';
import { Input } from 'antd';
import { useState } from 'react';
import { call } from '../../api/call.ts';
import { useSay } from '../../language/index.tsx';
import { Choice } from '../../ui/choice.tsx';
import { civilDate } from '../../ui/figures.ts';
import { FieldFrame } from '../../ui/schema-form.tsx';
import { useMe } from '../session/me.tsx';
import { DialogForm } from './dialog-form.tsx';
import { DivisionSelect } from './division-select.tsx';

/** Registers a mandate: who inspects what, where, from when until when. */
export function CreateMandate({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const say = useSay();
  const today = civilDate(useMe().now);
  const [auditorId, setAuditorId] = useState('');
  const [title, setTitle] = useState('');
  const [divisionId, setDivisionId] = useState<number | null>(null);
  const [from, setFrom] = useState(today);
  const [until, setUntil] = useState('');
  const [tried, setTried] = useState(false);
  const users = useQuery({ queryKey: ['GET /api/users'], queryFn: ({ signal }) => call('GET /api/users', {}, signal) });
  const auditors = users.data?.users.filter((user) => user.role === 'auditor') ?? [];
  const faults = {
    auditor: auditorId === '' ? say('mandates.needAuditor') : undefined,
    title: title.trim().length < 4 ? say('mandates.badName') : undefined,
    division: divisionId === null ? say('users.needDivision') : undefined,
    dates: from === '' || until === '' || until < from ? say('mandates.badDates') : undefined,
  };
  const submit = async () => {
    setTried(true);
    if (faults.auditor || faults.title || faults.dates || divisionId === null) return false;
    await call('POST /api/mandates', { body: { auditorId, title: title.trim(), divisionId, from, until } });
    onDone();
    return true;
  };
  return (
    <DialogForm title={say('mandates.create')} submit={say('mandates.create')} onClose={onClose} onSubmit={submit}>
      <FieldFrame
        id="mandate-auditor"
        title={say('mandates.auditor')}
        required
        fault={tried ? faults.auditor : undefined}
      >
        <Choice
          id="mandate-auditor"
          label={say('mandates.auditor')}
          style={{ width: '100%' }}
          {...(auditorId === '' ? {} : { value: auditorId })}
          onChange={(next: string) => setAuditorId(next)}
          options={auditors.map((user) => ({ value: user.id, label: `${user.displayName} ${user.username}` }))}
        />
      </FieldFrame>
      <FieldFrame
        id="mandate-title"
        title={say('mandates.name')}
        required
        help={say('mandates.nameHelp')}
        fault={tried ? faults.title : undefined}
      >
        <Input id="mandate-title" maxLength={120} value={title} onChange={(event) => setTitle(event.target.value)} />
      </FieldFrame>
      <FieldFrame
        id="mandate-division"
        title={say('mandates.division')}
        required
        fault={tried ? faults.division : undefined}
      >
        <DivisionSelect
          id="mandate-division"
          label={say('mandates.division')}
          value={divisionId}
          onPick={setDivisionId}
        />
      </FieldFrame>
      <FieldFrame id="mandate-from" title={say('mandates.from')} required>
        <Input id="mandate-from" type="date" value={from} onChange={(event) => setFrom(event.target.value)} />
      </FieldFrame>
      <FieldFrame id="mandate-until" title={say('mandates.until')} required fault={tried ? faults.dates : undefined}>
        <Input
          id="mandate-until"
          type="date"
          min={from}
          value={until}
          onChange={(event) => setUntil(event.target.value)}
        />
      </FieldFrame>
    </DialogForm>
  );
}
