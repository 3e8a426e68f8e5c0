import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { factsInForce } from '../../modules/casework/index.ts';
import { currentDeliveries } from '../../modules/intake/batch.ts';
import { linkOverrides } from '../../modules/linkage/index.ts';
import { system, type Tx } from '../../platform/database/index.ts';
import type { Decided, Step } from '../../platform/jobs/step.ts';
import type { StagedFile } from '../../platform/lake/index.ts';

interface Lines {
  /** Named by the content. */
  path: string;
  text: string;
}

/**
 * What people decided about a month's deliveries and households, as JSON lines: links confirmed or rejected, and facts verified
 * at the door; null where nobody decided anything.
 */
async function decidedLines(
  tx: Tx,
  period: string,
  deliveryIds: readonly string[],
): Promise<{ links: Lines | null; facts: Lines | null }> {
  const links = (await linkOverrides(tx, deliveryIds)).map(
    (o) => `{"delivery_id":"${o.deliveryId}","row":${o.row},"role":"${o.role}","person_id":${o.personId}}`,
  );
  // Ids as text: a JSON number of 60 bits would lose digits in JavaScript.
  const facts = (await factsInForce(tx, period)).map((f) =>
    JSON.stringify({
      household_id: f.householdId,
      person_id: f.personId,
      input: f.input,
      value: f.value,
      as_of: f.asOf,
      valid_until: f.validUntil,
    }),
  );
  return { links: linesOf('links', links), facts: linesOf('facts', facts) };
}

function linesOf(name: string, lines: readonly string[]): Lines | null {
  if (lines.length === 0) return null;
  const text = `${lines.join('\n')}\n`;
  return { path: `decided/${name}-${createHash('sha256').update(text).digest('hex')}.ndjson`, text };
}

/** Lake paths that what people decided by now has, or would have: equal when nothing was decided meanwhile. */
export async function decidedNow(tx: Tx, period: string, deliveryIds: readonly string[]): Promise<Decided> {
  const { links, facts } = await decidedLines(tx, period, deliveryIds);
  return { links: links?.path ?? null, facts: facts?.path ?? null };
}

/**
 * Step `decided`, after linkage has carried decisions over to new files: keeps in the lake what people decided, so that every later
 * step reads the same and the run can be told again. Gives the two lake paths (Decided).
 */
export const decidedStep: Step = async (context) => {
  const { bundle, db, lake, period } = context;
  const files: StagedFile[] = [];
  const decided = await db.withActor(system(`月度运行 ${period} 取人的决定`), async (tx) => {
    const deliveries = await currentDeliveries(tx, bundle, period);
    const lines = await decidedLines(
      tx,
      period,
      deliveries.map((d) => d.deliveryId),
    );
    for (const kept of [lines.links, lines.facts]) {
      if (!kept || (await lake.list(tx, kept.path)).length > 0) continue;
      files.push(
        await lake.stage(kept.path, async (tmp) => {
          await writeFile(tmp, kept.text, { mode: 0o600 });
          return kept.text.split('\n').length - 1;
        }),
      );
    }
    return { links: lines.links?.path ?? null, facts: lines.facts?.path ?? null };
  });
  return { files, write: async () => decided };
};
