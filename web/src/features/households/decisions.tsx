import type { DecisionView, Member, Outcome } from '@doudi/contracts';
import { useState } from 'react';
import { useSay } from '../../language/index.tsx';
import { ConditionLine } from '../../ui/condition-line.tsx';
import { yuan } from '../../ui/figures.ts';
import { useWide } from '../../ui/screen.ts';
import { StoredTrace } from '../../ui/trace/stored-trace.tsx';

const signs: Record<Outcome, string> = { eligible: '✓', ineligible: '✗', undetermined: '?' };
const order: Record<Outcome, number> = { eligible: 0, undetermined: 1, ineligible: 2 };

/** Each programme as a comparison: what came out, the sentence, the conditions on demand, what is missing always. */
export function Decisions({ decisions, members }: { decisions: readonly DecisionView[]; members: readonly Member[] }) {
  const say = useSay();
  const periods = [...new Set(decisions.map((decision) => decision.period))].toSorted().toReversed();
  const [chosen, setChosen] = useState<string | null>(null);
  const period = chosen ?? periods[0];
  const names = new Map(members.map((member) => [member.personId, member.name]));
  const sorted = decisions
    .filter((decision) => decision.period === period)
    .toSorted((a, b) => order[a.outcome] - order[b.outcome]);
  return (
    <section className="panel">
      <header>
        <h2>{say('household.decisions')}</h2>
        {period ? <span className="muted end">{say('household.decisionsHelp', { period })}</span> : null}
        {periods.length > 1 ? (
          <fieldset className="chips">
            <legend className="sr-only">{say('month.pick')}</legend>
            {periods.map((one) => (
              <button key={one} type="button" aria-pressed={one === period} onClick={() => setChosen(one)}>
                {one}
              </button>
            ))}
          </fieldset>
        ) : null}
      </header>
      <div className="body">
        {decisions.length === 0 ? <p className="muted">{say('household.decisionsNone')}</p> : null}
        <ul className="decisions">
          {sorted.map((decision) => (
            <Decision key={decision.id} decision={decision} name={names.get(decision.personId ?? '') ?? null} />
          ))}
        </ul>
      </div>
    </section>
  );
}

function Decision({ decision, name }: { decision: DecisionView; name: string | null }) {
  const say = useSay();
  const wide = useWide();
  const { outcome, conditions, missing } = decision;
  const [open, setOpen] = useState(wide && outcome === 'eligible');
  const [traced, setTraced] = useState(false);
  // What decided stays in sight: “why not” and “not yet” read as well as “why”.
  const deciding = conditions.filter((condition) =>
    outcome === 'ineligible' ? condition.met === false : outcome === 'undetermined' && condition.met === null,
  );
  const shown = open ? conditions : deciding;
  return (
    <li className={`decision ${outcome}`}>
      <span className="sign" aria-hidden="true">
        {signs[outcome]}
      </span>
      <div>
        <p className="line">
          <b>{decision.programmeTitle}</b>
          {name ? <span className="muted">{name}</span> : null}
          <span>{say(`outcome.${outcome}`)}</span>
          {decision.amount === null ? null : <b>{say('common.yuan', { amount: yuan(decision.amount) })}</b>}
        </p>
        <p>{decision.sentence}</p>
        {missing.map((one) => (
          <p key={one.input} className="lacking">
            ? {one.title} <span className="muted">{say('lead.missingBy', { supplier: one.supplier })}</span>
          </p>
        ))}
        <ul>
          {shown.map((condition) => (
            <ConditionLine key={`${condition.text}${condition.value}${condition.cite}`} condition={condition} />
          ))}
        </ul>
        {conditions.length > deciding.length ? (
          <button type="button" className="link-button" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? say('household.conditionsHide') : say('household.conditions')}
          </button>
        ) : null}{' '}
        <button type="button" className="link-button" aria-expanded={traced} onClick={() => setTraced(!traced)}>
          {traced ? say('trace.hide') : say('trace.open')}
        </button>
        {traced ? <StoredTrace decisionId={decision.id} /> : null}
      </div>
    </li>
  );
}
