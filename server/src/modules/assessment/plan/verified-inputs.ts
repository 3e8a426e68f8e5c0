import { readFile } from 'node:fs/promises';
import type { InputDefinition } from '@doudi/policy';
import { type Engine, literal } from '../../../platform/engine/index.ts';
import { type VerifiedInput, type VerifiedLine, verifiedInputs } from '../domain/verified.ts';
import { columnType } from './vocabulary.ts';

/** Reads the verified facts that a run pinned. @param path absolute path of JSON lines, or null where there are none */
export async function readVerified(
  path: string | null,
  vocabulary: readonly InputDefinition[],
): Promise<VerifiedInput[]> {
  if (path === null) return [];
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  return verifiedInputs(
    lines.map((line) => JSON.parse(line) as VerifiedLine),
    vocabulary,
  );
}

const ROWS_AT_A_TIME = 1000;

/** Relation of what was verified of an entity: its id, and a column for each input that anybody verified, else NULL. */
export const verifiedOf = (entity: InputDefinition['entity']): string => `verified_${entity}`;

/**
 * Loads verified facts into the engine, one relation for persons and one for households.
 * @returns names of the inputs with facts, by entity
 */
export async function loadVerified(
  engine: Engine,
  facts: readonly VerifiedInput[],
): Promise<Record<'person' | 'household', string[]>> {
  const out: Record<'person' | 'household', string[]> = { person: [], household: [] };
  for (const entity of ['person', 'household'] as const) {
    const own = facts.filter((f) => f.input.entity === entity);
    const inputs = [...new Map(own.map((f) => [f.input.name, f.input])).values()];
    const key = `${entity}_id`;
    out[entity] = inputs.map((input) => input.name);
    await engine.run('CREATE OR REPLACE TEMP TABLE verified_line (id BIGINT, input VARCHAR, value VARCHAR)');
    for (let at = 0; at < own.length; at += ROWS_AT_A_TIME) {
      const rows = own
        .slice(at, at + ROWS_AT_A_TIME)
        .map((f) => `(${BigInt(f.personId ?? f.householdId)}, ${literal(f.input.name)}, ${literal(String(f.value))})`);
      await engine.run(`INSERT INTO verified_line VALUES ${rows.join(', ')}`);
    }
    const columns = inputs.map(
      (input) =>
        `CAST(max(value) FILTER (WHERE input = ${literal(input.name)}) AS ${columnType(input)}) AS "${input.name}"`,
    );
    await engine.run(`CREATE OR REPLACE TEMP TABLE ${verifiedOf(entity)} AS
      SELECT id AS ${key}${columns.map((c) => `, ${c}`).join('')} FROM verified_line GROUP BY id`);
  }
  await engine.run('DROP TABLE verified_line');
  return out;
}
