import type { PlainKey, Say } from '../../language/index.tsx';

/** The actions that have a word of their own; any other is shown as the trail wrote it. */
export const namedActions = [
  'read',
  'session.open',
  'session.close',
  'session.refused',
  'session.locked',
  'account.open',
  'account.grant',
  'account.password',
  'account.second-factor.begin',
  'account.second-factor.confirm',
  'account.second-factor.end',
  'account.second-factor.codes',
  'audit.read',
  'intake.row.open',
  'intake.identity.open',
  'intake.quarantine.correct',
  'intake.quarantine.discard',
  'intake.quarantine.export',
  'intake.quarantine.open',
  'intake.release',
  'intake.upload',
  'lead.read',
  'lead.search',
  'lead.verify',
  'lead.withdraw',
  'mandate.give',
  'packs.publish',
  'quarantine.read',
  'registry.portrait',
  'registry.search',
  'registry.unmask',
  'run.step',
  'run.finish',
] as const;

/** Gives the word of an action. */
export function actionWord(action: string, say: Say): string {
  const named = namedActions.find((one) => one === action);
  if (!named) return action;
  const key: PlainKey = `action.${named}`;
  return say(key);
}
