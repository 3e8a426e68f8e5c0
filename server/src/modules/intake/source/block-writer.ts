import { closeSync, openSync, writeSync } from 'node:fs';

const CHUNK = 1 << 20;

/** Appends to a file in large blocks. */
export class BlockWriter {
  readonly path: string;
  readonly #handle: number;
  readonly #block = Buffer.allocUnsafe(CHUNK);
  #used = 0;

  constructor(path: string) {
    this.path = path;
    this.#handle = openSync(path, 'wx', 0o600);
  }

  text(line: string): void {
    if (this.#used + line.length * 3 > CHUNK) this.flush();
    this.#used += this.#block.write(line, this.#used);
  }

  double(value: number): void {
    if (this.#used + 8 > CHUNK) this.flush();
    this.#used = this.#block.writeDoubleLE(value, this.#used);
  }

  flush(): void {
    writeAll(this.#handle, this.#block.subarray(0, this.#used));
    this.#used = 0;
  }

  close(): void {
    this.flush();
    closeSync(this.#handle);
  }
}

/** Writes all the bytes, however many the system takes at a time. */
export function writeAll(handle: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
}
