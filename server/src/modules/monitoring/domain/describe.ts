import type { FeedWords } from './contracts.ts';
import type { Threshold } from './read-signals.ts';
import { filled, type ValueForm, worded } from './sentence.ts';
import type { Signal } from './signal.ts';

/** A condition as the desk shows it (contracts/leads.ts Condition). */
export interface ShownCondition {
  text: string;
  value: string | null;
  threshold: string | null;
  met: boolean | null;
  ratio: number | null;
  cite: string | null;
  source: string | null;
  borrowed: boolean;
}

/** What is needed of a parameter of the policies to say where a limit comes from. */
export interface ParameterSource {
  id: string;
  title: string;
  cite: string;
  borrowed: boolean;
}

/** A finding as the sentences need it. */
export interface Described {
  undetermined: boolean;
  metric: bigint | null;
  limit: bigint | null;
  data: Record<string, string | null>;
}

/** How a signal's metric is written: money, count or area. */
export function metricType(signal: Signal): string {
  const { find } = signal;
  if (find.detector === 'event-threshold-crossing') return 'money';
  if (find.detector === 'roll-twice') return 'count';
  return find.metric?.type ?? 'count';
}

/** The forms of all columns that a signal's headline may name. */
function formsOf(signal: Signal, feeds: ReadonlyMap<string, FeedWords>): Map<string, ValueForm> {
  const { find } = signal;
  const names =
    find.detector === 'roll-versus-fact' || find.detector === 'new-fact'
      ? find.facts.map((f) => f.feed)
      : find.detector === 'event-threshold-crossing'
        ? [find.fact.feed]
        : [];
  return new Map(names.flatMap((feed) => [...(feeds.get(feed)?.forms ?? [])]));
}

/** The headline in Chinese; who it is about stays in braces. */
export function headlineOf(signal: Signal, finding: Described, feeds: ReadonlyMap<string, FeedWords>): string {
  const template = finding.undetermined ? (signal.headline_undetermined ?? signal.headline) : signal.headline;
  const forms = formsOf(signal, feeds);
  const type = metricType(signal);
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(finding.data)) values.set(name, worded(value, forms.get(name)));
  if (finding.metric !== null) values.set('metric', worded(String(finding.metric), { type }));
  if (finding.limit !== null) values.set('limit', worded(String(finding.limit), { type }));
  return filled(template.zh, values).replaceAll('{metric}', '未知').replaceAll('{limit}', '未知');
}

/** What a delivered row says, in one sentence. */
export function saysOf(template: string, data: Record<string, string | null>, feed: FeedWords | undefined): string {
  const values = new Map(
    Object.entries(data).map(([name, value]) => [
      name,
      worded(value, name === 'amount_fen' ? { type: 'money' } : feed?.forms.get(name)),
    ]),
  );
  return filled(template, values);
}

/** Names of parameters and thresholds that a signal's metric is held against. */
function limitNames(signal: Signal): string[] {
  const { find } = signal;
  if (find.detector === 'event-threshold-crossing') return find.limits.map((l) => l.threshold);
  if (!('metric' in find)) return [];
  const limit = find.metric?.limit;
  if (limit === undefined || typeof limit === 'number') return [];
  return [limit.parameter, limit.threshold].filter((n) => n !== undefined);
}

/** The rule as a condition with the family's value, the limit and where the limit comes from. */
export function ruleCondition(
  signal: Signal,
  finding: Described,
  sources: { parameters: ReadonlyMap<string, ParameterSource>; thresholds: ReadonlyMap<string, Threshold> },
): ShownCondition {
  const type = metricType(signal);
  const candidates = limitNames(signal).map((name) => ({
    name,
    threshold: sources.thresholds.get(name),
    parameter: sources.parameters.get(name),
  }));
  const used =
    candidates.find((c) => c.threshold !== undefined && c.threshold.value === finding.limit) ?? candidates[0];
  const cite = used?.threshold?.cite ?? used?.parameter?.cite ?? null;
  const unit = type === 'money' ? ' 元' : type === 'area' ? ' 平方米' : '';
  const { metric, limit } = finding;
  return {
    text: signal.text.zh,
    value: metric === null ? null : worded(String(metric), { type }) + unit,
    threshold: limit === null ? null : worded(String(limit), { type }) + unit,
    met: finding.undetermined ? null : true,
    // Position on a bar of 0..2 × limit; a picture only, nothing is decided by it.
    ratio:
      metric === null || limit === null || limit <= 0n
        ? null
        : Math.min(2, Math.max(0, Number((metric * 1000n) / limit) / 1000)),
    cite: signal.cite,
    source: cite === null ? null : [used?.threshold?.title ?? used?.parameter?.title, cite].filter(Boolean).join('：'),
    borrowed: used?.threshold ? used.threshold.borrowedFrom !== null : (used?.parameter?.borrowed ?? false),
  };
}
