import type { Model } from '../matching/index.ts';

/** A value that fewer people share than this says who they are. */
const SHARED_BY = 10;

/** Fields whose values are somebody's own: how rare they are follows from how many people there are. */
const OWN = new Set(['citizen_number', 'phone', 'household', 'address']);

/**
 * A model without what points at persons: of numbers, phones, households and addresses only how rare they are on the average
 * is kept; of names only those that many share are listed.
 * @param sharedBy how many share a listed name; Infinity lists none
 */
export function withoutIdentities(model: Model, sharedBy = SHARED_BY): Model {
  const people = model.learnt.left;
  const rarities = model.rarities.map((r) => {
    const frequent = OWN.has(r.field) ? [] : r.listed.filter(([bits]) => bits <= Math.log2(people / sharedBy));
    let share = 0;
    let sum = 0;
    for (const [bits, digests] of r.listed) {
      if (frequent.some(([listed]) => listed === bits)) continue;
      share += digests.length * 2 ** -bits;
      sum += digests.length * 2 ** -bits * bits;
    }
    // Unlisted values have `rest`; together with those left out, the mean over people.
    const named = frequent.reduce((s, [bits, digests]) => s + digests.length * 2 ** -bits, 0);
    const unseen = Math.max(0, 1 - share - named);
    const mean = share + unseen > 0 ? (sum + unseen * r.rest) / (share + unseen) : r.rest;
    return { ...r, rest: Number(mean.toFixed(2)), listed: frequent };
  });
  return { ...model, rarities };
}

/**
 * A model as it weighs among `people`: two records taken at random are one person the more seldom the more people there are,
 * and a number, phone, household or address is as rare as the register is large. Names and birth dates keep their shares.
 */
export function amongPeople(model: Model, people: number): Model {
  const shift = Math.log2(Math.max(1, people) / model.learnt.left);
  return {
    ...model,
    lambda: Math.min(0.5, model.lambda * 2 ** -shift),
    rarities: model.rarities.map((r) =>
      OWN.has(r.field)
        ? {
            ...r,
            rest: Math.max(0, r.rest + shift),
            listed: r.listed.map(
              ([bits, digests]) => [Math.max(0, bits + shift), digests] as (typeof r.listed)[number],
            ),
          }
        : r,
    ),
  };
}
