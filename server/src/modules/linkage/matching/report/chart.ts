import type { Model } from '../model.ts';
import { modelHash } from '../model.ts';
import { priorBits } from '../score/score.ts';

const ROW = 20;
const LABEL = 260;
const WIDTH = 900;
const HALF = (WIDTH - LABEL - 90) / 2;

/**
 * The weights of a model as one self-contained SVG: for every level of every comparison a bar of log2(m/u) bits, for (right) or
 * against (left) one person. Levels that are weighed by the rarity of the value show the average.
 */
export function weightsChart(model: Model): string {
  const bars = model.comparisons.flatMap((c) =>
    c.levels.map((level, i) => ({
      comparison: i === 0 ? c.id : '',
      level,
      bits: Math.log2((c.m[i] ?? 1) / (c.u[i] ?? 1)),
      m: c.m[i] ?? 0,
      u: c.u[i] ?? 0,
    })),
  );
  const most = Math.max(1, ...bars.map((b) => Math.abs(b.bits)));
  const zero = LABEL + HALF;
  const height = 60 + bars.length * ROW + 20;
  const rows = bars.map((bar, i) => {
    const y = 60 + i * ROW;
    const length = Math.max(1, (Math.abs(bar.bits) / most) * HALF);
    const x = bar.bits >= 0 ? zero : zero - length;
    const numbers = `${bar.bits >= 0 ? '+' : '−'}${Math.abs(bar.bits).toFixed(1)}`;
    return [
      bar.comparison === '' ? '' : `<line x1="0" x2="${WIDTH}" y1="${y - 2}" y2="${y - 2}" stroke="#ddd"/>`,
      `<text x="8" y="${y + 14}" font-weight="bold">${xmlText(bar.comparison)}</text>`,
      `<text x="130" y="${y + 14}">${xmlText(bar.level)}</text>`,
      `<rect x="${x.toFixed(1)}" y="${y + 3}" width="${length.toFixed(1)}" height="${ROW - 7}" fill="${bar.bits >= 0 ? '#1d6fb8' : '#b3541e'}"><title>m ${bar.m.toPrecision(3)}, u ${bar.u.toPrecision(3)}</title></rect>`,
      `<text x="${bar.bits >= 0 ? (x + length + 4).toFixed(1) : (x - 4).toFixed(1)}" y="${y + 14}" text-anchor="${bar.bits >= 0 ? 'start' : 'end'}">${numbers}</text>`,
    ].join('');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12" role="img" aria-label="比对权重">
<rect width="100%" height="100%" fill="#fff"/>
<text x="8" y="22" font-size="16" font-weight="bold">比对权重 weights (bits = log2 m/u)</text>
<text x="8" y="42">先验 prior ${priorBits(model).toFixed(1)} bits；模型 model ${modelHash(model).slice(0, 12)}</text>
<line x1="${zero}" x2="${zero}" y1="52" y2="${height - 12}" stroke="#888"/>
${rows.join('\n')}
</svg>
`;
}

const xmlText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
