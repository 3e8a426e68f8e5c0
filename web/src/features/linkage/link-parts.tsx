import type { LinkDetail, LinkUnmasked } from '@doudi/contracts';
import { Link } from 'react-router';
import { type Say, useSay } from '../../language/index.tsx';
import { Part } from '../../ui/part.tsx';
import { word } from './words.ts';

const SIGNS = { same: '＝', sound: '≈', near: '≈', different: '≠', missing: '？' } as const;

/** What row and person say, field by field; covered unless it was uncovered for a reason. */
export function Sides({ link, uncovered }: { link: LinkDetail; uncovered: LinkUnmasked | undefined }) {
  const say = useSay();
  const full = new Map(uncovered?.fields.map((f) => [f.field, f]));
  return (
    <Part title={say('link.sides')} aside={uncovered ? say('link.uncovered') : undefined}>
      <table className="sides">
        <thead>
          <tr>
            <th scope="col">{say('link.field')}</th>
            <th scope="col">{say('link.delivered', { department: link.department })}</th>
            <th scope="col">{say('link.person')}</th>
            <th scope="col">{say('link.agreement')}</th>
          </tr>
        </thead>
        <tbody>
          {link.fields.map((f) => (
            <tr key={f.field} className={f.agreement}>
              <th scope="row">{say(`link.field.${f.field}`)}</th>
              <td data-label={say('link.delivered', { department: link.department })}>
                {value(say, f.field, (full.get(f.field) ?? f).delivered)}
              </td>
              <td data-label={say('link.person')}>{value(say, f.field, (full.get(f.field) ?? f).person)}</td>
              <td className="agreement">
                <span className="sign" aria-hidden="true">
                  {SIGNS[f.agreement]}
                </span>
                {say(`link.agree.${f.agreement}`)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  );
}

function value(say: Say, field: string, text: string | null) {
  if (text === null) return <span className="muted">{say('link.blank')}</span>;
  return field === 'sex' ? word(say, 'link.sex.', text) : text;
}

/** The household of the person: a relative may be the one meant. */
export function Members({ link }: { link: LinkDetail }) {
  const say = useSay();
  if (link.members.length === 0) return null;
  return (
    <Part title={say('link.members')}>
      <ul className="link-members">
        {link.members.map((m) => (
          <li key={m.personId} className={m.isPerson ? 'is-person' : undefined}>
            <b>{m.name}</b> {m.relation}
            <span className="muted">
              {m.sex ? say(`link.sex.${m.sex}`) : ''} {m.age === null ? '' : say('link.age', { age: m.age })}
            </span>
            {m.isPerson ? <span className="tag">{say('link.memberIsPerson')}</span> : null}
            {m.named ? <span className="tag">{say('link.memberNamed')}</span> : null}
          </li>
        ))}
      </ul>
    </Part>
  );
}

/** The other candidates of the row, each to be looked at by itself. */
export function Others({ link, search }: { link: LinkDetail; search: string }) {
  const say = useSay();
  if (link.others.length === 0) return null;
  return (
    <Part title={say('link.others')}>
      <ul className="link-members">
        {link.others.map((o) => (
          <li key={o.id}>
            <Link to={`/links/${o.id}${search}`}>{o.person}</Link>
            <span className="muted">
              {o.weight === null ? '' : `${o.weight.toFixed(1)} ${say('link.bits')}`} {say(`link.state.${o.state}`)}
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

/** Leads and facts that rest on the row being this person's. */
export function Dependents({ link }: { link: LinkDetail }) {
  const say = useSay();
  const { leads, facts, carried } = link.dependents;
  if (link.kind === 'blind') return null;
  return (
    <Part title={say('link.dependents')}>
      {leads.length + facts.length === 0 ? <p className="muted">{say('link.dependentsNone')}</p> : null}
      <ul className="link-dependents">
        {leads.map((lead) => (
          <li key={lead.id}>
            <Link to={`/leads/${lead.id}`}>{lead.headline}</Link>{' '}
            <span className="muted">{say(`status.${lead.status}`)}</span>
          </li>
        ))}
        {facts.map((fact) => (
          <li key={`${fact.title}${fact.value}`}>
            {fact.title}：{fact.value ?? say('common.unknown')}
          </li>
        ))}
      </ul>
      {carried > 0 ? <p>{say('link.carried', { count: carried })}</p> : null}
      <p className="muted small">{say('link.dependentsHelp')}</p>
    </Part>
  );
}
