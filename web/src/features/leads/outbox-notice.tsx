import { Button } from 'antd';
import { Link } from 'react-router';
import { useSay } from '../../language/index.tsx';
import { sendOutbox, useOutbox } from './outbox.ts';
import './outbox-notice.css';

/** Says plainly what is not yet sent, and what came back; nothing when the outbox is empty. */
export function OutboxNotice() {
  const say = useSay();
  const { parcels, sending } = useOutbox();
  const waiting = parcels.filter((parcel) => !parcel.refusal);
  const refused = parcels.filter((parcel) => parcel.refusal);
  if (parcels.length === 0) return null;
  return (
    <div className="outbox-notice" role="status">
      {waiting.length > 0 ? (
        <p>
          <b>{say('leads.unsent', { count: waiting.length })}</b>
          <Button size="small" loading={sending} onClick={() => void sendOutbox()}>
            {say('leads.sendNow')}
          </Button>
        </p>
      ) : null}
      {refused.map((parcel) => (
        <p key={parcel.key}>
          <b>{say('leads.unsentRefused', { count: 1 })}</b> {parcel.head} {parcel.refusal?.message}
          <Link to={`/leads/${parcel.leadId}`}>{say('leads.viewUnsent')}</Link>
        </p>
      ))}
    </div>
  );
}
