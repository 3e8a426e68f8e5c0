import type { RouteKey, Routes } from '@doudi/contracts';
import type { z } from 'zod';
import { Problem } from './problem.ts';

type Part<K extends RouteKey, P extends string> = Routes[K] extends { [key in P]: infer S extends z.ZodType }
  ? z.input<S>
  : undefined;
type Given<K extends RouteKey> = (Part<K, 'params'> extends undefined ? object : { params: Part<K, 'params'> }) &
  (Part<K, 'query'> extends undefined ? object : { query?: Part<K, 'query'> }) &
  (Part<K, 'body'> extends undefined ? object : { body: Part<K, 'body'> });

/** What a route answers. */
export type Answer<K extends RouteKey> = z.output<Routes[K]['response']>;

type Loose = { params?: Record<string, unknown>; query?: Record<string, unknown>; body?: unknown };

/** Takes a method and an address of the same origin and gives the parsed JSON; throws Problem on anything else. */
export async function request(method: string, address: string, body?: unknown, signal?: AbortSignal): Promise<unknown> {
  let answer: Response;
  try {
    answer = await fetch(address, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
    throw new Problem(0, { code: 'offline', message: '', cure: '' });
  }
  const text = await answer.text();
  const parsed = parse(text);
  if (answer.ok && parsed !== undefined) return parsed;
  throw new Problem(answer.status, problemBody(answer.status, parsed));
}

/** Calls one route of the contracts by its key, e.g. `call('GET /api/leads/:id', { params: { id } })`. */
export async function call<K extends RouteKey>(key: K, given: Given<K>, signal?: AbortSignal): Promise<Answer<K>> {
  const { params, query, body } = given as Loose;
  const [method = 'GET', template = '/'] = key.split(' ');
  const path = template.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params?.[name] ?? '')));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  const address = search.size > 0 ? `${path}?${search}` : path;
  const value = await request(method, address, body, signal);
  return (import.meta.env.DEV ? await checked(key, value) : value) as Answer<K>;
}

async function checked(key: RouteKey, value: unknown): Promise<unknown> {
  const { routes } = await import('@doudi/contracts');
  const result = routes[key].response.safeParse(value);
  if (!result.success) console.error(`${key} does not keep its contract`, result.error.issues);
  return value;
}

function parse(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problemBody(status: number, parsed: unknown): { code: string; message: string; cure: string } {
  const body = (parsed ?? {}) as { code?: unknown; message?: unknown; cure?: unknown };
  if (typeof body.code === 'string' && typeof body.message === 'string') {
    return { ...(parsed as object), code: body.code, message: body.message, cure: String(body.cure ?? '') };
  }
  return { code: `http-${status}`, message: '', cure: '' };
}
