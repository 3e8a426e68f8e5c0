import { call } from '../../api/call.ts';

/** Base64 of bytes; taken in slices, since a call has only so many arguments. */
function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

/**
 * Sends a file in pieces; each is sealed where it arrives.
 * @param progress bytes sent so far
 * @returns the id under which the whole file lies
 * @throws Problem
 */
export async function sendFile(
  file: File,
  to: { feed: string; period: string },
  progress: (bytes: number) => void,
): Promise<string> {
  const upload = await call('POST /api/uploads', {
    body: { ...to, fileName: file.name.slice(-200), bytes: file.size },
  });
  for (let part = 0; part < upload.parts; part++) {
    const piece = file.slice(part * upload.partBytes, (part + 1) * upload.partBytes);
    await call('POST /api/uploads/:id/parts/:part', {
      params: { id: upload.id, part },
      body: { data: base64(new Uint8Array(await piece.arrayBuffer())) },
    });
    progress(Math.min(file.size, (part + 1) * upload.partBytes));
  }
  return upload.id;
}
