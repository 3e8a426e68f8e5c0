import { parse } from 'yaml';
import { z } from 'zod';
import { invalid } from '../../../platform/errors.ts';
import { type Bundle, oncePerBundle } from '../../../platform/packs/index.ts';

const Settings = z.object({
  automatic_bits: z.number(),
  gap_bits: z.number().min(0),
  review_bits: z.number(),
  candidates: z.number().int().min(1).max(20),
  audit: z.object({ seed: z.string().min(1), every: z.record(z.string(), z.number().int().min(1)) }),
});

/** How links are made and reviewed: thresholds in bits, and of each method every how many links one is audited blind. */
export interface ReviewSettings {
  automaticBits: number;
  gapBits: number;
  reviewBits: number;
  candidates: number;
  audit: { seed: string; every: Readonly<Record<string, number>> };
}

/**
 * The settings of the packs' linkage/review.yaml; the last pack's file speaks.
 * @throws link-settings-invalid naming the file and the field
 */
export const reviewSettings: (bundle: Bundle) => ReviewSettings = oncePerBundle((bundle) => {
  const file = bundle.under('linkage').findLast((f) => f.path.endsWith('/review.yaml'));
  const read = Settings.safeParse(file && parse(file.text));
  if (!read.success)
    throw invalid(
      'link-settings-invalid',
      `${file?.path ?? 'linkage/review.yaml'}：${read.error.issues[0]?.path.join('.') ?? ''} 不合要求`,
      '请按 packs/national/linkage/review.yaml 的样子写明分值与抽样间隔',
    );
  const { automatic_bits, gap_bits, review_bits, candidates, audit } = read.data;
  if (review_bits > automatic_bits)
    throw invalid(
      'link-settings-invalid',
      `${file?.path}：review_bits 高于 automatic_bits`,
      '复核的下限须不高于自动认的分值',
    );
  return { automaticBits: automatic_bits, gapBits: gap_bits, reviewBits: review_bits, candidates, audit };
});
