import type { LeadDetail } from '@doudi/contracts';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { call } from '../../api/call.ts';
import { problemOf } from '../../api/problem.ts';
import { useSay } from '../../language/index.tsx';
import { ClockText } from '../../ui/clock-text.tsx';
import { EvidenceDrawer } from '../../ui/evidence-drawer.tsx';
import { minute } from '../../ui/figures.ts';
import { LevelTag } from '../../ui/level-tag.tsx';
import { usePhone } from '../../ui/screen.ts';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { useMe } from '../session/me.tsx';
import { EvidenceList, History, Missing, Reasons, RuleBox } from './lead-parts.tsx';
import { useOutbox } from './outbox.ts';
import { OutboxNotice } from './outbox-notice.tsx';
import { findDraft } from './pocket.ts';
import { VerificationForm } from './verification-form.tsx';
import './lead-page.css';

type Read = { lead: LeadDetail; copyOf: string | null };

/** One lead; without network the copy that the verification kept on this device. */
export function useLead(id: string) {
  const me = useMe();
  const kept = useQuery({
    queryKey: ['kept lead', me.id, id],
    queryFn: async () => (await findDraft(me.id, id).catch(() => undefined)) ?? null,
    staleTime: 0,
  });
  const fresh = useQuery({
    queryKey: ['GET /api/leads/:id', id],
    queryFn: ({ signal }) => call('GET /api/leads/:id', { params: { id } }, signal),
  });
  const copy = kept.data;
  const offline = fresh.isError && problemOf(fresh.error).status === 0;
  const read: Read | null = fresh.data
    ? { lead: fresh.data, copyOf: null }
    : offline && copy
      ? { lead: copy.lead, copyOf: copy.savedAt ?? '' }
      : null;
  return { read, fresh, pending: fresh.isPending || (offline && kept.isPending) };
}

/** One lead: its sentence, what speaks for and against, the rows behind it, and what to do by when. */
export function Component() {
  const { id = '' } = useParams();
  const { read, fresh, pending } = useLead(id);
  if (pending) return <LoadingState rows={12} />;
  if (!read) return <ErrorState error={fresh.error} onRetry={() => fresh.refetch()} />;
  return <LeadView lead={read.lead} copyOf={read.copyOf} />;
}

function LeadView({ lead, copyOf }: { lead: LeadDetail; copyOf: string | null }) {
  const say = useSay();
  const phone = usePhone();
  const [evidence, setEvidence] = useState<string | null>(null);
  return (
    <article className="lead-page">
      <LeadHead lead={lead} copyOf={copyOf} />
      <div className="columns">
        <div className="main">
          <Reasons lead={lead} />
          <Missing missing={lead.missing} />
          <EvidenceList evidence={lead.evidence} householdId={lead.householdId} onOpen={setEvidence} />
          <RuleBox lead={lead} />
          <History events={lead.events} />
        </div>
        <aside className="side" aria-label={say('lead.next')}>
          <Next lead={lead} />
          <p className="muted note">{say('lead.isLead')}</p>
        </aside>
      </div>
      {phone ? <PhoneAction lead={lead} /> : null}
      <EvidenceDrawer evidenceId={evidence} onClose={() => setEvidence(null)} />
    </article>
  );
}

/** The head of a lead: where it stands, its sentence, its clock. */
export function LeadHead({ lead, copyOf }: { lead: LeadDetail; copyOf: string | null }) {
  const say = useSay();
  const navigate = useNavigate();
  return (
    <header className={`lead-head ${lead.level}`}>
      <OutboxNotice />
      <p className="path">
        <button
          type="button"
          className="link-button"
          onClick={() => (history.length > 1 ? navigate(-1) : navigate('/leads'))}
        >
          ← {say('lead.back')}
        </button>
        <span className="muted">
          {lead.period} · {lead.township} {lead.village}
        </span>
      </p>
      {copyOf === null ? null : (
        <p className="copy" role="status">
          {say('lead.offlineCopy', { time: copyOf === '' ? '—' : minute(copyOf) })}
        </p>
      )}
      <h1>{lead.headline}</h1>
      <p className="facts">
        <LevelTag level={lead.level} undetermined={lead.undetermined} />
        <span>
          {say(`kind.${lead.kind}`)} · {lead.causeTitle}
        </span>
        <span>{say(`status.${lead.status}`)}</span>
        <ClockText clock={lead.clock} status={lead.status} />
        <Link to={`/households/${lead.householdId}`}>{say('lead.household')} →</Link>
      </p>
    </header>
  );
}

/** True when this person may enter a verification for this lead. */
export function useMayVerify(lead: LeadDetail): boolean {
  const { role } = useMe();
  return lead.next.action === 'verify' && (role === 'village' || role === 'township' || role === 'county');
}

function Next({ lead }: { lead: LeadDetail }) {
  const say = useSay();
  const phone = usePhone();
  const me = useMe();
  const may = useMayVerify(lead);
  const reader = me.role === 'supervisor' || me.role === 'auditor';
  return (
    <section className="panel next">
      <header>
        <h2>{say('lead.next')}</h2>
      </header>
      <div className="body">
        <p className="action">{lead.next.text}</p>
        <dl className="dues">
          <div>
            <dt>{say('lead.visitDue')}</dt>
            <dd>{lead.clock.visitDue}</dd>
          </div>
          <div>
            <dt>{say('lead.decideDue')}</dt>
            <dd>{lead.clock.decideDue}</dd>
          </div>
        </dl>
        {lead.verification ? <Verified lead={lead} /> : null}
        {reader && !lead.verification ? <p className="muted">{say('lead.readOnly')}</p> : null}
        {may && !phone ? <VerificationForm key={lead.id} lead={lead} /> : null}
      </div>
    </section>
  );
}

function Verified({ lead }: { lead: LeadDetail }) {
  const say = useSay();
  const { verification } = lead;
  if (!verification) return null;
  const titles = new Map(lead.form.map((field) => [field.name, field]));
  const words = (name: string, value: unknown): string => {
    if (typeof value === 'boolean') return value ? say('common.yes') : say('common.no');
    return titles.get(name)?.choices?.find((choice) => choice.value === value)?.title ?? String(value);
  };
  return (
    <div className="verified">
      <p>
        <b>
          {say('lead.verification')}：{say(`verdict.${verification.verdict}`)}
        </b>
      </p>
      <p>{verification.note}</p>
      <dl className="dues">
        {Object.entries(verification.answers).map(([name, value]) => (
          <div key={name}>
            <dt>{titles.get(name)?.title ?? name}</dt>
            <dd>{words(name, value)}</dd>
          </div>
        ))}
      </dl>
      <p className="muted">{say('lead.verifiedBy', { name: verification.by, time: minute(verification.at) })}</p>
    </div>
  );
}

function PhoneAction({ lead }: { lead: LeadDetail }) {
  const say = useSay();
  const navigate = useNavigate();
  const { parcels } = useOutbox();
  const waiting = parcels.some((parcel) => parcel.leadId === lead.id && !parcel.refusal);
  // What is on its way is not written a second time.
  if (!useMayVerify(lead) || waiting) return null;
  return (
    <div className="bottom-action">
      <Button type="primary" block onClick={() => navigate(`/leads/${lead.id}/verify`)}>
        {say('lead.verify')}
      </Button>
    </div>
  );
}
