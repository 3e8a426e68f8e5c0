import type { Condition as ConditionSchema } from '@doudi/contracts';
import type { z } from 'zod';
import { useSay } from '../language/index.tsx';
import { yuan } from './figures.ts';
import './condition-line.css';

export type Condition = z.infer<typeof ConditionSchema>;

const foldAfter = 48;
/** A bare figure gets its thousands separators; anything with words in it stands as it came. */
const grouped = (text: string) => (/^-?\d+(\.\d+)?$/.test(text) ? yuan(text) : text);
const sign = (met: boolean | null) => (met === null ? '?' : met ? '✓' : '✗');

/** One condition as a line: the family's value, the threshold, a bar of 0 to twice the threshold, and where the threshold stands. */
export function ConditionLine({ condition }: { condition: Condition }) {
  const say = useSay();
  const { met, value, threshold, ratio } = condition;
  const word = met === null ? say('condition.unknown') : met ? say('condition.met') : say('condition.unmet');
  return (
    <li className={`condition ${met === null ? 'open' : met ? 'met' : 'unmet'}`}>
      <span className="sign" aria-hidden="true">
        {sign(met)}
      </span>
      <span className="sr-only">{word}</span>
      <div className="what">
        <p className="text">{condition.text}</p>
        {value !== null || threshold !== null ? (
          <p className="values">
            <span>
              {say('condition.value')} <b>{value === null ? say('common.unknown') : grouped(value)}</b>
            </span>
            {threshold === null ? null : (
              <span>
                {say('condition.threshold')} <b>{grouped(threshold)}</b>
              </span>
            )}
            {ratio === null ? null : <Bar ratio={ratio} />}
          </p>
        ) : null}
        <Source condition={condition} />
      </div>
    </li>
  );
}

/** Clause and source of the threshold; a long chain of sources folds away behind its clause. */
function Source({ condition }: { condition: Condition }) {
  const say = useSay();
  const { cite, source, borrowed } = condition;
  if (!cite && !source) return null;
  const mark = borrowed ? <span className="borrowed">{say('condition.borrowed')}</span> : null;
  if (!source || source.length <= foldAfter) {
    return (
      <p className="source">
        {[cite, source].filter(Boolean).join(' · ')}
        {mark}
      </p>
    );
  }
  return (
    <details className="source">
      <summary>
        {cite ? `${cite} · ` : ''}
        {say('condition.source')}
        {mark}
      </summary>
      <p>{source}</p>
    </details>
  );
}

function Bar({ ratio }: { ratio: number }) {
  const width = Math.max(0, Math.min(ratio, 2)) * 50;
  return (
    <svg className="bar" width="120" height="14" viewBox="0 0 120 14" aria-hidden="true">
      <rect x="0" y="4" width="120" height="6" className="track" />
      <rect x="0" y="4" width={width * 1.2} height="6" className="fill" />
      <rect x="59" y="0" width="2" height="14" className="line" />
    </svg>
  );
}
