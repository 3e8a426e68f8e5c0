export { giveMandate, giveRole, listMandates, listUsers, openUser } from './accounts.ts';
export type { AttemptLimits } from './attempts.ts';
export { type DemoAccount, readDemoAccounts, seedDemoAccounts } from './demo.ts';
export { type Auth, openAuth, type SignedIn } from './library.ts';
export { type OidcSettings, oidcFromEnvironment } from './options.ts';
export { type DivisionRow, findDivisions, findMandates, findPeriods } from './store.ts';
