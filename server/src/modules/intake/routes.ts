/** The HTTP handlers of intake, by what they are about. */
export { departmentRoutes } from './quality/routes.ts';
