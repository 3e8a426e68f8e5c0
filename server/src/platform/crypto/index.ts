import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { failed } from '../errors.ts';

const NONCE = 12;
const TAG = 16;

/** The keys of one data directory; they live outside the database and are named in ADR 0006. */
export interface Keyring {
  /** AES-256-GCM with a random nonce: nonce ‖ tag ‖ ciphertext. `context` binds it to its place. */
  seal(plain: Buffer, context: string): Buffer;
  /** The reverse of `seal`; throws when the bytes or the context were changed. */
  open(sealed: Buffer, context: string): Buffer;
  /** Keyed blind index (HMAC-SHA-256, 16 bytes) of a normalised text, by which equality can be searched. */
  blindIndex(kind: string, text: string): Buffer;
  /** HMAC-SHA-256 for the audit chain. */
  chain(previous: Buffer, entry: string): Buffer;
  /** A fresh 32-byte data key and the same key wrapped, for what must be destroyable on its own. */
  newDataKey(context: string): { key: Buffer; wrapped: Buffer };
  unwrapDataKey(wrapped: Buffer, context: string): Buffer;
}

/** Encrypts with a given 32-byte key; layout nonce ‖ tag ‖ ciphertext. */
export function sealWith(key: Buffer, plain: Buffer, context: string): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(context));
  const body = cipher.update(plain);
  cipher.final();
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** The reverse of `sealWith`; throws `sealed-damaged` when key, context or bytes do not fit. */
export function openWith(key: Buffer, sealed: Buffer, context: string): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE));
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
    const plain = decipher.update(sealed.subarray(NONCE + TAG));
    decipher.final();
    return plain;
  } catch {
    throw failed('sealed-damaged', `密文无法解开（${context}）`, '文件被改动，或密钥不属于本数据目录；请用备份恢复');
  }
}

/** Makes the keyring from a 32-byte master secret. */
export function keyringFrom(master: Buffer): Keyring {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), purpose, 32));
  const sealKey = derive('doudi seal');
  const indexKey = derive('doudi blind index');
  const chainKey = derive('doudi audit chain');
  const wrapKey = derive('doudi wrap');
  return {
    seal: (plain, context) => sealWith(sealKey, plain, context),
    open: (sealed, context) => openWith(sealKey, sealed, context),
    blindIndex: (kind, text) =>
      createHmac('sha256', indexKey).update(kind).update('\0').update(text).digest().subarray(0, 16),
    chain: (previous, entry) => createHmac('sha256', chainKey).update(previous).update(entry).digest(),
    newDataKey(context) {
      const key = randomBytes(32);
      return { key, wrapped: sealWith(wrapKey, key, context) };
    },
    unwrapDataKey: (wrapped, context) => openWith(wrapKey, wrapped, context),
  };
}

/** Reads the master secret of a data directory, or makes one (mode 0600) when there is none. */
export function openKeyring(file: string): Keyring {
  let text: string | undefined;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    text = randomBytes(32).toString('hex');
    writeFileSync(file, `${text}\n`, { mode: 0o600, flag: 'wx' });
  }
  const master = Buffer.from(text.trim(), 'hex');
  if (master.length !== 32) {
    throw failed(
      'key-damaged',
      '主密钥文件已损坏（keys/master.hex）',
      '请从备份恢复 keys 目录，切勿新建密钥：已有密文会打不开',
    );
  }
  return keyringFrom(master);
}
