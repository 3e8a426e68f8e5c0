import type { Trace } from '@doudi/contracts';
import { explain, type FamilyFault, type InputDefinition } from '@doudi/policy';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useLanguage, useSay } from '../../language/index.tsx';
import { Choice } from '../../ui/choice.tsx';
import { yuan } from '../../ui/figures.ts';
import { Part } from '../../ui/part.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx';
import { TraceView } from '../../ui/trace/trace-view.tsx';
import { FactFields } from './fact-fields.tsx';
import { type Draft, emptyDraft, type Facts, familyOf, fillNone, type Row } from './family-draft.ts';
import { type Rulebook, reads, useRulebook } from './rulebook.ts';
import { traceOf } from './trace-of.ts';
import './policies.css';

type Told = { key: string; person: string | null; trace: Trace; missing: readonly string[] };
type Result = { told: Told[]; faults: FamilyFault[] };

/** Try a family: the form is decided in this browser by the same rules; nothing that is typed leaves it. */
export function Component() {
  const rulebook = useRulebook();
  if (rulebook.isPending) return <LoadingState rows={14} />;
  if (rulebook.isError) return <ErrorState error={rulebook.error} onRetry={() => rulebook.refetch()} />;
  return <TryFamily rulebook={rulebook.data} />;
}

function TryFamily({ rulebook }: { rulebook: Rulebook }) {
  const { say, language } = useLanguage();
  const { plan, packs, sources } = rulebook;
  // The address holds the programme only; the family is in memory.
  const [params, setParams] = useSearchParams();
  const asked = params.get('programme');
  const programme = plan.programmes.find((p) => p.id === asked)?.id ?? 'subsistence';
  const [draft, setDraft] = useState<Draft>(() => emptyDraft(sources.division));
  const [result, setResult] = useState<Result | null>(null);
  const inputs = useMemo(() => inputsOf(rulebook, programme), [rulebook, programme]);
  const wanted = useMemo(() => new Set(result?.told.flatMap((t) => t.missing)), [result]);
  const places = packs.filter((p) => p.division.length === 6 && p.division !== '000000');
  const change = (next: Draft) => setDraft(next);
  return (
    <div className="try-page">
      <header className="page-head">
        <Link to="/policies">{say('policy.back')}</Link>
        <h1>{say('try.title')}</h1>
      </header>
      <p className="muted lead-in">{say('try.help')}</p>
      <form
        className="try-form"
        onSubmit={(event) => {
          event.preventDefault();
          setResult(decide(rulebook, draft, programme));
          requestAnimationFrame(() => document.getElementById('try-result')?.scrollIntoView({ block: 'start' }));
        }}
      >
        <div className="try-head">
          <Choice
            label={say('policy.programme')}
            value={programme}
            style={{ minWidth: 200 }}
            options={plan.programmes.map((p) => ({ value: p.id, label: language === 'zh' ? p.title : p.en }))}
            onChange={(next) => {
              setParams({ programme: next }, { replace: true });
              setResult(null);
            }}
          />
          <Choice
            label={say('policy.place')}
            showSearch
            optionFilterProp="label"
            value={draft.division}
            style={{ minWidth: 200 }}
            options={[
              ...new Map([[sources.division, sources.division], ...places.map((p) => [p.division, p.title] as const)]),
            ].map(([value, label]) => ({ value, label }))}
            onChange={(division) => change({ ...draft, division })}
          />
          <span className="muted">{say('policy.month', { period: sources.period })}</span>
        </div>
        <Part
          title={say('try.household')}
          aside={<None onNone={() => change({ ...draft, household: fillNone(draft.household, inputs.household) })} />}
        >
          <FactFields
            id="household"
            inputs={inputs.household}
            facts={draft.household}
            wanted={wanted}
            onChange={(name, value) => change({ ...draft, household: withFact(draft.household, name, value) })}
          />
        </Part>
        <Rows
          kind="person"
          rows={draft.persons}
          inputs={inputs.person}
          wanted={wanted}
          onChange={(persons) => change({ ...draft, persons })}
        />
        {inputs.obligor.length > 0 ? (
          <Obligors draft={draft} inputs={inputs.obligor} wanted={wanted} onChange={change} />
        ) : null}
        <div className="try-actions">
          <Button type="primary" size="large" htmlType="submit">
            {say('try.decide')}
          </Button>
          <Button
            size="large"
            onClick={() => {
              setDraft(emptyDraft(sources.division));
              setResult(null);
            }}
          >
            {say('try.clear')}
          </Button>
        </div>
      </form>
      {result ? <Results result={result} /> : null}
    </div>
  );
}

const withFact = (facts: Facts, name: string, value: string): Facts => ({ ...facts, [name]: value });

/** Inputs that the programme reads, by whom they are about; the others would change nothing. */
function inputsOf(
  { plan, packs }: Rulebook,
  programme: string,
): Record<'household' | 'person' | 'obligor', InputDefinition[]> {
  const wanted = reads(plan, programme).inputs;
  const all = packs.flatMap((pack) => pack.inputs);
  const of = (entity: string) =>
    all.filter(
      (i) =>
        i.entity === entity &&
        (wanted.has(i.name) || (entity === 'person' && ['relation', 'birth_date'].includes(i.name))),
    );
  // Whether there are obligors at all is said by their list.
  return {
    household: of('household').filter((i) => i.name !== 'obligors'),
    person: of('person'),
    obligor: of('obligor'),
  };
}

