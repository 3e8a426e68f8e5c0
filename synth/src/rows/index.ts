import { assistance, medical, monitored } from './aid.ts';
import {
  company,
  custody,
  disability,
  employment,
  housing,
  land,
  migrantWork,
  pension,
  school,
  unemployment,
  vehicle,
} from './means.ts';
import type { Rows } from './people.ts';
import { deathsCremation, deathsHealth, deathsPolice, incident, marriage, moves, population } from './people.ts';

/** Who writes which feed. */
export const FEED_ROWS: Record<string, Rows> = {
  population,
  moves,
  'deaths-police': deathsPolice,
  'deaths-health': deathsHealth,
  'deaths-cremation': deathsCremation,
  incident,
  marriage,
  employment,
  pension,
  unemployment,
  'migrant-work': migrantWork,
  school,
  disability,
  vehicle,
  housing,
  company,
  custody,
  land,
  assistance,
  monitored,
  medical,
};
