import { householdSchema } from '@doudi/policy';
import { usage } from '../../../platform/errors.ts';
import { orThrow, policyPacks } from '../../policy/packs.ts';
import type { Output } from '../output.ts';

/** `doudi schema household`: the JSON Schema of a family as the engine takes it. */
export async function command(options: { packs?: string[] }, out: Output, args: string[]): Promise<number> {
  if (args[0] !== 'household')
    throw usage('schema-unknown', `没有这个结构：${args[0]}`, '可写的是 doudi schema household');
  const { packs, errors } = policyPacks(options.packs);
  orThrow(errors);
  const schema = householdSchema(packs);
  out.result(schema, JSON.stringify(schema, null, 2));
  return 0;
}
