import type { SharingRequestBody } from '@doudi/contracts';
import { Input } from 'antd';
import { useState } from 'react';
import { call } from '../../api/call.ts';
import { useSay } from '../../language/index.tsx';
import { Choice } from '../../ui/choice.tsx';
import { FieldFrame } from '../../ui/schema-form.tsx';
import { DialogForm } from '../administration/dialog-form.tsx';
import type { DepartmentRow } from './feed-list.tsx';

/** Asks a department for a file or for its correction; the legal clocks begin with the day. */
export function AskDialog(props: { row: DepartmentRow; period: string; onClose: () => void; onDone: () => void }) {
  const say = useSay();
  const { feed } = props.row;
  const came = feed.receivedAt !== null;
  const [kind, setKind] = useState<SharingRequestBody['kind']>(came ? 'correction' : 'supply');
  const [condition, setCondition] = useState<SharingRequestBody['condition']>('conditional');
  const [about, setAbout] = useState<'month' | 'all'>(feed.state === 'not-agreed' ? 'all' : 'month');
  const [purpose, setPurpose] = useState('');
  const [tried, setTried] = useState(false);
  const short = purpose.trim().length < 4;
  const submit = async () => {
    setTried(true);
    if (short) return false;
    const period = about === 'month' ? props.period : null;
    await call('POST /api/sharing', { body: { feed: feed.feed, kind, condition, period, purpose } });
    props.onDone();
    return true;
  };
  const { declaration, visit } = feed.substitutes;
  return (
    <DialogForm
      title={say('departments.askTitle', { feed: feed.title })}
      submit={say('departments.ask')}
      onClose={props.onClose}
      onSubmit={submit}
    >
      <p className="muted">
        {props.row.department} · {say('departments.basis', { basis: feed.lawfulBasis })}
      </p>
      <FieldFrame id="ask-kind" title={say('departments.askKind')} required>
        <Choice
          id="ask-kind"
          label={say('departments.askKind')}
          style={{ width: '100%' }}
          value={kind}
          onChange={setKind}
          options={(['supply', 'correction'] as const).map((one) => ({
            value: one,
            label: say(`sharing.kind.${one}`),
          }))}
        />
      </FieldFrame>
      <FieldFrame id="ask-condition" title={say('departments.askCondition')} required>
        <Choice
          id="ask-condition"
          label={say('departments.askCondition')}
          style={{ width: '100%' }}
          value={condition}
          onChange={setCondition}
          options={(['conditional', 'unconditional'] as const).map((one) => ({
            value: one,
            label: say(`sharing.condition.${one}`),
          }))}
        />
      </FieldFrame>
      <FieldFrame id="ask-about" title={say('departments.askFor')} required>
        <Choice
          id="ask-about"
          label={say('departments.askFor')}
          style={{ width: '100%' }}
          value={about}
          onChange={setAbout}
          options={[
            { value: 'month' as const, label: say('departments.askMonth', { period: props.period }) },
            { value: 'all' as const, label: say('departments.askAll') },
          ]}
        />
      </FieldFrame>
      <FieldFrame
        id="ask-purpose"
        title={say('departments.purpose')}
        required
        help={say('departments.purposeHelp')}
        fault={tried && short ? say('departments.reasonShort') : undefined}
      >
        <Input id="ask-purpose" maxLength={200} value={purpose} onChange={(event) => setPurpose(event.target.value)} />
      </FieldFrame>
      {declaration || visit ? (
        <section className="substitutes">
          <h3>{say('departments.substitutes')}</h3>
          {declaration ? <p>{say('departments.declaration', { what: declaration })}</p> : null}
          {visit ? <p>{say('departments.visit', { what: visit })}</p> : null}
          <p className="muted">{say('departments.substitutesNote')}</p>
        </section>
      ) : null}
    </DialogForm>
  );
}
