import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';

/** Cost of argon2id: 19 MiB, two passes, one lane, the second row of OWASP's Password Storage Cheat Sheet. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const TAG_LENGTH = 32;

type Cost = { memory: number; passes: number; parallelism: number };

/** argon2id by Node's own OpenSSL, so that no native package is needed. */
function derive(password: string, nonce: Buffer, cost: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    argon2(
      'argon2id',
      { message: Buffer.from(password.normalize('NFKC')), nonce, tagLength: TAG_LENGTH, ...cost },
      (error, key) => (error ? reject(error) : resolve(key)),
    );
  });
}

const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

/** Hashes a password; gives the PHC string `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, so that the cost can rise later. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await derive(password, nonce, COST);
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${base64(nonce)}$${base64(tag)}`;
}

/** True when the password gives the stored hash; false as well for a stored text that is no argon2id hash. */
export async function verifyPassword(stored: string, password: string): Promise<boolean> {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(stored);
  if (!found) return false;
  const [, memory, passes, parallelism, salt, hash] = found;
  const expected = Buffer.from(hash ?? '', 'base64');
  const tag = await derive(password, Buffer.from(salt ?? '', 'base64'), {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
  });
  return expected.length === tag.length && timingSafeEqual(expected, tag);
}
