import type { RouteKey, Routes } from '@doudi/contracts';
import type { z } from 'zod';
import type { AuditEntry } from './audit/index.ts';
import type { Auth, SignedIn } from './auth/index.ts';
import type { Tx } from './database/index.ts';
import type { Lake } from './lake/index.ts';
import type { Bundle } from './packs/index.ts';

/** What the routes of every module are made with. */
export interface RouteServices {
  lake: Lake;
  bundle: Bundle;
  auth: Auth;
}

type Part<K extends RouteKey, P extends 'params' | 'query' | 'body'> = Routes[K] extends { [N in P]: infer S }
  ? S extends z.ZodType
    ? z.output<S>
    : undefined
  : undefined;

/** One request after it was validated and authorised, inside the transaction of its actor. */
export interface Call<K extends RouteKey> {
  tx: Tx;
  account: SignedIn;
  params: Part<K, 'params'>;
  query: Part<K, 'query'>;
  body: Part<K, 'body'>;
}

/** What a route answers; it is validated by the contract before it leaves. */
export type Answer<K extends RouteKey> = z.input<Routes[K]['response']>;

/** A route of the contracts: entry/http validates, authorises, transacts and presents; this is the middle. */
export interface Route<K extends RouteKey> {
  /** Kept with every audit entry of the request. */
  purpose: string | ((call: { params: Call<K>['params']; body: Call<K>['body'] }) => string);
  /** The audit entry of a reading of persons' data; changes write their own in the command. */
  audit?: (call: Call<K>, answer: Answer<K>) => AuditEntry;
  handle(call: Call<K>): Promise<Answer<K>>;
}

/** Routes of one module, by their key in contracts. */
export type RoutesOf<K extends RouteKey> = { [P in K]: Route<P> };
