import type { InputDefinition, Pack } from '../model/shapes.ts';
import { formatScaled } from '../typed/exact.ts';
import type { Entity } from '../typed/ir.ts';
import { formatUnit } from '../typed/units.ts';
import { inputsOf } from './read-family.ts';

type Schema = Record<string, unknown>;

/**
 * JSON Schema (2020-12) of a family as `assess` takes it, every field described in Chinese and English. Omitted or null
 * is unknown; `[]` is known none.
 */
export function householdSchema(packs: readonly Pack[]): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: '家庭 Household',
    description:
      '政策引擎读取的一个家庭。字段省去或为 null 表示未知，绝不当作零；列表为 [] 表示已知没有。金额为元的十进制文本。 A family as the engine takes it: an omitted or null field is unknown, never zero; [] is known none; money is yuan as decimal text.',
    type: 'object',
    additionalProperties: false,
    required: ['division'],
    examples: [
      {
        id: 'A',
        division: '321324',
        others: 'none',
        household: { residence_kind: 'rural', income_declared: true, declared_other_income: '300.00' },
        persons: [
          { id: '1', relation: 'head', sex: 'female', birth_date: '1984-05-01', wage: '1200.00', employed: true },
          { id: '2', relation: 'child', sex: 'male', birth_date: '2015-09-01' },
        ],
        obligors: [],
      },
    ],
    properties: {
      id: { type: ['string', 'integer'], description: '家庭编号，原样带回 id of the family, echoed in the answer' },
      division: {
        type: 'string',
        pattern: '^\\d{6}(\\d{3}|\\d{6})?$',
        description: '适用政策的区划代码 area code whose parameters apply',
      },
      others: {
        enum: ['none', 'unknown', null],
        description:
          '没写的事实：none 视为已知没有（身份类字段与写为 null 的除外），unknown 或省去为未知 what is omitted: none = known none (except who someone is, and what is null), unknown or omitted = unknown',
      },
      household: { ...rowSchema(packs, 'household'), description: '家庭的事实 facts of the household' },
      persons: {
        type: ['array', 'null'],
        items: rowSchema(packs, 'person'),
        description: '户内人员（是否计入家庭由政策判断） persons of the household; the policy decides who is a member',
      },
      obligors: {
        type: ['array', 'null'],
        items: rowSchema(packs, 'obligor'),
        description:
          '户外法定义务人；[] 为已查明没有，null 为不知道 legal obligors outside; [] known none, null unknown',
      },
    },
  };
}

function rowSchema(packs: readonly Pack[], entity: Entity): Schema {
  const properties: Record<string, Schema> = {};
  if (entity !== 'household') {
    properties.id = { type: ['string', 'integer'], description: '编号，原样带回 id, echoed in the answer' };
  }
  for (const input of inputsOf(packs, entity).values()) properties[input.name] = inputSchema(input);
  return { type: 'object', additionalProperties: false, properties };
}

function inputSchema(input: InputDefinition): Schema {
  const { type, digits } = input;
  const head = { title: input.title };
  const text = (more: string): string => `${input.zh}${more ? `（${more}）` : ''} ${input.en}`;
  switch (type.kind) {
    case 'boolean':
      return { ...head, type: ['boolean', 'null'], description: text('') };
    case 'date':
      return { ...head, type: ['string', 'null'], format: 'date', description: text('') };
    case 'enum': {
      const codes = Object.entries(type.values).map(([id, title]) => `${id}=${title}`);
      return { ...head, enum: [...Object.keys(type.values), null], description: text(codes.join('，')) };
    }
    case 'number': {
      const unit = formatUnit(type.unit, 'zh');
      const range = `${unit === '1' ? '' : `${unit}，`}${formatScaled(type.low, digits)} 至 ${formatScaled(type.high, digits)}`;
      const pattern = digits === 0 ? '^\\d+$' : `^\\d+(\\.\\d{1,${digits}})?$`;
      return {
        ...head,
        type: ['string', 'number', 'null'],
        pattern,
        'x-unit': formatUnit(type.unit),
        description: text(range),
      };
    }
  }
}
