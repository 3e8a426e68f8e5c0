import type { PolicySource, VariableSource } from '@doudi/policy';
import { useMemo } from 'react';
import { useLanguage, useSay } from '../../language/index.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Part } from '../../ui/part.tsx';
import { readableFormula } from './formula-text.ts';
import { policiesOf, type Rulebook } from './rulebook.ts';

const day = (days: number | undefined) =>
  days === undefined ? undefined : new Date(days * 86_400_000).toISOString().slice(0, 10);

/** The Chinese titles of every input, variable and parameter of the rules. */
export function titlesOf({ plan }: Rulebook): (name: string) => string | undefined {
  const { inputs, parameters, variables } = plan.rules.symbols;
  return (name) => inputs.get(name)?.title ?? parameters.get(name)?.title ?? variables.get(name)?.[0]?.source.title;
}

/** What a code stands for, when it stands for one thing wherever it is used. */
function codesOf({ plan }: Rulebook): (code: string) => string | undefined {
  const { inputs, parameters } = plan.rules.symbols;
  const found = new Map<string, Set<string>>();
  for (const { type } of [...inputs.values(), ...parameters.values()])
    if (type.kind === 'enum')
      for (const [code, title] of Object.entries(type.values))
        found.set(code, (found.get(code) ?? new Set()).add(title));
  return (code) => {
    const titles = [...(found.get(code) ?? [])];
    return titles.length === 1 ? titles[0] : undefined;
  };
}

/** The rule as its policy says it: clauses, conditions, amount and variables with readable formulas, and what divisions changed. */
export function Rule({ rulebook, programme }: { rulebook: Rulebook; programme: string }) {
  const say = useSay();
  const policies = policiesOf(rulebook.packs, programme);
  const read = useMemo(() => {
    const [titleOf, codeOf] = [titlesOf(rulebook), codesOf(rulebook)];
    return (text: string) => readableFormula(text, titleOf, codeOf);
  }, [rulebook]);
  if (!policies) return null;
  const titles = new Map(rulebook.packs.map((pack) => [pack.id, pack.title]));
  return (
    <Part title={say('policy.rule')} aside={say('policy.ruleHelp')}>
      <Policy policy={policies.own} read={read} />
      {policies.changes.map((change) => (
        <details key={change.pack} className="rule-change">
          <summary>{say('policy.change', { place: titles.get(change.pack) ?? change.pack })}</summary>
          <Policy policy={change} read={read} />
        </details>
      ))}
    </Part>
  );
}

