import { createHash } from 'node:crypto';

/** The text whose hash draws a link into the blind audit; `auditSql` hashes the same. */
const keyOf = (seed: string, link: { deliveryId: string; row: string; role: string }) =>
  `${seed}|${link.deliveryId}|${link.row}|${link.role}`;

/** Whether a link is one of every k for the blind audit: by its seed and place alone, so that a second run draws the same. */
export function isDrawn(every: number, seed: string, link: { deliveryId: string; row: string; role: string }): boolean {
  const digest = createHash('sha256').update(keyOf(seed, link)).digest('hex');
  return BigInt(`0x${digest.slice(0, 15)}`) % BigInt(every) === 0n;
}

/** The same draw as a condition of the engine over columns "row" and role. */
export const drawnSql = (every: number, seed: string, deliveryId: string): string =>
  `('0x' || substr(sha256('${seed.replaceAll("'", "''")}|${deliveryId}|' || "row" || '|' || role), 1, 15))::BIGINT % ${every} = 0`;

/**
 * The share of right ones among those judged, with Wilson's 95 % interval.
 * @returns null values when none was judged
 */
export function measured(
  right: number,
  judged: number,
): { share: number | null; low: number | null; high: number | null } {
  if (judged === 0) return { share: null, low: null, high: null };
  const z = 1.959964;
  const p = right / judged;
  const centre = p + (z * z) / (2 * judged);
  const spread = z * Math.sqrt((p * (1 - p) + (z * z) / (4 * judged)) / judged);
  const scale = 1 + (z * z) / judged;
  return { share: p, low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale) };
}
