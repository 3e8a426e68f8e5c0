import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { sql } from '../database/index.ts';
import { literal } from '../engine/index.ts';
import { invalid } from '../errors.ts';
import { type RequestKind, requestKind } from './request-kind.ts';

/** Counts with the engine what the asker sees; stands still once it has begun, until a file `go` lies in the folder. */
export const slowCount = (dir: string): RequestKind =>
  requestKind('slow-count', z.object({ upTo: z.number().int() }), async (context, { upTo }) => {
    appendFileSync(join(dir, 'begun'), `${context.requestId}\n`);
    context.progress('正在数', 1, upTo);
    while (!existsSync(join(dir, 'go'))) await pause(20);
    const [row] = await context.engine.all<{ n: bigint }>(`SELECT count(*) AS n FROM range(${upTo})`);
    const file = await context.lake.stage(`counts/${context.requestId}.parquet`, async (tmp) => {
      await context.engine.run(`COPY (SELECT 1 AS one) TO ${literal(tmp)} (FORMAT parquet)`);
      return 1;
    });
    const sight = await context.asAsker(async (tx) => tx.actor.divisionIds);
    return {
      files: [file],
      async write(tx) {
        await sql`select 1`.execute(tx.db);
        return { counted: Number(row?.n ?? 0n), sight, asker: context.asker.role };
      },
    };
  });

/** Fails as the input says: with a help for who asked, or with a message that holds what nobody should read. */
export const failing = requestKind('failing', z.object({ known: z.boolean() }), async (_context, { known }) => {
  if (known) throw invalid('too-wide', '范围太大', '请缩小范围');
  throw new Error('张三 320000198001010000');
});
