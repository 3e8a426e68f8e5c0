import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { useSay } from '../../language/index.tsx';
import { ClockText } from '../../ui/clock-text.tsx';
import { LevelTag } from '../../ui/level-tag.tsx';
import { useMe } from '../session/me.tsx';
import { draftsOf } from './pocket.ts';

/** The leads kept on this device, for when the server cannot be reached. */
export function PocketLeads() {
  const say = useSay();
  const me = useMe();
  const drafts = useQuery({ queryKey: ['drafts', me.id], queryFn: () => draftsOf(me.id), staleTime: 0 });
  if (!drafts.data || drafts.data.length === 0) return null;
  return (
    <section className="pocket" aria-labelledby="pocket-title">
      <h2 id="pocket-title">{say('leads.pocket')}</h2>
      <ul>
        {drafts.data.map(({ lead }) => (
          <li key={lead.id}>
            <Link to={`/leads/${lead.id}/verify`} className="lead-card">
              <LevelTag level={lead.level} undetermined={lead.undetermined} />
              <span className="headline">{lead.headline}</span>
              <span className="muted">{lead.village || lead.township}</span>
              <ClockText clock={lead.clock} status={lead.status} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
