import type { Trace, TraceRow } from '@doudi/contracts';
import { Button } from 'antd';
import { useMemo } from 'react';
import { useSay } from '../../language/index.tsx';
import { useLetter } from './letter.tsx';
import './trace.css';

type Branch = TraceRow & { children: Branch[] };

/** Rows with their depth as a tree again. */
export function treeOf(rows: readonly TraceRow[]): Branch[] {
  const roots: Branch[] = [];
  const path: Branch[] = [];
  for (const row of rows) {
    const branch: Branch = { ...row, children: [] };
    path.length = Math.min(path.length, row.depth);
    (path.at(-1)?.children ?? roots).push(branch);
    path.push(branch);
  }
  return roots;
}

/** Why: the sentences, what is missing, the tree of values behind them with clauses and sources, and the letter. */
export function TraceView({ trace }: { trace: Trace }) {
  const say = useSay();
  const tree = useMemo(() => treeOf(trace.tree), [trace]);
  const letter = useLetter();
  return (
    <div className="trace">
      <div className="trace-actions">
        <Button onClick={() => letter.show(trace)}>{say('trace.letter')}</Button>
      </div>
      <ul className="trace-sentences">
        {trace.sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {trace.missing.length > 0 ? (
        <p className="trace-missing">
          <b>{say('trace.missing')}</b>{' '}
          {trace.missing.map((m) => (m.supplier ? `${m.title}（${m.supplier}）` : m.title)).join('、')}
        </p>
      ) : null}
      <h3>{say('trace.tree')}</h3>
      <ul className="trace-tree">
        {tree.map((branch) => (
          <Step key={branch.name} branch={branch} />
        ))}
      </ul>
      {letter.sheet}
    </div>
  );
}

function Step({ branch }: { branch: Branch }) {
  const { children } = branch;
  if (children.length === 0) return <li className={`step of-${branch.kind}`}>{<Line branch={branch} />}</li>;
  return (
    <li className={`step of-${branch.kind}`}>
      <details open={branch.depth < 2}>
        <summary>
          <Line branch={branch} />
        </summary>
        <ul>
          {children.map((child, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the tree never changes once made, and a name may stand twice
            <Step key={`${child.kind}${child.name}${at}`} branch={child} />
          ))}
        </ul>
      </details>
    </li>
  );
}

function Line({ branch }: { branch: Branch }) {
  const say = useSay();
  const { kind, title, value, unit, cite, branch: exception, source } = branch;
  // Of a variable the source is a file's name, which tells a family nothing.
  const told = kind === 'parameter' ? source : '';
  const borrowed = kind === 'parameter' && /借自/.test(source);
  return (
    <span className="step-line">
      <span className="kind">{say(`trace.kind.${kind}`)}</span>
      <span>{title}</span>
      <b className={value === '未知' ? 'unknown' : undefined}>
        {value}
        {unit && value !== '未知' ? ` ${unit}` : ''}
      </b>
      {exception && exception !== 'base' ? (
        <span className="muted">{say('trace.branch', { label: exception })}</span>
      ) : null}
      {cite || told ? <span className="muted cite">{[cite, told].filter(Boolean).join(' · ')}</span> : null}
      {borrowed ? <span className="borrowed">{say('condition.borrowed')}</span> : null}
    </span>
  );
}
