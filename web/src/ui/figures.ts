/** Takes an exact decimal string in yuan and gives it with thousands separators; no float is made of it. */
export function yuan(amount: string): string {
  const [whole = '0', rest] = amount.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return rest === undefined ? grouped : `${grouped}.${rest}`;
}

/** Gives a count with thousands separators. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Gives a share as a percentage with one digit, or a dash when there is nothing to divide by. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? '—' : `${(Math.round((part * 1000) / whole) / 10).toFixed(1)}%`;
}

/** Takes an ISO instant and gives 'YYYY-MM-DD HH:MM' in Asia/Shanghai. */
export function minute(instant: string): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return instant;
  const text = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Asia/Shanghai',
    dateStyle: 'short',
    timeStyle: 'short',
  }).format(at);
  return text.replace(',', '');
}

/** Gives the civil date of an ISO instant in Asia/Shanghai, 'YYYY-MM-DD'. */
export function civilDate(instant: string): string {
  return minute(instant).slice(0, 10);
}

/** A random UUID v4; made by hand because `randomUUID` is missing on plain-http addresses of a county's own network. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
