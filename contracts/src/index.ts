export * from './administration.ts';
export * from './codes.ts';
export * from './errors.ts';
export * from './households.ts';
export * from './leads.ts';
export * from './month.ts';
export * from './routes.ts';
export * from './session.ts';
