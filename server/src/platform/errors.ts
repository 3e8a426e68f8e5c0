/** An error a user can act on: `message` says what and where, `cure` how to mend it; neither holds personal data. */
export class DoudiError extends Error {
  readonly code: string;
  readonly cure: string;
  /** HTTP answers derive their status from the kind, once, in entry/http. */
  readonly kind: 'usage' | 'not-found' | 'forbidden' | 'conflict' | 'invalid' | 'failed';

  constructor(kind: DoudiError['kind'], code: string, message: string, cure: string) {
    super(message);
    this.name = 'DoudiError';
    this.kind = kind;
    this.code = code;
    this.cure = cure;
  }
}

export const usage = (code: string, message: string, cure: string) => new DoudiError('usage', code, message, cure);
export const notFound = (code: string, message: string, cure: string) =>
  new DoudiError('not-found', code, message, cure);
export const forbidden = (code: string, message: string, cure: string) =>
  new DoudiError('forbidden', code, message, cure);
export const conflict = (code: string, message: string, cure: string) =>
  new DoudiError('conflict', code, message, cure);
export const invalid = (code: string, message: string, cure: string) => new DoudiError('invalid', code, message, cure);
export const failed = (code: string, message: string, cure: string) => new DoudiError('failed', code, message, cure);
