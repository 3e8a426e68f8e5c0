import type { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Keyring } from '../crypto/index.ts';
import type { Acting, Database, Tx } from '../database/index.ts';
import type { Engine } from '../engine/index.ts';
import type { Lake } from '../lake/index.ts';
import type { Bundle } from '../packs/index.ts';
import type { StepOutput } from './step.ts';

/** What the handler of a request is given. */
export interface RequestContext {
  requestId: string;
  /** Who asked, with the role and sight they hold now; what is read of the lake is narrowed to `divisionIds`. */
  asker: Acting;
  /** One transaction with the asker's sight. */
  asAsker<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  db: Database;
  lake: Lake;
  engine: Engine;
  clock: Clock;
  keys: Keyring;
  bundle: Bundle;
  /** Tells who asked how far it is; `done` of `total` in any unit, and no personal data in the text. */
  progress(text: string, done?: number, total?: number): void;
}

/** One kind of long work: a module adds it in its batch.ts, and entry/worker/request-kinds.ts lists it. */
export interface RequestKind {
  kind: string;
  /** Computes outside any transaction; `write` of what it gives runs as the system, and its value is the request's result. */
  run(context: RequestContext, input: unknown): Promise<StepOutput>;
}

/**
 * A kind of long work with its input checked once more where it is done.
 * @param kind kebab-case, the same that is given to askRequest
 * @param run may be begun more than once (its worker killed), as a Step may; a DoudiError thrown is shown to who asked
 */
export function requestKind<S extends z.ZodType>(
  kind: string,
  input: S,
  run: (context: RequestContext, input: z.output<S>) => Promise<StepOutput>,
): RequestKind {
  return { kind, run: (context, given) => run(context, input.parse(given)) };
}
