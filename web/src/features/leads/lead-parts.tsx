import type { EvidenceRef, LeadDetail } from '@doudi/contracts';
import { Link } from 'react-router';
import { useSay } from '../../language/index.tsx';
import { type Condition, ConditionLine } from '../../ui/condition-line.tsx';
import { minute, percent } from '../../ui/figures.ts';
import { Part } from '../../ui/part.tsx';
import { word } from '../linkage/words.ts';

function Lines({ conditions, none }: { conditions: readonly Condition[]; none: string }) {
  if (conditions.length === 0) return <p className="muted">{none}</p>;
  return (
    <ul>
      {conditions.map((condition) => (
        <ConditionLine key={`${condition.text}${condition.value}${condition.cite}`} condition={condition} />
      ))}
    </ul>
  );
}

/** What speaks for the lead and what speaks against it, side by side where there is room. */
export function Reasons({ lead }: { lead: LeadDetail }) {
  const say = useSay();
  return (
    <div className="reasons">
      <Part title={say('lead.for')}>
        <Lines conditions={lead.speaksFor} none={say('lead.forNone')} />
      </Part>
      <Part title={say('lead.against')}>
        <Lines conditions={lead.speaksAgainst} none={say('lead.againstNone')} />
      </Part>
    </div>
  );
}

/** What is missing, each as a line of its own with who can supply it. */
export function Missing({ missing }: { missing: LeadDetail['missing'] }) {
  const say = useSay();
  if (missing.length === 0) return null;
  return (
    <Part title={say('lead.missing')}>
      <ul className="missing">
        {missing.map((one) => (
          <li key={one.input}>
            <span className="sign" aria-hidden="true">
              ?
            </span>
            {one.title}
            <span className="muted">{say('lead.missingBy', { supplier: one.supplier })}</span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

/** The rows behind the lead: department, delivery, line, and how the row was found to be this person's. */
export function EvidenceList({
  evidence,
  householdId,
  onOpen,
}: {
  evidence: readonly EvidenceRef[];
  householdId: string;
  onOpen: (id: string) => void;
}) {
  const say = useSay();
  return (
    <Part title={say('lead.evidence')} aside={say('common.items', { count: evidence.length })}>
      <ul className="evidence-list">
        {evidence.map((row) => (
          <li key={row.id}>
            <div>
              <p>{row.says}</p>
              <p className="muted">
                {say('lead.evidenceFrom', {
                  department: row.department,
                  feed: row.feedTitle,
                  period: row.period,
                  row: row.row,
                })}
                {row.link ? (
                  <span className={row.link.certain ? 'link sure' : 'link'}>
                    {row.link.certain
                      ? say('lead.linkSure')
                      : say('lead.linkUnsure', { method: word(say, 'link.method.', row.link.method) })}
                  </span>
                ) : null}
                {row.link && !row.link.certain ? (
                  <Link to={`/links?household=${householdId}`}> {say('link.check')} →</Link>
                ) : null}
              </p>
            </div>
            <button type="button" className="link-button" onClick={() => onOpen(row.id)}>
              {say('lead.evidenceOpen')}
            </button>
          </li>
        ))}
      </ul>
    </Part>
  );
}

/** The rule in its own words, its clause, and how often it was right. */
export function RuleBox({ lead }: { lead: LeadDetail }) {
  const say = useSay();
  const { verified, confirmed } = lead.precision;
  return (
    <Part title={say('lead.rule')}>
      <p>
        <b>{say('lead.ruleLine', { id: lead.rule.id, title: lead.rule.title })}</b>
      </p>
      <p>{lead.rule.text}</p>
      <p className="muted">{lead.rule.cite}</p>
      <p className="precision">
        {verified === 0
          ? say('lead.precisionNone')
          : say('lead.precision', { verified, confirmed, share: percent(confirmed, verified) })}
      </p>
    </Part>
  );
}

/** What happened to the lead so far. */
export function History({ events }: { events: LeadDetail['events'] }) {
  const say = useSay();
  return (
    <Part title={say('lead.history')}>
      <ol className="history">
        {events.map((event) => (
          <li key={`${event.at}${event.what}${event.actor}`}>
            <time dateTime={event.at}>{minute(event.at)}</time>
            <span className="what">{say(`event.${event.what}`)}</span>
            <span>{event.text}</span>
            <span className="muted">{event.actor}</span>
          </li>
        ))}
      </ol>
    </Part>
  );
}
