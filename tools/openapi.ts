import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ErrorBody, routes } from '../contracts/src/index.ts';
import { root } from './run.ts';

// Writes the OpenAPI 3.1 description of the contracts to the path given (default contracts/openapi.json).
const target = process.argv[2] ?? join(root, 'contracts/openapi.json');

interface Contract {
  roles: readonly string[];
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  response: z.ZodType;
}
type Json = Record<string, unknown>;

const schema = (type: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema, ...rest } = z.toJSONSchema(type, { io, unrepresentable: 'any' });
  return rest;
};
const content = (value: Json) => ({ 'application/json': { schema: value } });
const parameters = (place: 'path' | 'query', type?: z.ZodObject) =>
  Object.entries(type?.shape ?? {}).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || !z.safeParse(field as z.ZodType, undefined).success,
    schema: schema(field as z.ZodType, 'input'),
  }));

const paths: Record<string, Json> = {};
for (const [key, contract] of Object.entries(routes) as [string, Contract][]) {
  const [method = '', url = ''] = key.split(' ');
  const path = url.replace(/:(\w+)/g, '{$1}');
  const inputs = [...parameters('path', contract.params), ...parameters('query', contract.query)];
  paths[path] = {
    ...paths[path],
    [method.toLowerCase()]: {
      operationId: `${method.toLowerCase()}${url
        .replace('/api', '')
        .replace(/[/:](\w)(\w*)/g, (_, first: string, rest: string) => first.toUpperCase() + rest)}`,
      'x-roles': contract.roles,
      security: [{ session: [] }],
      ...(inputs.length > 0 ? { parameters: inputs } : {}),
      ...(contract.body ? { requestBody: { required: true, content: content(schema(contract.body, 'input')) } } : {}),
      responses: {
        200: { description: 'OK', content: content(schema(contract.response, 'output')) },
        default: {
          description: 'What happened, where, and how to mend it',
          content: content(schema(ErrorBody, 'output')),
        },
      },
    },
  };
}

const description = {
  openapi: '3.1.0',
  info: { title: 'Doudi 兜底', version: '0.1.0', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
  paths,
  components: {
    securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'doudi.session_token' } },
  },
};
// Formatted as the rest of the repository, so that the lint gate and this one agree.
const formatted = spawnSync(
  join(root, 'node_modules/.bin/biome'),
  ['format', '--stdin-file-path=contracts/openapi.json'],
  { cwd: root, input: JSON.stringify(description), encoding: 'utf8' },
);
if (formatted.status !== 0) throw new Error(`biome: ${formatted.stderr}`);
writeFileSync(target, formatted.stdout);
