import type { Trace, TraceRow } from '@doudi/contracts';
import { type Decision, type Explanation, type ExplanationNode, formatScaled, type Plan } from '@doudi/policy';

/** An explanation made in this browser, in the form in which the server tells of stored decisions. */
export function traceOf(plan: Plan, decision: Decision, told: Explanation): Trace {
  return {
    programme: told.programme,
    title: told.title,
    outcome: told.outcome,
    amount: decision.amountFen === null ? null : formatScaled(decision.amountFen, 2),
    monthly: plan.programmes.find((p) => p.id === told.programme)?.period === 'month',
    period: plan.month,
    sentences: told.zh,
    conditions: told.conditions.map(({ title, holds, cite, sentence, comparisons }) => ({
      title,
      holds,
      cite,
      sentence,
      comparisons,
    })),
    missing: told.missing.map(({ name, title }) => ({ name, title, supplier: '' })),
    parameters: told.parameters.map((p) => ({
      title: p.title,
      value: p.text,
      unit: p.unit,
      cite: p.cite,
      from: p.from,
      borrowedFrom: p.borrowedFrom?.title ?? null,
    })),
    tree: flat(told.tree, 0),
  };
}

function flat({ children, ...node }: ExplanationNode, depth: number): TraceRow[] {
  return [{ depth, ...node }, ...children.flatMap((child) => flat(child, depth + 1))];
}
