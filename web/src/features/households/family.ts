import type { Member } from '@doudi/contracts';

export const generations = ['grand', 'parent', 'own', 'child', 'grandchild'] as const;
export type Generation = (typeof generations)[number];

const words: readonly [Generation, RegExp][] = [
  ['grandchild', /孙/],
  ['grand', /^(祖|外祖|爷|奶|曾祖)/],
  ['parent', /(父|母|公公|婆婆|岳|伯|叔|姑|姨|舅)/],
  ['child', /^(子|女|儿|长子|长女|次子|次女|三子|三女|继子|继女|养子|养女|侄|甥|媳|婿|儿媳|女婿)/],
];

/** Reads the generation out of the relation to the head as the household book writes it; what it does not know stands beside the head. */
export function generationOf(relation: string): Generation {
  return words.find(([, pattern]) => pattern.test(relation))?.[0] ?? 'own';
}

/** Members by generation, oldest first, empty generations left out; the head stands first in the own generation. */
export function familyRows(members: readonly Member[]): { generation: Generation; members: Member[] }[] {
  return generations.flatMap((generation) => {
    const row = members
      .filter((member) => generationOf(member.relation) === generation)
      .toSorted((a, b) => Number(b.relation === '户主') - Number(a.relation === '户主'));
    return row.length === 0 ? [] : [{ generation, members: row }];
  });
}