function None({ onNone }: { onNone: () => void }) {
  const say = useSay();
  return (
    <button type="button" className="link-button" onClick={onNone}>
      {say('try.restNone')}
    </button>
  );
}

function Rows(props: {
  kind: 'person' | 'obligor';
  rows: readonly Row[];
  inputs: readonly InputDefinition[];
  wanted: ReadonlySet<string>;
  onChange: (rows: Row[]) => void;
}) {
  const say = useSay();
  const { kind, rows, inputs, wanted, onChange } = props;
  const put = (id: string, facts: Facts) => onChange(rows.map((row) => (row.id === id ? { id, facts } : row)));
  const next = String(Math.max(0, ...rows.map((row) => Number(row.id))) + 1);
  return (
    <>
      {rows.map((row, at) => (
        <Part
          key={row.id}
          title={say(`try.${kind}`, { number: at + 1 })}
          aside={
            <>
              <None onNone={() => put(row.id, fillNone(row.facts, inputs))} />{' '}
              {rows.length > 1 || kind === 'obligor' ? (
                <button
                  type="button"
                  className="link-button"
                  onClick={() => onChange(rows.filter((r) => r.id !== row.id))}
                >
                  {say('try.remove', { number: at + 1 })}
                </button>
              ) : null}
            </>
          }
        >
          <FactFields
            id={`${kind}-${row.id}`}
            inputs={inputs}
            facts={row.facts}
            wanted={wanted}
            onChange={(name, value) => put(row.id, withFact(row.facts, name, value))}
          />
        </Part>
      ))}
      <div className="try-add">
        <Button onClick={() => onChange([...rows, { id: next, facts: {} }])}>{say(`try.add.${kind}`)}</Button>
      </div>
    </>
  );
}

function Obligors(props: {
  draft: Draft;
  inputs: readonly InputDefinition[];
  wanted: ReadonlySet<string>;
  onChange: (draft: Draft) => void;
}) {
  const say = useSay();
  const { draft, inputs, wanted, onChange } = props;
  return (
    <>
      <Part title={say('try.obligors')}>
        <fieldset className="try-obligors">
          <legend className="sr-only">{say('try.obligors')}</legend>
          {(['unknown', 'none', 'some'] as const).map((state) => {
            const now = draft.obligors === null ? 'unknown' : draft.obligors.length === 0 ? 'none' : 'some';
            return (
              <label key={state}>
                <input
                  type="radio"
                  name="obligors"
                  checked={now === state}
                  onChange={() =>
                    onChange({
                      ...draft,
                      obligors: state === 'unknown' ? null : state === 'none' ? [] : [{ id: '1', facts: {} }],
                    })
                  }
                />
                {say(`try.obligors.${state}`)}
              </label>
            );
          })}
        </fieldset>
      </Part>
      {draft.obligors && draft.obligors.length > 0 ? (
        <Rows
          kind="obligor"
          rows={draft.obligors}
          inputs={inputs}
          wanted={wanted}
          onChange={(obligors) => onChange({ ...draft, obligors })}
        />
      ) : null}
    </>
  );
}

/** Decides the family of the form by the compiled rules of this browser. */
function decide({ plan, packs }: Rulebook, draft: Draft, programme: string): Result {
  const { family, faults } = familyOf(draft, packs);
  if (!family) return { told: [], faults };
  const evaluation = plan.evaluate(family);
  const told = evaluation.decisions
    .filter((d) => d.programme === programme)
    .map((d): Told => {
      const at = family.persons.findIndex((p) => p.id === d.person);
      return {
        key: `${d.programme}/${d.person}`,
        person: d.person === null ? null : String(at + 1),
        trace: traceOf(plan, d, explain(plan, family, evaluation, d)),
        missing: d.missing,
      };
    });
  return { told, faults };
}

const signs = { eligible: '✓', ineligible: '✗', undetermined: '?' } as const;

function Results({ result }: { result: Result }) {
  const say = useSay();
  const { told, faults } = result;
  return (
    <div id="try-result" className="try-result" role="status">
      {faults.length > 0 ? (
        <div className="state error" role="alert">
          <p className="state-title">{say('try.faults')}</p>
          <ul>
            {faults.map((f) => (
              <li key={`${f.path}${f.code}`}>
                {f.message}（{f.cure}）
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {faults.length === 0 && told.length === 0 ? (
        <EmptyState title={say('try.notConcerned')}>{say('try.notConcernedHelp')}</EmptyState>
      ) : null}
      {told.map(({ key, person, trace }) => (
        <Part
          key={key}
          title={`${signs[trace.outcome]} ${trace.title}${person === null ? '' : `（${say('try.person', { number: person })}）`}`}
          aside={
            <>
              {say(`outcome.${trace.outcome}`)}
              {trace.amount !== null && trace.amount !== '0.00'
                ? ` · ${say('common.yuan', { amount: yuan(trace.amount) })}`
                : ''}
            </>
          }
        >
          <TraceView trace={trace} />
        </Part>
      ))}
    </div>
  );
}
