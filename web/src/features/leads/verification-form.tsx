import type { LeadDetail, Verdict } from '@doudi/contracts';
import { Button, Input, Radio } from 'antd';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useSay } from '../../language/index.tsx';
import { civilDate, minute, uuid } from '../../ui/figures.ts';
import { type FormFault, formFaults, tidyAnswers } from '../../ui/form-check.ts';
import { FieldFrame, SchemaForm } from '../../ui/schema-form.tsx';
import { useMe } from '../session/me.tsx';
import { post, takeBack, useOutbox } from './outbox.ts';
import { type Draft, findDraft, keep } from './pocket.ts';
import './verification-form.css';

const verdicts: readonly Verdict[] = ['confirmed', 'refuted', 'resolved-elsewhere', 'unreachable'];

/** The verification of a lead: every field is kept on the device as it is written; submitting goes through the outbox. */
export function VerificationForm(props: {
  lead: LeadDetail;
  /** True keeps the lead on the device at once, so that the doorstep needs no network. */
  carry?: boolean;
  onSent?: () => void;
}) {
  const { lead, carry, onSent } = props;
  const me = useMe();
  const { parcels } = useOutbox();
  const [draft, setDraft] = useState<Draft | null>(null);
  const parcel = parcels.find((one) => one.leadId === lead.id);
  useEffect(() => {
    let gone = false;
    const fresh: Draft = {
      id: `${me.id}/${lead.id}`,
      userId: me.id,
      leadId: lead.id,
      key: uuid(),
      verdict: null,
      visitedOn: civilDate(me.now),
      note: '',
      answers: {},
      savedAt: null,
      lead,
    };
    findDraft(me.id, lead.id)
      .catch(() => undefined)
      .then((kept) => {
        if (gone) return;
        setDraft(kept ?? fresh);
        if (carry && !kept) keep('drafts', fresh).catch(() => undefined);
      });
    return () => {
      gone = true;
    };
  }, [me.id, me.now, lead, carry]);
  if (!draft) return null;
  if (parcel) return <Waiting refusal={parcel.refusal} onChange={() => takeBack(parcel.key)} />;
  return <Fields lead={lead} draft={draft} onDraft={setDraft} {...(onSent ? { onSent } : {})} />;
}

function Waiting({ refusal, onChange }: { refusal: { message: string; cure: string } | null; onChange: () => void }) {
  const say = useSay();
  const { sending } = useOutbox();
  return (
    <div className="verify-waiting" role="status">
      <p>
        {refusal
          ? say('verify.refused', { message: refusal.message || say('state.unknown') })
          : sending
            ? say('verify.sending')
            : say('verify.queued')}
      </p>
      {refusal?.cure ? <p className="muted">{say('state.cure', { cure: refusal.cure })}</p> : null}
      {refusal ? <Button onClick={onChange}>{say('verify.change')}</Button> : null}
    </div>
  );
}

type Faults = Record<string, FormFault | 'future'>;

function faultsOf(lead: LeadDetail, draft: Draft, today: string): Faults {
  const faults: Faults = formFaults(lead.form, draft.answers);
  if (draft.verdict === null) faults['@verdict'] = 'required';
  if (draft.note.trim() === '') faults['@note'] = 'required';
  if (!/^\d{4}-\d{2}-\d{2}$/.test(draft.visitedOn)) faults['@visitedOn'] = 'date';
  else if (draft.visitedOn > today) faults['@visitedOn'] = 'future';
  return faults;
}

function Fields(props: { lead: LeadDetail; draft: Draft; onDraft: (draft: Draft) => void; onSent?: () => void }) {
  const say = useSay();
  const me = useMe();
  const { lead, draft } = props;
  const [tried, setTried] = useState(false);
  const [sending, setSending] = useState(false);
  const latest = useRef(draft);
  const today = civilDate(me.now);
  const write = (change: Partial<Draft>) => {
    const next = { ...latest.current, ...change, savedAt: null };
    latest.current = next;
    props.onDraft(next);
    keep('drafts', { ...next, savedAt: new Date().toISOString() }).then(
      () => {
        if (latest.current === next) props.onDraft({ ...next, savedAt: new Date().toISOString() });
      },
      () => undefined,
    );
  };
  const faults = tried ? faultsOf(lead, draft, today) : {};
  const words = Object.fromEntries(
    Object.entries(faults).map(([name, fault]) => [
      name,
      fault === 'future' ? say('verify.futureDate') : say(`fault.${fault}`),
    ]),
  );
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const { verdict, visitedOn, note, key } = draft;
    if (verdict === null || Object.keys(faultsOf(lead, draft, today)).length > 0) return;
    setSending(true);
    const answers = tidyAnswers(lead.form, draft.answers);
    await post({
      key,
      userId: me.id,
      leadId: lead.id,
      head: lead.head,
      body: { key, verdict, visitedOn, note: note.trim(), answers },
      refusal: null,
    });
    setSending(false);
    props.onSent?.();
  };
  const count = Object.keys(faults).length;
  return (
    <form className="verification" onSubmit={submit} noValidate>
      {count > 0 ? (
        <p className="summary" role="alert">
          {say('verify.faults', { count })}
        </p>
      ) : null}
      <FieldFrame id="verdict" title={say('verify.verdict')} required group fault={words['@verdict']}>
        <Radio.Group
          className="verdicts"
          value={draft.verdict}
          onChange={(event) => write({ verdict: event.target.value as Verdict })}
        >
          {verdicts.map((verdict) => (
            <Radio key={verdict} value={verdict}>
              {say(`verdict.${verdict}`)}
            </Radio>
          ))}
        </Radio.Group>
        {draft.verdict ? <p className="help">{say(`verdictHelp.${draft.verdict}`)}</p> : null}
      </FieldFrame>
      <FieldFrame id="visited-on" title={say('verify.visitedOn')} required fault={words['@visitedOn']}>
        <Input
          id="visited-on"
          type="date"
          max={today}
          value={draft.visitedOn}
          onChange={(event) => write({ visitedOn: event.target.value })}
        />
      </FieldFrame>
      <SchemaForm
        fields={lead.form}
        answers={draft.answers}
        faults={words}
        onChange={(name, value) => write({ answers: { ...latest.current.answers, [name]: value } })}
      />
      <FieldFrame id="note" title={say('verify.note')} required help={say('verify.noteHelp')} fault={words['@note']}>
        <Input.TextArea
          id="note"
          rows={4}
          maxLength={2000}
          value={draft.note}
          onChange={(event) => write({ note: event.target.value })}
        />
      </FieldFrame>
      <div className="submit">
        <span className="muted" role="status">
          {draft.savedAt ? say('verify.saved', { time: minute(draft.savedAt).slice(11) }) : say('verify.notSaved')}
        </span>
        <Button type="primary" htmlType="submit" loading={sending}>
          {say('verify.submit')}
        </Button>
      </div>
    </form>
  );
}
