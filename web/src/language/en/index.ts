import { administration } from './administration.ts';
import { codes } from './codes.ts';
import { departments } from './departments.ts';
import { households } from './households.ts';
import { intake } from './intake.ts';
import { leads } from './leads.ts';
import { linkage } from './linkage.ts';
import { month } from './month.ts';
import { policies } from './policies.ts';
import { shell } from './shell.ts';

/** Every text of the desk in English; each part is checked against the Chinese part, so a missing text is a type error. */
export const en = {
  ...shell,
  ...codes,
  ...intake,
  ...leads,
  ...households,
  ...linkage,
  ...month,
  ...administration,
  ...departments,
  ...policies,
};
