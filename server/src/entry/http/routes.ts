import type { RouteServices } from '../../platform/route.ts';
import { administrationRoutes } from './routes/administration.ts';
import { auditRoutes } from './routes/audit.ts';
import { sessionRoutes } from './routes/session.ts';

/** Every route of the contracts with the module that answers it. */
export function routesOf(services: RouteServices) {
  return {
    ...sessionRoutes(services),
    ...administrationRoutes(services),
    ...auditRoutes(),
  };
}
