import { randomUUID } from 'node:crypto';
import { openWith, sealWith } from '../../../platform/crypto/index.ts';
import { sql, type Tx } from '../../../platform/database/index.ts';
import { conflict, invalid, notFound } from '../../../platform/errors.ts';
import { printable } from '../domain/printable.ts';

/** Bytes of a piece; the last may be shorter. */
export const PART_BYTES = 3 << 20;
/** What is larger is taken in at the terminal, where nothing has to travel in pieces. */
const MAX_BYTES = 256 << 20;

/** A file that somebody is sending. */
export interface UploadRow {
  id: string;
  feed: string;
  period: string;
  fileName: string;
  bytes: number;
  parts: number;
  received: number;
  wrapped: Buffer;
}

const contextOf = (id: string) => `intake/upload/${id}`;

/**
 * Begins an upload; what the same person was sending before, and what is left of yesterday, is removed.
 * @throws upload-too-large
 */
export async function beginUpload(
  tx: Tx,
  file: { feed: string; period: string; fileName: string; bytes: number },
): Promise<{ id: string; partBytes: number; parts: number }> {
  if (file.bytes > MAX_BYTES)
    throw invalid(
      'upload-too-large',
      '文件超过 256 MB，不能在网页上传',
      '请压缩成 zip 后再传，或由数据工程师用 doudi intake 导入',
    );
  const id = randomUUID();
  const parts = Math.ceil(file.bytes / PART_BYTES);
  await sql`delete from intake.upload where created_by = ${tx.actor.id}
    or created_at < ${new Date(tx.clock.now().getTime() - 86_400_000)}`.execute(tx.db);
  await sql`insert into intake.upload (id, feed, period, file_name, bytes, parts, wrapped, created_by, created_at)
    values (${id}, ${file.feed}, ${file.period}, ${printable(file.fileName)}, ${file.bytes}, ${parts},
      ${tx.keys.newDataKey(contextOf(id)).wrapped}, ${tx.actor.id}, ${tx.clock.now()})`.execute(tx.db);
  return { id, partBytes: PART_BYTES, parts };
}

/** @throws upload-unknown for anybody else's */
export async function getUpload(tx: Tx, id: string): Promise<UploadRow> {
  const known = /^[0-9a-f-]{36}$/.test(id)
    ? await sql<{
        id: string;
        feed: string;
        period: string;
        file_name: string;
        bytes: string;
        parts: number;
        received: number;
        wrapped: Buffer;
      }>`select u.*, (select count(*)::int from intake.upload_part p where p.upload_id = u.id) as received
        from intake.upload u where id = ${id}::uuid`.execute(tx.db)
    : { rows: [] };
  const [u] = known.rows;
  if (!u) throw notFound('upload-unknown', '没有这次上传，或已过期', '请重新选择文件上传');
  const { feed, period, parts, received, wrapped } = u;
  return { id, feed, period, fileName: u.file_name, bytes: Number(u.bytes), parts, received, wrapped };
}

/**
 * Keeps one piece, sealed; the same piece again replaces nothing.
 * @throws upload-unknown, upload-part
 */
export async function keepPart(tx: Tx, id: string, part: number, data: Buffer): Promise<{ received: number }> {
  const upload = await getUpload(tx, id);
  const size = part === upload.parts - 1 ? upload.bytes - part * PART_BYTES : PART_BYTES;
  if (part >= upload.parts || data.length !== size)
    throw invalid('upload-part', '上传的片段与文件不符', '文件可能在上传中被改动；请重新选择文件上传');
  const key = tx.keys.unwrapDataKey(upload.wrapped, contextOf(id));
  await sql`insert into intake.upload_part (upload_id, part, sealed, created_by)
    values (${id}::uuid, ${part}, ${sealWith(key, data, `${contextOf(id)}/${part}`)}, ${tx.actor.id})
    on conflict do nothing`.execute(tx.db);
  return { received: (await getUpload(tx, id)).received };
}

/** The plain pieces of a whole upload, in order. @throws upload-unknown, upload-unfinished */
export async function* openParts(tx: Tx, id: string): AsyncGenerator<Buffer> {
  const upload = await getUpload(tx, id);
  if (upload.received !== upload.parts)
    throw conflict('upload-unfinished', '文件还没有传完', '请等上传完成，或重新上传');
  const key = tx.keys.unwrapDataKey(upload.wrapped, contextOf(id));
  for (let part = 0; part < upload.parts; part++) {
    const { rows } = await sql<{ sealed: Buffer }>`select sealed from intake.upload_part
      where upload_id = ${id}::uuid and part = ${part}`.execute(tx.db);
    if (!rows[0]) throw conflict('upload-unfinished', '文件还没有传完', '请等上传完成，或重新上传');
    yield openWith(key, rows[0].sealed, `${contextOf(id)}/${part}`);
  }
}

/** Removes an upload with its pieces and key. */
export async function removeUpload(tx: Tx, id: string): Promise<void> {
  await sql`delete from intake.upload where id = ${id}::uuid`.execute(tx.db);
}
