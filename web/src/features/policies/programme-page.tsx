import { lazy, Suspense, useMemo, useState } from 'react';
import { Link, useParams } from 'react-router';
import { useLanguage, useSay } from '../../language/index.tsx';
import { Choice } from '../../ui/choice.tsx';
import { Part } from '../../ui/part.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx';
import { CoveredToday } from './covered-today.tsx';
import { ParameterTable } from './parameter-table.tsx';
import { Cases, Rule } from './rule-text.tsx';
import { policiesOf, type Rulebook, useRulebook } from './rulebook.ts';
import './policies.css';

const SourceEditor = lazy(() => import('./source-editor.tsx'));

/** One programme: whom it covers today, its rule clause by clause, its parameters by place and time, its cases, its source. */
export function Component() {
  const { programme = '' } = useParams();
  const { say, language } = useLanguage();
  const rulebook = useRulebook();
  if (rulebook.isPending) return <LoadingState rows={14} />;
  if (rulebook.isError) return <ErrorState error={rulebook.error} onRetry={() => rulebook.refetch()} />;
  const found = rulebook.data.plan.programmes.find((p) => p.id === programme);
  const policies = policiesOf(rulebook.data.packs, programme);
  if (!found || !policies)
    return (
      <EmptyState title={say('state.notFound')}>
        <Link to="/policies">{say('policy.title')}</Link>
      </EmptyState>
    );
  return (
    <article className="programme-page">
      <header className="page-head">
        <Link to="/policies">{say('policy.back')}</Link>
        <h1>
          {language === 'zh' ? found.title : found.en}
          <span className="total">{say('policy.month', { period: rulebook.data.sources.period })}</span>
        </h1>
        <Link className="button-link" to={`/policies/try?programme=${programme}`}>
          {say('policy.try')}
        </Link>
      </header>
      <div className="stack">
        <CoveredToday programme={programme} />
        <Rule rulebook={rulebook.data} programme={programme} />
        <ParameterTable rulebook={rulebook.data} programme={programme} />
        <Cases rulebook={rulebook.data} programme={programme} />
        <SourceFiles rulebook={rulebook.data} programme={programme} />
      </div>
    </article>
  );
}

function SourceFiles({ rulebook, programme }: { rulebook: Rulebook; programme: string }) {
  const say = useSay();
  const files = useMemo(
    () => rulebook.sources.files.filter((f) => f.path.endsWith(`/programmes/${programme}/policy.yaml`)),
    [rulebook, programme],
  );
  const [chosen, setChosen] = useState<string | null>(null);
  const file = files.find((f) => f.path === chosen) ?? files.find((f) => f.path.startsWith('national/')) ?? files[0];
  if (!file) return null;
  return (
    <Part title={say('policy.source')} aside={say('policy.sourceHelp', { hash: rulebook.sources.hash.slice(0, 12) })}>
      {files.length > 1 ? (
        <Choice
          label={say('policy.file')}
          value={file.path}
          style={{ width: '100%', maxWidth: 420, marginBottom: 8 }}
          options={files.map((f) => ({ value: f.path, label: f.path }))}
          onChange={setChosen}
        />
      ) : null}
      <Suspense fallback={<LoadingState rows={6} />}>
        <SourceEditor text={file.text} label={file.path} />
      </Suspense>
    </Part>
  );
}
