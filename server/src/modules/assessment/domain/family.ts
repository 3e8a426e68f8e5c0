import type { Facts, Family, InputDefinition, Scalar } from '@doudi/policy';
import type { Cell, Row } from '../../../platform/engine/index.ts';
import { failed } from '../../../platform/errors.ts';

const DAY_MS = 86_400_000;

/**
 * The family of one household as the policy library takes it, from rows of household_input and person_input.
 * @param inputs those to take over; NULL stays unknown; dates become days since 1970-01-01, numbers bigint.
 */
export function familyOf(household: Row, persons: readonly Row[], inputs: readonly InputDefinition[]): Family {
  const division = household.division;
  if (typeof division !== 'string')
    throw failed(
      'division-unknown',
      `户 ${String(household.household_id)} 没有区划代码，无法取当地标准`,
      '请核对区划目录是否含该户的户籍村居，再重新运行',
    );
  return {
    id: String(household.household_id),
    division,
    household: factsOf(household, inputs, 'household'),
    persons: persons.map((row) => ({ id: String(row.person_id), facts: factsOf(row, inputs, 'person') })),
  };
}

function factsOf(row: Row, inputs: readonly InputDefinition[], entity: InputDefinition['entity']): Facts {
  const facts: Record<string, Scalar | null> = {};
  for (const input of inputs) if (input.entity === entity) facts[input.name] = scalar(row[input.name], input);
  return facts;
}

function scalar(cell: Cell | undefined, input: InputDefinition): Scalar | null {
  if (cell === null || cell === undefined) return null;
  switch (input.type.kind) {
    case 'number':
      return BigInt(cell as bigint | number | string);
    case 'date':
      return Date.parse(`${String(cell)}T00:00:00Z`) / DAY_MS;
    case 'boolean':
    case 'enum':
      return cell;
  }
}
