import { parse } from 'yaml';
import { z } from 'zod';
import { invalid } from '../../../platform/errors.ts';
import type { Bundle } from '../../../platform/packs/index.ts';

const OnTimeRate = z.object({ red_line_percent: z.number().int().min(0).max(100) });

/**
 * The on-time rate (whole percent) below which a township is called up; the most specific pack that says one.
 * @throws on-time-line when no pack says one, or says it wrongly
 */
export function onTimeLine(bundle: Bundle): number {
  const file = bundle.under('indicators').findLast((f) => f.path.endsWith('/on-time-rate.yaml'));
  const found = OnTimeRate.safeParse(file ? parse(file.text) : undefined);
  if (found.success) return found.data.red_line_percent;
  throw invalid(
    'on-time-line',
    `按时办结率的红线没有写明（${file?.path ?? 'indicators/on-time-rate.yaml'}）`,
    '请在规则包的 indicators/on-time-rate.yaml 写 red_line_percent: 0 到 100 的整数',
  );
}
