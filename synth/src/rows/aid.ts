import type { Period } from '../calendar.ts';
import type { Row } from '../feed-file.ts';
import type { Award, Household, World } from '../world.ts';
import { isRegistered } from './people.ts';

/** Rows of ended awards stay in the file for two years. */
const KEPT_DAYS = 730;

function programmeText(award: Award, h: Household): string {
  if (award.programme === 'subsistence') return h.rural ? '=农村低保' : '=城市低保';
  return award.programme;
}

/** 社会救助在册与发放. */
export function* assistance(world: World, period: Period): Generator<Row> {
  for (const h of world.households) {
    if (h.awards.length === 0) continue;
    for (const a of h.awards) {
      if (a.started > period.end) continue;
      const stopped = a.stopped !== undefined && a.stopped <= period.end ? a.stopped : undefined;
      if (stopped !== undefined && stopped < period.start - KEPT_DAYS) continue;
      const applicant = h.members[0];
      if (applicant === undefined) continue;
      for (const p of a.members) {
        yield {
          // The order of the contract's citizen-number columns: the applicant's, then the member's.
          owners: [applicant, p],
          shield: 1,
          values: {
            award_no: a.number,
            programme: programmeText(a, h),
            head_number: applicant.number,
            head_name: applicant.name,
            number: p.number,
            name: p.name,
            persons: a.members.length,
            month: period.month,
            amount: a.amount,
            started: a.started,
            stopped,
            status: stopped === undefined ? 'active' : 'stopped',
            declared_other_income: a.declared,
            township: h.village.town,
            account: a.account,
          },
        };
      }
    }
  }
}

/** 防返贫监测对象. */
export function* monitored(world: World, period: Period): Generator<Row> {
  for (const h of world.households) {
    const m = h.monitored;
    const head = h.members.find((x) => isRegistered(x, period.index));
    if (m === undefined || head === undefined || m.identified > period.end) continue;
    yield {
      owners: [head],
      shield: h.shield,
      values: {
        household_no: m.number,
        number: head.number,
        name: head.name,
        type: m.type,
        identified: m.identified,
        risk: m.risk,
        removed: m.removed ? 'yes' : 'no',
        persons: h.members.length,
      },
    };
  }
}

/** 医保结算. */
export function* medical(world: World, period: Period): Generator<Row> {
  for (const h of world.households) {
    for (const p of h.members) {
      for (const s of p.settlements ?? []) {
        if (s.delivered !== period.index) continue;
        const covered = s.total - s.selfPay;
        const insurance = Math.floor(covered * 0.8);
        const aid = h.awards.length > 0 ? Math.floor((covered - insurance) / 2) : 0;
        yield {
          owners: [p],
          shield: h.shield,
          values: {
            settlement: s.id,
            number: p.number,
            name: p.name,
            hospital: s.hospital,
            admitted: s.kind === 'inpatient' ? s.settled - s.stay : undefined,
            discharged: s.kind === 'inpatient' ? s.settled : undefined,
            settled: s.settled,
            kind: s.kind,
            total: s.total,
            insurance,
            serious: covered - insurance - aid,
            aid,
            self_pay: s.selfPay,
            diagnosis: s.diagnosis,
          },
        };
      }
    }
  }
}
