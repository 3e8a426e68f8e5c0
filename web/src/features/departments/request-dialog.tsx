import type { SharingEventBody, SharingRequest } from '@doudi/contracts';
import { Input, Modal } from 'antd';
import { useState } from 'react';
import { call } from '../../api/call.ts';
import { useSay } from '../../language/index.tsx';
import { Choice } from '../../ui/choice.tsx';
import { civilDate } from '../../ui/figures.ts';
import { FieldFrame } from '../../ui/schema-form.tsx';
import { DialogForm } from '../administration/dialog-form.tsx';
import { useMe } from '../session/me.tsx';
import { Due } from './request-list.tsx';

type Props = { request: SharingRequest; may: boolean; onClose: () => void; onDone: () => void };
type Kind = SharingEventBody['kind'];

/** One request: what happened, which clocks run, and, for the data officer, what happened now. */
export function RequestDialog(props: Props) {
  const say = useSay();
  const { request, may } = props;
  const title = `${say(`sharing.kind.${request.kind}`)} ${request.title}`;
  if (!may || request.allowed.length === 0)
    return (
      <Modal open title={title} onCancel={props.onClose} footer={null}>
        <Story request={request} />
        {request.allowed.length === 0 ? <p className="muted">{say('sharing.finished')}</p> : null}
      </Modal>
    );
  return <RecordDialog {...props} title={title} />;
}

function RecordDialog({ request, title, onClose, onDone }: Props & { title: string }) {
  const say = useSay();
  const today = civilDate(useMe().now);
  const [kind, setKind] = useState<Kind | ''>('');
  const [on, setOn] = useState(today);
  const [note, setNote] = useState('');
  const [tried, setTried] = useState(false);
  const submit = async () => {
    setTried(true);
    if (kind === '') return false;
    await call('POST /api/sharing/:id/events', { params: { id: request.id }, body: { kind, on, note } });
    onDone();
    return true;
  };
  const kinds = request.allowed.filter((one): one is Kind => one !== 'sent');
  return (
    <DialogForm title={title} submit={say('sharing.record')} onClose={onClose} onSubmit={submit}>
      <Story request={request} />
      <FieldFrame
        id="event-kind"
        title={say('sharing.event')}
        required
        fault={tried && kind === '' ? say('sharing.needEvent') : undefined}
      >
        <Choice
          id="event-kind"
          label={say('sharing.event')}
          style={{ width: '100%' }}
          {...(kind === '' ? {} : { value: kind })}
          onChange={(next: Kind) => setKind(next)}
          options={kinds.map((one) => ({ value: one, label: say(`sharing.event.${one}`) }))}
        />
      </FieldFrame>
      <FieldFrame id="event-on" title={say('sharing.on')} required>
        <Input
          id="event-on"
          type="date"
          max={today}
          min={request.events.at(-1)?.on ?? request.openedOn}
          value={on}
          onChange={(event) => setOn(event.target.value)}
        />
      </FieldFrame>
      <FieldFrame id="event-note" title={say('sharing.note')}>
        <Input id="event-note" maxLength={400} value={note} onChange={(event) => setNote(event.target.value)} />
      </FieldFrame>
    </DialogForm>
  );
}

function Story({ request }: { request: SharingRequest }) {
  const say = useSay();
  return (
    <div className="request-story">
      <p>
        {request.department} · {say(`sharing.condition.${request.condition}`)}
        {request.period ? ` · ${request.period}` : ''} · <b>{say(`sharing.state.${request.state}`)}</b>
      </p>
      <Due request={request} />
      <h3>{say('sharing.events')}</h3>
      <ol>
        {request.events.map((event) => (
          <li key={`${event.kind} ${event.on} ${event.note}`}>
            {event.on} {say(`sharing.event.${event.kind}`)}
            {event.note ? <span className="muted">：{event.note}</span> : null}
          </li>
        ))}
        {request.deliveredOn ? <li>{say('sharing.delivered', { date: request.deliveredOn })}</li> : null}
      </ol>
      {request.rules.length > 0 ? (
        <>
          <h3>{say('sharing.rules')}</h3>
          {request.rules.map((rule) => (
            <p key={rule.id} className="muted">
              {rule.cite}
            </p>
          ))}
        </>
      ) : null}
      <p className="muted">{say('departments.basis', { basis: request.lawfulBasis })}</p>
    </div>
  );
}
