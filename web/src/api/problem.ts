import type { ErrorBody } from '@doudi/contracts';

/** A failed request: `status` is 0 when the network did not answer, else the HTTP status; `body` says what happened and how to mend it. */
export class Problem extends Error {
  readonly status: number;
  readonly body: ErrorBody;

  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.status = status;
    this.body = body;
  }

  /** True when the same request may succeed later without anybody changing it. */
  get passing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** Takes whatever was thrown and gives a Problem, so that every screen can show cause and cure. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  return new Problem(-1, { code: 'screen', message: '', cure: '' });
}
