import type { Member, Portrait } from '@doudi/contracts';
import { useState } from 'react';
import { Link } from 'react-router';
import { type Say, useSay } from '../../language/index.tsx';
import { ClockText } from '../../ui/clock-text.tsx';
import { minute, yuan } from '../../ui/figures.ts';
import { LevelTag } from '../../ui/level-tag.tsx';
import { Part } from '../../ui/part.tsx';

const entryKinds = ['fact', 'decision', 'payment', 'visit', 'lead', 'view'] as const;
const firstShown = 30;

/** The leads of the household, each opening. */
export function LeadLinks({ leads }: { leads: Portrait['leads'] }) {
  const say = useSay();
  return (
    <Part title={say('household.leads')}>
      {leads.length === 0 ? <p className="muted">{say('household.leadsNone')}</p> : null}
      <ul className="lead-links">
        {leads.map((lead) => (
          <li key={lead.id}>
            <Link to={`/leads/${lead.id}`}>{lead.headline}</Link>
            <p>
              <LevelTag level={lead.level} undetermined={lead.undetermined} />
              <ClockText clock={lead.clock} status={lead.status} />
            </p>
          </li>
        ))}
      </ul>
    </Part>
  );
}

/** Aid received, now and before. */
export function AidList({ aid, members }: { aid: Portrait['aid']; members: readonly Member[] }) {
  const say = useSay();
  const names = new Map(members.map((member) => [member.personId, member.name]));
  return (
    <Part title={say('household.aidList')}>
      {aid.length === 0 ? <p className="muted">{say('household.aidNone')}</p> : null}
      <ul className="aid-list">
        {aidLines(aid).map(({ row, persons }) => (
          <li key={`${row.programme}${row.period}${row.amount}${row.status}${row.started}`}>
            <span>
              {row.programmeTitle} <span className="muted">{persons.map((id) => names.get(id) ?? '').join('、')}</span>
            </span>
            <b className="num">{row.amount === null ? '—' : say('common.yuan', { amount: yuan(row.amount) })}</b>
            <span className="muted">
              {row.period} · {aidStatus(row.status, say)}
              {row.started ? ` · ${say('household.since', { date: row.started })}` : ''}
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

type AidRow = Portrait['aid'][number];

/** One line per award and month, newest first: an award of several members is one amount, not one each. */
function aidLines(aid: readonly AidRow[]): { row: AidRow; persons: string[] }[] {
  const lines = new Map<string, { row: AidRow; persons: string[] }>();
  for (const row of aid.toSorted((a, b) => (a.period < b.period ? 1 : -1))) {
    const key = [row.programme, row.period, row.amount, row.status, row.started].join();
    const line = lines.get(key) ?? { row, persons: [] };
    if (row.personId !== null) line.persons.push(row.personId);
    lines.set(key, line);
  }
  return [...lines.values()];
}

/** The state of an award in words; a word that is not a code stands as it came. */
function aidStatus(status: string, say: Say): string {
  if (status === 'active' || status === 'stopped' || status === 'suspended') return say(`aid.${status}`);
  return status;
}

/** Everything that happened, newest first, by kind on demand. */
export function Timeline({ entries }: { entries: Portrait['timeline'] }) {
  const say = useSay();
  const [kind, setKind] = useState<(typeof entryKinds)[number] | null>(null);
  const [all, setAll] = useState(false);
  const found = entries
    .filter((entry) => kind === null || entry.kind === kind)
    .toSorted((a, b) => (a.at < b.at ? 1 : -1));
  const shown = all ? found : found.slice(0, firstShown);
  const present = entryKinds.filter((one) => entries.some((entry) => entry.kind === one));
  return (
    <Part title={say('household.timeline')}>
      <fieldset className="chips">
        <legend className="sr-only">{say('household.timelineFilter')}</legend>
        <button type="button" aria-pressed={kind === null} onClick={() => setKind(null)}>
          {say('common.all')}
        </button>
        {present.map((one) => (
          <button key={one} type="button" aria-pressed={kind === one} onClick={() => setKind(one)}>
            {say(`timeline.${one}`)}
          </button>
        ))}
      </fieldset>
      {found.length === 0 ? <p className="muted">{say('household.timelineNone')}</p> : null}
      <ol className="timeline">
        {shown.map((entry) => (
          <li key={`${entry.at}${entry.kind}${entry.text}`}>
            <time dateTime={entry.at}>{minute(entry.at).slice(0, 10)}</time>
            <span className="kind">{say(`timeline.${entry.kind}`)}</span>
            {entry.leadId ? <Link to={`/leads/${entry.leadId}`}>{entry.text}</Link> : <span>{entry.text}</span>}
          </li>
        ))}
      </ol>
      {shown.length < found.length ? (
        <button type="button" className="link-button" onClick={() => setAll(true)}>
          {say('table.more', { count: found.length - shown.length })}
        </button>
      ) : null}
    </Part>
  );
}

/** Who looked at this household and why. */
export function Viewers({ viewers }: { viewers: Portrait['viewers'] }) {
  const say = useSay();
  return (
    <Part title={say('household.viewers')}>
      {viewers.length === 0 ? <p className="muted">{say('household.viewersNone')}</p> : null}
      <ul className="viewers">
        {viewers.map((viewer) => (
          <li key={`${viewer.at}${viewer.actor}${viewer.purpose}`}>
            <time dateTime={viewer.at} className="muted">
              {minute(viewer.at)}
            </time>
            <b>{viewer.actor}</b>
            <span>{viewer.purpose}</span>
          </li>
        ))}
      </ul>
    </Part>
  );
}
