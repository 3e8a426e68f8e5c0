import type { Waterfall as Evidence } from '@doudi/contracts';
import { useSay } from '../../language/index.tsx';
import { Part } from '../../ui/part.tsx';
import { word } from './words.ts';

const signed = (bits: number) => `${bits < 0 ? '−' : '+'}${Math.abs(bits).toFixed(1)}`;
/** A chance in words of a percentage; what is nearly sure is not written as sure. */
const chance = (p: number) =>
  p > 0.9995 ? '> 99.9%' : p < 0.0005 ? '< 0.1%' : `${(Math.round(p * 1000) / 10).toFixed(1)}%`;

/** The evidence as a table whose rows add up: prior, then each field in bits, each bar beginning where the last one ended. */
export function Waterfall({ evidence }: { evidence: Evidence }) {
  const say = useSay();
  const steps = [
    { key: 'prior', title: say('link.prior'), level: '', bits: evidence.prior },
    ...evidence.fields.map((f) => ({
      key: f.field,
      title: word(say, 'link.bit.', f.field),
      level: word(say, 'link.level.', f.level),
      bits: f.bits,
    })),
  ];
  let at = 0;
  const bars = steps.map((step) => {
    const from = at;
    at += step.bits;
    return { ...step, from, to: at };
  });
  const low = Math.min(0, evidence.thresholds.review, ...bars.map((b) => b.to));
  const high = Math.max(0, evidence.thresholds.automatic, ...bars.map((b) => b.to));
  const share = (bits: number) => ((bits - low) / (high - low)) * 100;
  const { automatic, review } = evidence.thresholds;
  return (
    <Part title={say('link.evidence')} aside={say('link.evidenceHelp')}>
      <table className="waterfall">
        <caption className="sr-only">{say('link.evidenceHelp')}</caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">{say('link.field')}</th>
            <th scope="col">{say('link.bits')}</th>
            <th scope="col">{say('link.step')}</th>
          </tr>
        </thead>
        <tbody>
          {bars.map((bar) => (
            <tr key={bar.key}>
              <th scope="row">
                {bar.title} <span className="muted">{bar.level}</span>
              </th>
              <td className="num">{signed(bar.bits)}</td>
              <td>
                <span className="sr-only">{signed(bar.to)}</span>
                <Bar
                  kind={bar.key === 'prior' ? 'prior' : bar.bits < 0 ? 'against' : 'for'}
                  from={share(Math.min(bar.from, bar.to))}
                  to={share(Math.max(bar.from, bar.to))}
                  marks={[share(0), share(automatic)]}
                />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{say('link.total')}</th>
            <td className="num">{signed(evidence.weight)}</td>
            <td>
              {say('link.probability', { share: chance(evidence.probability) })} ·{' '}
              {evidence.gap === null ? say('link.gapNone') : say('link.gap', { gap: evidence.gap.toFixed(1) })}
            </td>
          </tr>
        </tfoot>
      </table>
      <p className="muted small">
        {say('link.thresholds', { automatic, review })} · {say('link.model', { model: evidence.model.slice(0, 12) })}
      </p>
    </Part>
  );
}

function Bar(props: { kind: 'prior' | 'for' | 'against'; from: number; to: number; marks: readonly number[] }) {
  return (
    <svg viewBox="0 0 100 10" preserveAspectRatio="none" className={`bar ${props.kind}`} aria-hidden="true">
      {props.marks.map((x, i) => (
        <line key={i === 0 ? 'zero' : 'automatic'} className={i === 0 ? 'zero' : 'mark'} x1={x} x2={x} y1="0" y2="10" />
      ))}
      <rect x={props.from} y="1.5" width={Math.max(0.6, props.to - props.from)} height="7" />
    </svg>
  );
}
