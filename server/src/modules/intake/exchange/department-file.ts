import { createCipheriv, createDecipheriv, createHash, pbkdf2Sync, randomBytes } from 'node:crypto';
import { invalid } from '../../../platform/errors.ts';

const MAGIC = Buffer.from('Salted__');
/** OWASP's figure for PBKDF2 with HMAC-SHA-256; the manifest names it, since openssl must be told. */
export const ITERATIONS = 600_000;
/** A password shorter than this could be tried out. */
const SHORTEST = 16;

/**
 * Encrypts a list so that a department opens it with what every machine has:
 * `openssl enc -d -aes-256-cbc -pbkdf2 -iter 600000 -md sha256 -in list.csv.enc -out list.csv`.
 * The form has no seal of its own; the manifest holds the hash of what is inside.
 * @throws password-short
 */
export function lockForDepartment(plain: Buffer, password: string): Buffer {
  const salt = randomBytes(8);
  const { key, iv } = derive(password, salt);
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  return Buffer.concat([MAGIC, salt, cipher.update(plain), cipher.final()]);
}

/**
 * The reverse of `lockForDepartment`, for an answer that came locked in the same way.
 * @throws answer-locked when it does not open with this password
 */
export function unlockFromDepartment(locked: Buffer, password: string): Buffer {
  const { key, iv } = derive(password, locked.subarray(8, 16));
  const cipher = createDecipheriv('aes-256-cbc', key, iv);
  try {
    return Buffer.concat([cipher.update(locked.subarray(16)), cipher.final()]);
  } catch {
    throw invalid('answer-locked', '反馈文件用这个口令打不开', '请核对口令文件；口令应与发出名单时的相同');
  }
}

/** Whether a file is locked in this way. */
export const isLocked = (bytes: Buffer): boolean => bytes.subarray(0, 8).equals(MAGIC);

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function derive(password: string, salt: Buffer): { key: Buffer; iv: Buffer } {
  if (password.length < SHORTEST)
    throw invalid('password-short', `口令不足 ${SHORTEST} 个字符`, '请换一个长口令；不写口令文件的内容时由程序生成');
  const made = pbkdf2Sync(password, salt, ITERATIONS, 48, 'sha256');
  return { key: made.subarray(0, 32), iv: made.subarray(32) };
}
