import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { FRAME, openSealedFile, sealFile, unsealFile } from './sealed-file.ts';

let dir: string;
const key = randomBytes(32);
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'doudi-sealed-'));
});
after(() => rm(dir, { recursive: true }));

async function sealed(plain: Buffer, name: string): Promise<string> {
  await writeFile(join(dir, `${name}.plain`), plain);
  await sealFile(join(dir, `${name}.plain`), join(dir, name), key, 'trial', () => ({ word: '记' }));
  return join(dir, name);
}

test('any range of a sealed file opens as it was, at every size around a frame', async () => {
  for (const size of [0, 1, FRAME - 1, FRAME, FRAME + 1, FRAME * 16, FRAME * 16 + 7, FRAME * 17]) {
    const plain = randomBytes(size);
    const reader = await openSealedFile(await sealed(plain, `s${size}`), key, 'trial');
    assert.equal(reader.note.bytes, size);
    assert.equal(reader.note.word, '记');
    fc.assert(
      fc.property(fc.nat(size), fc.nat(size), (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        assert.ok(reader.read(from, to).equals(plain.subarray(from, to)));
      }),
      { numRuns: 20, seed: 9 },
    );
    reader.close();
    await rm(join(dir, 'out'), { force: true });
    await unsealFile(join(dir, `s${size}`), key, 'trial', () => [join(dir, 'out')]);
    assert.ok((await readFile(join(dir, 'out'))).equals(plain));
  }
});

test('a changed byte, a cut, an exchanged frame, another key or another place do not open', async () => {
  const path = await sealed(randomBytes(FRAME * 3 + 100), 'whole');
  const bytes = await readFile(path);
  const frame = FRAME + 28;
  const tries: Buffer[] = [bytes.subarray(0, bytes.length - 1), bytes.subarray(frame), bytes.subarray(0, 20)];
  for (const at of [3, 40, 20 + frame, bytes.length - 10]) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    tries.push(changed);
  }
  const start = 16;
  tries.push(
    Buffer.concat([
      bytes.subarray(0, start),
      bytes.subarray(start + frame, start + 2 * frame),
      bytes.subarray(start, start + frame),
      bytes.subarray(start + 2 * frame),
    ]),
  );
  for (const [i, content] of tries.entries()) {
    const target = join(dir, `try${i}`);
    await writeFile(target, content);
    await assert.rejects(
      unsealFile(target, key, 'trial', () => [join(dir, `plain${i}`)]),
      { code: 'sealed-damaged' },
      `try ${i}`,
    );
  }
  await assert.rejects(openSealedFile(path, randomBytes(32), 'trial'), { code: 'sealed-damaged' });
  await assert.rejects(openSealedFile(path, key, 'elsewhere'), { code: 'sealed-damaged' });
});
