import type { Planter } from '../planter.ts';
import {
  plantMissedLiving,
  plantMissedMargin,
  plantMissedNursing,
  plantMissedRigid,
  plantMissedSingle,
  plantMissedSubsistence,
} from './missed.ts';
import { plantBereavement, plantDisability, plantDropout, plantIncident, plantJobloss, plantMedical } from './shock.ts';
import { plantUndetermined } from './undetermined.ts';
import { plantUndueCompany, plantUndueHousing, plantUndueIncome, plantUndueVehicle } from './undue-means.ts';
import { plantUndueCertificate, plantUndueCustody, plantUndueDeath, plantUndueDouble } from './undue-members.ts';

/** Plants every cause: lasting ones once, shocks in each period. */
export function plantAll(p: Planter): void {
  for (const plant of [
    plantMissedSubsistence,
    plantMissedMargin,
    plantMissedSingle,
    plantMissedRigid,
    plantMissedLiving,
    plantMissedNursing,
    plantUndetermined,
    plantUndueDeath,
    plantUndueCustody,
    plantUndueVehicle,
    plantUndueHousing,
    plantUndueCompany,
    plantUndueIncome,
    plantUndueDouble,
    plantUndueCertificate,
  ]) {
    plant(p);
  }
  for (const { index } of p.periods) {
    plantMedical(p, index);
    plantIncident(p, index);
    plantDisability(p, index);
    plantJobloss(p, index);
    plantDropout(p, index);
    plantBereavement(p, index);
  }
}
