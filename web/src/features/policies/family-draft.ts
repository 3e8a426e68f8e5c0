import { type Entity, type InputDefinition, knownNone, type Pack, readFamily, writeScalar } from '@doudi/policy';

/** What was filled in: absent is unknown. Numbers and dates as typed, choices by their code. */
export type Facts = Readonly<Record<string, string>>;
export type Row = { id: string; facts: Facts };
/** A family as the form holds it, in memory only. `obligors` null: not known whether there are any. */
export interface Draft {
  division: string;
  household: Facts;
  persons: readonly Row[];
  obligors: readonly Row[] | null;
}

/** A form with one person, the head, of whom nothing is known yet. */
export const emptyDraft = (division: string): Draft => ({
  division,
  household: {},
  persons: [{ id: '1', facts: { relation: 'head' } }],
  obligors: null,
});

/** The JSON that the engine reads (doudi schema household): what is not filled in is left out, which says unknown. */
export function familyOf(draft: Draft, packs: readonly Pack[]): ReturnType<typeof readFamily> {
  const inputs = new Map(packs.flatMap((p) => p.inputs).map((i) => [`${i.entity}/${i.name}`, i]));
  const facts = (entity: Entity, given: Facts) =>
    Object.fromEntries(
      Object.entries(given)
        .filter(([, text]) => text !== '')
        .map(([name, text]) => [
          name,
          inputs.get(`${entity}/${name}`)?.type.kind === 'boolean' ? text === 'true' : text,
        ]),
    );
  return readFamily(
    {
      division: draft.division,
      household: facts('household', draft.household),
      persons: draft.persons.map((row) => ({ id: row.id, ...facts('person', row.facts) })),
      ...(draft.obligors === null
        ? {}
        : { obligors: draft.obligors.map((row) => ({ id: row.id, ...facts('obligor', row.facts) })) }),
    },
    packs,
  );
}

/** What stands for “known none” of an input, as the form writes it: 0, no, the code none. */
export function noneText(input: InputDefinition): string {
  return writeScalar(knownNone(input), input.type, input.digits);
}

/** Fills what is still unknown with “known none”, but never what says who somebody is. */
export function fillNone(given: Facts, inputs: readonly InputDefinition[]): Facts {
  const out: Record<string, string> = { ...given };
  for (const input of inputs) if (!input.identity && (out[input.name] ?? '') === '') out[input.name] = noneText(input);
  return out;
}