function Policy({ policy, read }: { policy: PolicySource; read: (text: string) => string }) {
  const { say, language } = useLanguage();
  const cites = new Map(policy.clauses.map((c) => [c.id, c.cite]));
  const cite = (id: string) => cites.get(id) ?? id;
  const { decision } = policy;
  const word = (one: { title: string; en: string }) => (language === 'zh' ? one.title : one.en || one.title);
  return (
    <div className="rule">
      {policy.clauses.length > 0 ? (
        <>
          <h3>{say('policy.clauses')}</h3>
          <ul className="clauses">
            {policy.clauses.map((c) => (
              <li key={c.id}>
                <b>{c.cite}</b>
                <InForce from={c.from} until={c.until} />
                {c.text ? <blockquote>{c.text}</blockquote> : null}
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {decision && decision.conditions.length > 0 ? (
        <>
          <h3>{say('policy.conditions')}</h3>
          <ol className="rule-conditions">
            {decision.applies ? (
              <li>
                <b>{say('policy.applies')}</b>
                <Formula text={read(decision.applies.text)} />
              </li>
            ) : null}
            {decision.conditions.map((c) => (
              <li key={c.code}>
                <b>{word(c)}</b> <span className="muted">{cite(c.cite)}</span>
                <InForce from={c.from} until={c.until} />
                <Formula text={read(c.when.text)} />
              </li>
            ))}
          </ol>
        </>
      ) : null}
      {decision?.amount ? (
        <>
          <h3>{say('policy.amount')}</h3>
          <Formula text={read(decision.amount.text)} />
        </>
      ) : null}
      {policy.variables.length > 0 ? (
        <>
          <h3>{say('policy.variables')}</h3>
          <dl className="rule-variables">
            {policy.variables.map((v) => (
              <VariableText key={v.name} variable={v} read={read} cite={cite} title={word(v)} />
            ))}
          </dl>
        </>
      ) : null}
    </div>
  );
}

function VariableText(props: {
  variable: VariableSource;
  title: string;
  read: (text: string) => string;
  cite: (id: string) => string;
}) {
  const say = useSay();
  const { variable, read, cite } = props;
  return (
    <div>
      <dt>
        {props.title} <span className="muted">{cite(variable.cite)}</span>
      </dt>
      {variable.versions.map((version) => (
        <dd key={`${version.from}${version.formula.text}`}>
          <InForce from={version.from} until={version.until} />
          <Formula text={read(version.formula.text)} />
        </dd>
      ))}
      {variable.exceptions.map((e) => (
        <dd key={e.label} className="exception">
          <span>{say('policy.exception', { title: e.title || e.label })}</span>{' '}
          <span className="muted">{cite(e.cite)}</span>
          <InForce from={e.from} until={e.until} />
          <Formula text={`${say('policy.when')} ${read(e.when.text)}`} />
          <Formula text={read(e.formula.text)} />
        </dd>
      ))}
    </div>
  );
}

function Formula({ text }: { text: string }) {
  return <code className="formula">{text}</code>;
}

function InForce({ from, until }: { from: number | undefined; until: number | undefined }) {
  const say = useSay();
  if (from === undefined && until === undefined) return null;
  const [first, last] = [day(from), day(until)];
  return (
    <span className="in-force">
      {first ? say('policy.inForceFrom', { from: first }) : ''}{' '}
      {last ? say('policy.inForceUntil', { until: last }) : ''}
    </span>
  );
}

type CaseRow = { key: string; place: string; name: string; cite: string; expect: string };
type Expected = { programme?: string; outcome?: string; amount?: unknown };

/** The worked examples beside the rule: what is checked on both engines whenever a rule changes. */
export function Cases({ rulebook, programme }: { rulebook: Rulebook; programme: string }) {
  const say = useSay();
  const rows = useMemo(() => caseRows(rulebook, programme), [rulebook, programme]);
  const columns: Column<CaseRow>[] = [
    { key: 'name', title: say('policy.case'), width: 280, cell: (row) => row.name },
    { key: 'place', title: say('policy.place'), width: 140, cell: (row) => row.place },
    { key: 'cite', title: say('policy.cite'), cell: (row) => <span className="muted">{row.cite}</span> },
    { key: 'expect', title: say('policy.expected'), width: 180, cell: (row) => row.expect },
  ];
  if (rows.length === 0) return null;
  return (
    <Part title={say('policy.cases')} aside={say('common.items', { count: rows.length })}>
      <details>
        <summary>{say('policy.casesOpen')}</summary>
        <DataTable
          caption={say('policy.cases')}
          rows={rows}
          columns={columns}
          keyOf={(row) => row.key}
          wrap
          card={(row) => (
            <div className="programme-card">
              <b>{row.name}</b>
              <span>
                {row.place} {row.expect}
              </span>
              <span className="muted">{row.cite}</span>
            </div>
          )}
        />
      </details>
    </Part>
  );
}

function caseRows({ packs }: Rulebook, programme: string): CaseRow[] {
  return packs.flatMap((pack) =>
    pack.cases
      .filter((file) => file.policy === programme)
      .flatMap((file, n) =>
        (file.source.get('cases')?.items() ?? []).map((one, at) => {
          const plain = one.toPlain() as { name?: string; cite?: string; expect?: Expected[] };
          const own = (Array.isArray(plain.expect) ? plain.expect : []).find((e) => e.programme === programme);
          const amount = own?.amount === undefined ? '' : ` ${String(own.amount)}`;
          return {
            key: `${pack.id}${n}${at}`,
            place: pack.title,
            name: plain.name ?? '',
            cite: plain.cite ?? '',
            expect: own?.outcome ? `${ZH[own.outcome] ?? own.outcome}${amount}` : '',
          };
        }),
      ),
  );
}

const ZH: Readonly<Record<string, string>> = {
  eligible: '符合',
  ineligible: '不符合',
  undetermined: '待定',
  none: '无关',
};
