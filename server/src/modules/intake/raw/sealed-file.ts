import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { openWith, sealWith } from '../../../platform/crypto/index.ts';
import { failed } from '../../../platform/errors.ts';

/** Plain bytes of a frame; each frame is sealed on its own, so that a place in the file opens without the rest. */
export const FRAME = 64 * 1024;
const OVERHEAD = 28;
const MAGIC = Buffer.from('DOUDI-SEALED-1\0\0');
/** Length of the sealed note, at the very end. */
const TAIL = 4;

/** What stands sealed at the end of the file, beside its frames. */
export interface SealedNote {
  bytes: number;
  [key: string]: unknown;
}

const frameContext = (context: string, frame: number) => `${context}/frame/${frame}`;
const noteContext = (context: string, size: number) => `${context}/note/${size}`;

/**
 * Encrypts files in frames, as one, each behind the one before. The layout is magic ‖ frames ‖ sealed note (JSON) ‖ its length.
 * @param key data key of 32 bytes; without it nothing opens again, which is how a file is destroyed
 * @param context binds every frame to its place, so that frames cannot be moved or exchanged
 * @param each sees (and may change) the plain bytes of a chunk before they are sealed
 */
export async function sealFile(
  source: string | readonly string[],
  target: string,
  key: Buffer,
  context: string,
  note: (bytes: number) => Record<string, unknown>,
  each?: (chunk: Buffer, at: number) => void,
): Promise<void> {
  const output = openSync(target, 'w', 0o600);
  try {
    writeSync(output, MAGIC);
    const block = Buffer.allocUnsafe(FRAME * 16);
    let at = 0;
    let filled = 0;
    // Frames must be full but for the very last, so a block is sealed only when it is full or nothing more comes.
    const seal = () => {
      const chunk = block.subarray(0, filled);
      each?.(chunk, at);
      for (let from = 0; from < filled; from += FRAME) {
        const plain = chunk.subarray(from, Math.min(from + FRAME, filled));
        writeWhole(output, sealWith(key, plain, frameContext(context, (at + from) / FRAME)));
      }
      at += filled;
      filled = 0;
    };
    for (const path of typeof source === 'string' ? [source] : source) {
      const input = await open(path, 'r');
      try {
        for (;;) {
          const { bytesRead } = await input.read(block, filled, block.length - filled, null);
          if (bytesRead === 0) break;
          filled += bytesRead;
          if (filled === block.length) seal();
        }
      } finally {
        await input.close();
      }
    }
    if (filled > 0) seal();
    const sealed = sealWith(key, Buffer.from(JSON.stringify({ ...note(at), bytes: at })), noteContext(context, at));
    const tail = Buffer.alloc(TAIL);
    tail.writeUInt32LE(sealed.length);
    writeWhole(output, sealed);
    writeWhole(output, tail);
  } finally {
    closeSync(output);
  }
}

/** A sealed file opened for reading; `close` it. */
export interface SealedReader {
  note: SealedNote;
  /** Plain bytes [from, to), clipped to the file's end. */
  read(from: number, to: number): Buffer;
  close(): void;
}

/**
 * Opens a sealed file.
 * @throws sealed-damaged when bytes, key or context do not fit
 */
export async function openSealedFile(path: string, key: Buffer, context: string): Promise<SealedReader> {
  const { size } = await stat(path);
  const handle = openSync(path, 'r');
  try {
    const damaged = () => failed('sealed-damaged', `密文文件已损坏（${context}）`, '请用备份恢复数据目录');
    if (size < MAGIC.length + TAIL || !readAt(handle, 0, MAGIC.length).equals(MAGIC)) throw damaged();
    const noteSize = readAt(handle, size - TAIL, TAIL).readUInt32LE();
    const body = size - MAGIC.length - TAIL - noteSize;
    if (body < 0) throw damaged();
    // The number of plain bytes follows from the size; it is part of the note's context, so a cut file shows.
    const frames = Math.ceil(body / (FRAME + OVERHEAD));
    const bytes = body - frames * OVERHEAD;
    const sealed = readAt(handle, MAGIC.length + body, noteSize);
    const note = JSON.parse(openWith(key, sealed, noteContext(context, bytes)).toString('utf8')) as SealedNote;
    return {
      note,
      read(from, to) {
        const parts: Buffer[] = [];
        const end = Math.min(to, bytes);
        for (let frame = Math.floor(from / FRAME); frame * FRAME < end; frame++) {
          const length = Math.min(FRAME, bytes - frame * FRAME) + OVERHEAD;
          const cipher = readAt(handle, MAGIC.length + frame * (FRAME + OVERHEAD), length);
          const plain = openWith(key, cipher, frameContext(context, frame));
          parts.push(plain.subarray(Math.max(0, from - frame * FRAME), Math.min(plain.length, end - frame * FRAME)));
        }
        return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
      },
      close: () => closeSync(handle),
    };
  } catch (error) {
    closeSync(handle);
    throw error;
  }
}

/**
 * Decrypts a sealed file into plain ones (for the batch engine; the caller removes them).
 * @param targets paths for its pieces, by how many bytes each has; one piece when the note names no `pieces`
 */
export async function unsealFile(
  path: string,
  key: Buffer,
  context: string,
  targets: (pieces: number) => readonly string[],
): Promise<readonly string[]> {
  const reader = await openSealedFile(path, key, context);
  try {
    const pieces = (reader.note.pieces as number[] | undefined) ?? [reader.note.bytes];
    const paths = targets(pieces.length);
    let from = 0;
    for (const [i, size] of pieces.entries()) {
      const output = openSync(paths[i] as string, 'wx', 0o600);
      try {
        const to = from + size;
        for (let at = from; at < to; at += FRAME * 16)
          writeWhole(output, reader.read(at, Math.min(to, at + FRAME * 16)));
      } finally {
        closeSync(output);
      }
      from += size;
    }
    return paths;
  } finally {
    reader.close();
  }
}

function readAt(handle: number, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  let got = 0;
  while (got < length) {
    const n = readSync(handle, buffer, got, length - got, position + got);
    if (n === 0) break;
    got += n;
  }
  return buffer.subarray(0, got);
}

function writeWhole(handle: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
}
