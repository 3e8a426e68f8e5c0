import type { FeedRead } from './feeds-read.ts';
import { feedsRead } from './feeds-read.ts';
import { householdExpressions } from './household-facts.ts';
import { personExpressions } from './person-input.ts';

/**
 * Which feeds each input comes from: those without whose freshness its expression changes, so that the two can never
 * drift apart. Inputs that no feed delivers are not in the map.
 */
export function feedsOfInputs(): Map<string, FeedRead[]> {
  const expressions = (missing: FeedRead | undefined) => {
    const isFresh = (...feeds: FeedRead[]) => missing === undefined || !feeds.includes(missing);
    return { ...personExpressions(isFresh), ...householdExpressions(isFresh) };
  };
  const whole = expressions(undefined);
  const out = new Map<string, FeedRead[]>();
  for (const feed of feedsRead) {
    const without = expressions(feed);
    for (const [name, sql] of Object.entries(whole))
      if (without[name] !== sql) out.set(name, [...(out.get(name) ?? []), feed]);
  }
  return out;
}

/** Facts that a family alone can say, though the roll repeats what it said before. */
const DECLARED = new Set(['declared_other_income', 'income_declared']);

/**
 * Who can supply a missing input, in Chinese: the departments of its feeds, the family's declaration, or whoever may look
 * into what no register holds (社会救助法第四十、四十一条).
 * @param departments department by feed id, from the feed contracts
 */
export function supplierOf(
  input: string,
  feeds: ReadonlyMap<string, readonly string[]>,
  departments: ReadonlyMap<string, string>,
): string {
  if (DECLARED.has(input)) return '家庭申报';
  const names = new Set((feeds.get(input) ?? []).map((feed) => departments.get(feed) ?? feed));
  return names.size > 0 ? [...names].join('、') : '家庭申报或授权核对';
}
