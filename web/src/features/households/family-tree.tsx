import type { Member } from '@doudi/contracts';
import { useSay } from '../../language/index.tsx';
import { CoveredField } from '../../ui/covered-field.tsx';
import { familyRows } from './family.ts';
import './family-tree.css';

/** The members as a small tree by generation; those outside the assessed family are dashed, with the reason. */
export function FamilyTree({ members }: { members: readonly Member[] }) {
  const say = useSay();
  return (
    <section className="panel">
      <header>
        <h2>{say('household.members')}</h2>
      </header>
      <div className="family-tree">
        {familyRows(members).map((row) => (
          <div key={row.generation} className="generation">
            <h3>{say(`household.generation.${row.generation}`)}</h3>
            <ul>
              {row.members.map((member) => (
                <li key={member.personId} className={member.inFamily ? 'member' : 'member outside'}>
                  <MemberCard member={member} />
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </section>
  );
}

function MemberCard({ member }: { member: Member }) {
  const say = useSay();
  const { personId, number, phone } = member;
  const body = [
    member.sex === null ? null : say(`sex.${member.sex}`),
    member.age === null ? say('household.ageUnknown') : say('household.age', { age: member.age }),
  ].filter(Boolean);
  return (
    <>
      <p>
        <b>{member.name}</b> <span className="relation">{member.relation}</span>{' '}
        <span className="muted">{body.join(' · ')}</span>
      </p>
      {member.tags.length > 0 ? <p className="member-tags">{member.tags.join(' · ')}</p> : null}
      {member.inFamily ? null : (
        <p className="why">{say('household.outside', { reason: member.outsideReason ?? say('common.unknown') })}</p>
      )}
      {number ? <CoveredField personId={personId} covered={number} /> : null}
      {phone ? <CoveredField personId={personId} covered={phone} /> : null}
      <p className="more">
        <CoveredField personId={personId} covered={{ masked: '', field: 'name' }} />
        {member.relation === '户主' ? (
          <CoveredField personId={personId} covered={{ masked: '', field: 'address' }} />
        ) : null}
      </p>
    </>
  );
}
