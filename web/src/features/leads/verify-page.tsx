import { useNavigate, useParams } from 'react-router';
import { useSay } from '../../language/index.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { useLead } from './lead-page.tsx';
import { OutboxNotice } from './outbox-notice.tsx';
import { VerificationForm } from './verification-form.tsx';

/** The phone's page for a verification: the sentence of the lead, the fields, one action at the bottom. */
export function Component() {
  const say = useSay();
  const navigate = useNavigate();
  const { id = '' } = useParams();
  const { read, fresh, pending } = useLead(id);
  if (pending) return <LoadingState rows={10} />;
  if (!read) return <ErrorState error={fresh.error} onRetry={() => fresh.refetch()} />;
  return (
    <article className="verify-page">
      <OutboxNotice />
      <header>
        <button type="button" className="link-button" onClick={() => navigate(`/leads/${id}`, { replace: true })}>
          ← {read.lead.head} · {read.lead.causeTitle}
        </button>
        <h1>{say('verify.title')}</h1>
        <p>{read.lead.headline}</p>
      </header>
      <div className="body">
        <VerificationForm lead={read.lead} carry onSent={() => navigate(`/leads/${id}`, { replace: true })} />
      </div>
    </article>
  );
}
