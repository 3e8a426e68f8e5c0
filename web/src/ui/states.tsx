import { Button, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { type Problem, problemOf } from '../api/problem.ts';
import { type Say, useSay } from '../language/index.tsx';
import './states.css';

/** Nothing here: says why, and offers the way on. */
export function EmptyState({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="state">
      <p className="state-title">{title}</p>
      {children ? <div className="state-body">{children}</div> : null}
    </div>
  );
}

/** Takes a Problem and gives its message and cure in words, with the network, sign-in and sight cases spelt out. */
export function problemWords(problem: Problem, say: Say): { message: string; cure: string } {
  const { body, status } = problem;
  if (status === 0) return { message: say('state.offline'), cure: say('state.offlineCure') };
  if (body.message !== '') return { message: body.message, cure: body.cure };
  if (status === 401) return { message: say('state.signedOut'), cure: say('state.signedOutCure') };
  if (status === 403) return { message: say('state.forbidden'), cure: say('state.forbiddenCure') };
  if (status === 404) return { message: say('state.notFound'), cure: say('state.notFoundCure') };
  return { message: say('state.unknown'), cure: say('state.unknownCure') };
}

/** What happened and how to mend it; never a code alone, never a stack. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const say = useSay();
  const problem = problemOf(error);
  const { message, cure } = problemWords(problem, say);
  return (
    <div className="state error" role="alert">
      <p className="state-title">{message}</p>
      {cure ? <p className="state-body">{say('state.cure', { cure })}</p> : null}
      {problem.body.code === 'second-factor-missing' ? <a href="/account">{say('account.enable')}</a> : null}
      {onRetry ? <Button onClick={onRetry}>{say('state.retry')}</Button> : null}
    </div>
  );
}

/** The page is on its way. */
export function LoadingState({ rows = 6 }: { rows?: number }) {
  const say = useSay();
  return (
    <div className="state-loading" role="status">
      <span className="sr-only">{say('state.loading')}</span>
      <Skeleton active={false} title={false} paragraph={{ rows }} />
    </div>
  );
}
