import { routes as contracts, type Role, type RouteKey } from '@doudi/contracts';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Auth } from '../../platform/auth/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { forbidden } from '../../platform/errors.ts';
import type { Call, Route, RoutesOf } from '../../platform/route.ts';
import { RequestInvalid, SignedOut } from './errors.ts';
import { webHeaders } from './sign-in.ts';

interface Contract {
  roles: readonly Role[];
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  response: z.ZodType;
  /** The largest body, where it is not the usual one: a file in pieces. */
  bodyBytes?: number;
}

/**
 * Registers every route of the contracts: validate, authorise, transact, present.
 * @param options.secondFactor nothing but one's own session is answered before a second factor is enrolled (等保 2.0 三级: 双因素)
 * @param options.unchecked for the access tests only: leaves out the check of roles, so that the database alone holds
 */
export function dispatch(
  app: FastifyInstance,
  table: RoutesOf<RouteKey>,
  options: { auth: Auth; db: Database; secondFactor: boolean; unchecked: boolean },
): void {
  for (const key of Object.keys(contracts) as RouteKey[]) {
    const contract: Contract = contracts[key];
    // The table is typed key by key; here every route is one of the same general shape.
    const route = table[key] as unknown as Route<RouteKey>;
    const [method, url] = key.split(' ') as ['GET' | 'POST', string];
    app.route({
      method,
      url,
      ...(contract.bodyBytes ? { bodyLimit: contract.bodyBytes } : {}),
      handler: async (request, reply) => {
        const account = await options.auth.session(webHeaders(request));
        if (!account) throw new SignedOut();
        if (account.cookies.length > 0) reply.header('set-cookie', account.cookies);
        const part = (schema: z.ZodType | undefined, value: unknown) => {
          const parsed = schema?.safeParse(value ?? {});
          if (parsed && !parsed.success) throw new RequestInvalid(parsed.error);
          return parsed?.data;
        };
        const params = part(contract.params, request.params) as Call<RouteKey>['params'];
        const query = part(contract.query, request.query) as Call<RouteKey>['query'];
        const body = part(contract.body, request.body) as Call<RouteKey>['body'];
        const purpose = typeof route.purpose === 'string' ? route.purpose : route.purpose({ params, body });
        const answer = await options.db.withActor({ id: account.id, purpose }, async (tx) => {
          if (!options.unchecked) {
            authorise(tx.actor.role, contract.roles);
            if (options.secondFactor && !account.twoFactorEnabled && key !== 'GET /api/me') throw factorMissing();
          }
          const call: Call<RouteKey> = { tx, account, params, query, body };
          const given = await route.handle(call);
          if (route.audit) tx.audit(route.audit(call, given));
          return given;
        });
        // Only what the contract names leaves the house.
        return await reply.send(contract.response.parse(answer));
      },
    });
  }
}

const factorMissing = () =>
  forbidden('second-factor-missing', '本账号还没有开启二次验证', '请先在“本人设置”中开启二次验证，再办理业务');

function authorise(role: string, allowed: readonly Role[]): void {
  if (role === 'none') throw forbidden('no-role', '本账号还没有角色，或已停用', '请联系安全管理员授予角色和区划');
  if (!(allowed as readonly string[]).includes(role))
    throw forbidden('role-unfit', '本账号的角色不能办理此事', '请使用有此职责的账号；角色由安全管理员授予');
}
