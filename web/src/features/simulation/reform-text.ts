import { applyReform, compilePolicies, type LocatedError } from '@doudi/policy';
import type { Rulebook } from '../policies/rulebook.ts';

/** One parameter changed in the form, as typed. */
export type Setting = { id: string; value: string };

export const REFORM_FILE = '试算方案';

/** The overlay that the form stands for, as docs/policy-language (改革试算) writes it. */
export function reformText(title: string, division: string, settings: readonly Setting[]): string {
  const lines = settings.filter((s) => s.value !== '').map((s) => `  ${s.id}: ${s.value}`);
  const set = lines.length > 0 ? `set:\n${lines.join('\n')}\n` : 'set: {}\n';
  return `reform: trial\ntitle: ${JSON.stringify(title)}\ndivision: '${division}'\n${set}`;
}

/** Faults of an overlay against the rules of this browser, each where it stands; those of other files are not its own. */
export function reformFaults(rulebook: Rulebook, text: string, division: string): LocatedError[] {
  const { packs, title: _title, errors } = applyReform(rulebook.packs, { path: REFORM_FILE, text });
  const plan = compilePolicies(packs, { month: rulebook.plan.month });
  const all = [...errors, ...plan.errors, ...plan.resolve(division).errors].filter((e) => e.file === REFORM_FILE);
  return [...new Map(all.map((e) => [`${e.line}:${e.column}:${e.message}`, e])).values()];
}
