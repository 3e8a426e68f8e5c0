/** The HTTP handlers of intake, by what they are about. */
export { departmentRoutes } from './quality/routes.ts';
export { intakeRoutes } from './upload/routes.ts';
