import { administration } from './administration.ts';
import { codes } from './codes.ts';
import { households } from './households.ts';
import { leads } from './leads.ts';
import { month } from './month.ts';
import { policies } from './policies.ts';
import { shell } from './shell.ts';

/** Every text of the desk in Chinese; the keys are the list that each other language must keep. */
export const zh = { ...shell, ...codes, ...leads, ...households, ...month, ...administration, ...policies } as const;
