import { z } from 'zod';

/** A month as departments deliver it, 'YYYY-MM'. */
export const Period = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);
/** A civil date in Asia/Shanghai, 'YYYY-MM-DD'. */
export const CivilDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
/** Yuan as an exact decimal string, e.g. '610.00'. */
export const Yuan = z.string().regex(/^-?\d+\.\d{2}$/);
/** Opaque identifier of a row (a bigint or uuid as text). */
export const Id = z.string().min(1).max(64);

/** The roles of DESIGN.md; none of the three administrators may be held with another of the three. */
export const Role = z.enum([
  'village',
  'township',
  'county',
  'supervisor',
  'auditor',
  'system-administrator',
  'security-administrator',
  'audit-administrator',
]);
export type Role = z.infer<typeof Role>;

/** 线索种类: missed 应救未救, undue 疑似不应享受, shock 突发困难, watch 关注. */
export const LeadKind = z.enum(['missed', 'undue', 'shock', 'watch']);
export type LeadKind = z.infer<typeof LeadKind>;

/** 预警等级. */
export const Level = z.enum(['red', 'orange', 'yellow', 'blue']);
export type Level = z.infer<typeof Level>;

/** 线索状态: open 待核查, verified 已核查, closed 已办结, withdrawn 已撤回. */
export const LeadStatus = z.enum(['open', 'verified', 'closed', 'withdrawn']);
export type LeadStatus = z.infer<typeof LeadStatus>;

/** 核查结论: true-hardship … the verdict is returned to the rule, so that each rule shows its precision. */
export const Verdict = z.enum(['confirmed', 'refuted', 'resolved-elsewhere', 'unreachable']);
export type Verdict = z.infer<typeof Verdict>;

export const Outcome = z.enum(['eligible', 'ineligible', 'undetermined']);
export type Outcome = z.infer<typeof Outcome>;

/** State of one feed in one month. */
export const FeedState = z.enum(['delivered', 'late', 'missing', 'superseded']);
