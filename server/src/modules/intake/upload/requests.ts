import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Json } from '../../../platform/jobs/json.ts';
import { type RequestContext, type RequestKind, requestKind } from '../../../platform/jobs/request-kind.ts';
import type { StepOutput } from '../../../platform/jobs/step.ts';
import { type IntakeDeps, type IntakeInput, intakeFile } from '../commands/intake-file.ts';
import { previewFile } from '../commands/preview-file.ts';
import { releaseRows } from '../quarantine/release.ts';
import { getUpload, openParts, removeUpload } from './store.ts';

const Uploaded = z.strictObject({ uploadId: z.string() });
const Chosen = z.strictObject({ feed: z.string(), period: z.string(), ids: z.array(z.string()).nullable() });

/**
 * The long work of intake that the desk may ask for: preview and taking in of an uploaded file, release of rows.
 * @param divisionCodes as IntakeDeps wants it; the registry, which intake does not know, gives it
 */
export function intakeRequests(divisionCodes: IntakeDeps['divisionCodes']): readonly RequestKind[] {
  return [
    requestKind('intake-preview', Uploaded, (context, { uploadId }) =>
      withUpload(context, uploadId, divisionCodes, async (deps, input) => result(await previewFile(deps, input))),
    ),
    requestKind('intake-take', Uploaded, (context, { uploadId }) =>
      withUpload(context, uploadId, divisionCodes, async (deps, input) => {
        const taken = await intakeFile(deps, input);
        return result(taken, uploadId);
      }),
    ),
    requestKind('intake-release', Chosen, async (context, { feed, period, ids }) => {
      const { progress: _, ...deps } = { ...context, divisionCodes };
      const released = await releaseRows(deps, { feed, period, which: ids ?? 'corrected', by: context.asker.id });
      return result({ ...released, failed: released.failed.length });
    }),
  ];
}

/** Writes an upload into a plain file of a work folder for as long as the work lasts. */
async function withUpload(
  context: RequestContext,
  uploadId: string,
  divisionCodes: IntakeDeps['divisionCodes'],
  work: (deps: IntakeDeps, input: IntakeInput) => Promise<StepOutput>,
): Promise<StepOutput> {
  const dir = await context.lake.workDir('upload');
  try {
    const file = join(dir, 'upload');
    const upload = await context.asAsker(async (tx) => {
      const found = await getUpload(tx, uploadId);
      for await (const part of openParts(tx, uploadId)) await writeFile(file, part, { flag: 'a', mode: 0o600 });
      return found;
    });
    context.progress('读取文件', 0, upload.bytes);
    return await work(
      {
        ...context,
        divisionCodes,
        progress: (bytes) => context.progress('核对每一行', Math.min(bytes, upload.bytes), upload.bytes),
      },
      { file, feed: upload.feed, period: upload.period, fileName: upload.fileName, receivedAt: context.clock.now() },
    );
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const result = (value: object, uploadId?: string): StepOutput => ({
  files: [],
  async write(tx) {
    // Taken in, the file is in the lake; its pieces have done their service.
    if (uploadId) await removeUpload(tx, uploadId);
    return JSON.parse(JSON.stringify(value)) as Json;
  },
});
