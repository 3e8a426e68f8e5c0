import type { Portrait } from '@doudi/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { call } from '../../api/call.ts';
import { useSay } from '../../language/index.tsx';
import { CoverDesk } from '../../ui/covered-field.tsx';
import { EvidenceDrawer } from '../../ui/evidence-drawer.tsx';
import { yuan } from '../../ui/figures.ts';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { Decisions } from './decisions.tsx';
import { FactTable } from './fact-table.tsx';
import { FamilyTree } from './family-tree.tsx';
import { AidList, LeadLinks, Timeline, Viewers } from './household-parts.tsx';
import './household-page.css';

/** One household, one page: head figures, members, decisions, facts, aid, timeline, who looked. */
export function Component() {
  const { id = '' } = useParams();
  const client = useQueryClient();
  const [evidence, setEvidence] = useState<string | null>(null);
  const key = ['GET /api/households/:id', id];
  const portrait = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => call('GET /api/households/:id', { params: { id } }, signal),
  });
  // An unmasking adds a line to “who looked”; the page is read again when it is next opened, not under the reader's eyes.
  const logged = useCallback(() => {
    void client.invalidateQueries({ queryKey: ['GET /api/households/:id', id], refetchType: 'none' });
  }, [client, id]);
  if (portrait.isPending) return <LoadingState rows={14} />;
  if (portrait.isError) return <ErrorState error={portrait.error} onRetry={() => portrait.refetch()} />;
  const { data } = portrait;
  return (
    <CoverDesk householdId={id} onLogged={logged}>
      <article className="household-page">
        <Head portrait={data} />
        <div className="columns">
          <div className="main">
            <FamilyTree members={data.members} />
            <Decisions decisions={data.decisions} members={data.members} />
            <FactTable facts={data.facts} onEvidence={setEvidence} />
            {data.facts.some((fact) => fact.value?.endsWith('（身份待确认）')) ? (
              <CheckIdentity id={data.householdId} />
            ) : null}
          </div>
          <div className="side">
            <LeadLinks leads={data.leads} />
            <AidList aid={data.aid} members={data.members} />
            <Timeline entries={data.timeline} />
            <Viewers viewers={data.viewers} />
          </div>
        </div>
        <EvidenceDrawer evidenceId={evidence} onClose={() => setEvidence(null)} />
      </article>
    </CoverDesk>
  );
}

/** Some facts rest on a link that nobody confirmed yet. */
function CheckIdentity({ id }: { id: string }) {
  const say = useSay();
  return <Link to={`/links?household=${id}`}>{say('link.checkHousehold')} →</Link>;
}

function Head({ portrait }: { portrait: Portrait }) {
  const say = useSay();
  const navigate = useNavigate();
  const { incomePerHead, standard } = portrait;
  return (
    <header className="household-head">
      <div className="who">
        <p>
          {history.length > 1 ? (
            <button type="button" className="link-button" onClick={() => navigate(-1)}>
              ← {say('household.back')}
            </button>
          ) : (
            <Link to="/households">← {say('households.title')}</Link>
          )}
        </p>
        <h1>{portrait.title}</h1>
        <p className="muted">
          {portrait.township} {portrait.village} ·{' '}
          {say('household.size', { size: portrait.size, family: portrait.familySize })}
        </p>
        <ul className="tags">
          {portrait.tags.map((tag) => (
            <li key={tag}>{tag}</li>
          ))}
        </ul>
      </div>
      <dl className="figures">
        <div>
          <dt>{say('household.income')}</dt>
          <dd>
            {incomePerHead === null
              ? say('household.incomeUnknown')
              : say('common.yuan', { amount: yuan(incomePerHead) })}
          </dd>
          <dd className="against">{standard === null ? '' : say('household.against', { standard: yuan(standard) })}</dd>
        </div>
        <div>
          <dt>{say('household.aid')}</dt>
          <dd>{say('common.yuan', { amount: yuan(portrait.aidThisMonth) })}</dd>
        </div>
        <div>
          <dt>{say('household.lastVisit')}</dt>
          <dd>{portrait.lastVisit ?? say('household.neverVisited')}</dd>
        </div>
      </dl>
    </header>
  );
}
