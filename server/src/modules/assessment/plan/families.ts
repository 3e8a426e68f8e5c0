import type { InputDefinition } from '@doudi/policy';
import { type Engine, literal, type Row } from '../../../platform/engine/index.ts';

/** One household's inputs as rows of the two relations. */
export interface FamilyRows {
  household: Row;
  persons: Row[];
}

/**
 * The inputs of the households named, one household at a time in the order of their ids, so that memory stays small.
 * @param paths absolute paths of household_input and person_input
 * @param households SQL relation with a column household_id, without repetitions
 * @param inputs the inputs wanted; other columns are not read
 */
export async function* readFamilies(
  engine: Engine,
  paths: { household: string; person: string },
  households: string,
  inputs: readonly InputDefinition[],
): AsyncGenerator<FamilyRows> {
  const relation = (path: string, entity: InputDefinition['entity'], keys: readonly string[]) => {
    const names = inputs.filter((input) => input.entity === entity).map((input) => `i."${input.name}"`);
    return `SELECT ${[...keys, ...names].join(', ')} FROM read_parquet(${literal(path)}) i
      JOIN ${households} c USING (household_id)`;
  };
  // Persons are gathered in chunks of households: the engine has one connection, so two results cannot be read side by side.
  const chunks = await engine.all<{ low: bigint; high: bigint }>(
    `SELECT min(household_id) AS low, max(household_id) AS high FROM (
      SELECT household_id, (row_number() OVER (ORDER BY household_id) - 1) // ${CHUNK} AS chunk FROM ${households})
     GROUP BY chunk ORDER BY chunk`,
  );
  for (const { low, high } of chunks) {
    const within = `WHERE household_id BETWEEN ${low} AND ${high}`;
    const families = new Map<bigint, FamilyRows>();
    const own = relation(paths.household, 'household', ['household_id', 'i.division']);
    for (const household of await engine.all(`${own} ${within} ORDER BY household_id`))
      families.set(household.household_id as bigint, { household, persons: [] });
    const members = relation(paths.person, 'person', ['household_id', 'i.person_id']);
    for (const person of await engine.all(`${members} ${within} ORDER BY person_id`))
      families.get(person.household_id as bigint)?.persons.push(person);
    yield* families.values();
  }
}

const CHUNK = 4000;
