import { randomUUID } from 'node:crypto';
import type { ErrorBody } from '@doudi/contracts';
import { z } from 'zod';
import { DoudiError } from '../../platform/errors.ts';
import type { Log } from './log.ts';

const STATUS: Record<DoudiError['kind'], number> = {
  usage: 400,
  invalid: 422,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  failed: 500,
};

/** A request that did not fit its contract: which fields, and why, without the values. */
export class RequestInvalid extends Error {
  readonly fields: { path: string; message: string }[];

  constructor(error: z.ZodError) {
    super('request-invalid');
    this.fields = error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }));
  }
}

/** Nobody is signed in, or the session ended. */
export class SignedOut extends Error {}

/** Any thrown thing as an HTTP answer; what is not known answers an incident number and is logged by it. */
export function answerOf(error: unknown, log: Log): { status: number; body: ErrorBody } {
  if (error instanceof SignedOut)
    return { status: 401, body: { code: 'signed-out', message: '尚未登录，或登录已过期', cure: '请重新登录' } };
  if (error instanceof RequestInvalid)
    return {
      status: 400,
      body: {
        code: 'request-invalid',
        message: '提交的内容不符合要求',
        cure: '请按下列各项更正后重新提交',
        fields: error.fields,
      },
    };
  if (error instanceof DoudiError) {
    const status = STATUS[error.kind];
    if (status >= 500) log({ level: 'error', event: 'failed', code: error.code });
    return { status, body: { code: error.code, message: error.message, cure: error.cure } };
  }
  const code = codeOf(error);
  // The database refused the row to this actor: the application's checks should have come first.
  if (code === '42501') {
    log({ level: 'warn', event: 'refused-by-database', stack: framesOf(error) });
    return {
      status: 403,
      body: { code: 'out-of-sight', message: '不在本账号的职权范围内', cure: '请联系有管辖权的经办人员' },
    };
  }
  // An identifier in an address that is none (no number, or too large for one).
  if (code === '22P02' || code === '22003') {
    log({ level: 'warn', event: 'identifier', code, stack: framesOf(error) });
    return { status: 404, body: { code: 'no-such-row', message: '没有这个编号', cure: '请从列表重新打开' } };
  }
  const status = statusOf(error);
  if (status !== undefined)
    return {
      status,
      body: { code: code ?? 'request-refused', message: REFUSED[status] ?? '请求无法处理', cure: '请检查后重试' },
    };
  const incident = randomUUID().slice(0, 8);
  log({ level: 'error', event: 'incident', incident, code, name: nameOf(error), stack: framesOf(error) });
  return {
    status: 500,
    body: {
      code: 'incident',
      message: `系统出错，未能完成（事件号 ${incident}）`,
      cure: '请稍后重试；仍不行时，把事件号告诉系统管理员',
    },
  };
}

const REFUSED: Record<number, string> = {
  400: '请求的格式不对',
  404: '没有这个地址',
  413: '提交的内容太大',
  415: '请求的内容类型不对，只收 JSON',
};

const codeOf = (error: unknown) =>
  error && typeof error === 'object' && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Fastify's own refusals (too large, not JSON) carry a status below 500. */
function statusOf(error: unknown): number | undefined {
  const status = error && typeof error === 'object' && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

const nameOf = (error: unknown) => {
  if (error instanceof z.ZodError) return `ZodError ${error.issues.map((i) => i.path.map(String).join('.')).join(' ')}`;
  return error instanceof Error ? error.name : typeof error;
};

/** Where it happened, without the message: a database's message may hold a value of the row. */
const framesOf = (error: unknown) =>
  error instanceof Error
    ? (error.stack ?? '')
        .split('\n')
        .filter((line) => /^\s+at /.test(line))
        .slice(0, 8)
        .map((line) => line.trim())
    : [];
