import type { RouteKey } from '@doudi/contracts';
import { assessmentRoutes } from '../../modules/assessment/routes.ts';
import { caseworkRoutes } from '../../modules/casework/routes.ts';
import { indicatorsRoutes } from '../../modules/indicators/routes.ts';
import { departmentRoutes, intakeRoutes } from '../../modules/intake/routes.ts';
import { monitoringRoutes } from '../../modules/monitoring/routes.ts';
import { registryRoutes } from '../../modules/registry/routes.ts';
import type { RouteServices, RoutesOf } from '../../platform/route.ts';
import { administrationRoutes } from './routes/administration.ts';
import { auditRoutes } from './routes/audit.ts';
import { householdRoutes } from './routes/households.ts';
import { requestRoutes } from './routes/requests.ts';
import { sessionRoutes } from './routes/session.ts';

/** Every route of the contracts with the module that answers it; one without an answer is a type error here. */
export function routesOf(services: RouteServices): RoutesOf<RouteKey> {
  return {
    ...sessionRoutes(services),
    ...administrationRoutes(services),
    ...auditRoutes(),
    ...indicatorsRoutes(services),
    ...departmentRoutes(services),
    ...intakeRoutes(services),
    ...monitoringRoutes(services),
    ...caseworkRoutes(services),
    ...registryRoutes(),
    ...assessmentRoutes(services),
    ...householdRoutes(services),
    ...requestRoutes(),
  };
}
