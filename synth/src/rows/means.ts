import type { Period } from '../calendar.ts';
import type { Row } from '../feed-file.ts';
import type { Person, World } from '../world.ts';
import { isRegistered } from './people.ts';

/** People whose rows the offices still carry: in the register, and not known to be dead for a month. */
function* carried(world: World, period: Period): Generator<Person> {
  for (const h of world.households) {
    for (const p of h.members) {
      if (!isRegistered(p, period.index)) continue;
      const d = p.death;
      const known =
        d !== undefined && [d.police, d.health, d.cremation].some((i) => i !== undefined && i <= period.index);
      if (d !== undefined && known && d.died < period.start) continue;
      yield p;
    }
  }
}

/** 参保就业. */
export function* employment(world: World, period: Period): Generator<Row> {
  for (const p of carried(world, period)) {
    for (const j of p.jobs ?? []) {
      if (j.started > period.end) continue;
      const stopped = j.stopped !== undefined && j.stopped <= period.end;
      yield {
        owners: [p],
        shield: p.home.shield,
        values: {
          number: p.number,
          name: p.name,
          employer: j.employer,
          wage: j.wage,
          started: j.started,
          stopped: stopped ? j.stopped : undefined,
          status: stopped ? 'stopped' : 'active',
        },
      };
    }
  }
}

/** 养老待遇发放. */
export function* pension(world: World, period: Period): Generator<Row> {
  for (const p of carried(world, period)) {
    const x = p.pension;
    if (x === undefined) continue;
    yield {
      owners: [p],
      shield: p.home.shield,
      values: { number: p.number, name: p.name, kind: x.kind, basic: x.basic, amount: x.amount, started: x.started },
    };
  }
}

/** 登记失业. */
export function* unemployment(world: World, period: Period): Generator<Row> {
  for (const p of carried(world, period)) {
    const u = p.unemployment;
    if (u === undefined || u.registered > period.end) continue;
    yield {
      owners: [p],
      shield: p.home.shield,
      values: { number: p.number, name: p.name, registered: u.registered, reason: u.reason, benefit: u.benefit },
    };
  }
}

/** 农村劳动力转移就业. */
export function* migrantWork(world: World, period: Period): Generator<Row> {
  for (const p of carried(world, period)) {
    const m = p.migrant;
    if (m === undefined) continue;
    yield {
      owners: [p],
      shield: p.home.shield,
      values: { number: p.number, name: p.name, place: m.place, months: m.months, industry: m.industry },
    };
  }
}

/** 学籍. */
export function* school(world: World, period: Period): Generator<Row> {
  for (const p of carried(world, period)) {
    const s = p.schooling;
    if (s === undefined) continue;
    const changed = s.change !== undefined && s.change.on <= period.end ? s.change : undefined;
    yield {
      owners: [p],
      shield: p.home.shield,
      values: {
        number: p.number,
        name: p.name,
        school: s.school,
        stage: s.stage,
        mode: s.mode,
        status: changed?.status ?? 'enrolled',
        changed: changed?.on,
        fee: s.fee,
        boarding: s.boarding,
      },
    };
  }
}

/** 残疾人证. */
export function* disability(world: World, period: Period): Generator<Row> {
  for (const p of carried(world, period)) {
    for (const c of p.certificates ?? []) {
      if (c.issued > period.end) continue;
      const cancelled = c.cancelled !== undefined && c.cancelled <= period.end;
      const expired = c.expires < period.start && c.marksExpiry;
      yield {
        owners: [p],
        // A lost certificate would leave a paid subsidy without its ground.
        shield: c.level <= 2 ? 1 : p.home.shield,
        values: {
          certificate: c.number,
          number: p.number,
          name: p.name,
          category: c.category,
          level: String(c.level),
          issued: c.issued,
          expires: c.expires,
          status: cancelled ? 'cancelled' : expired ? 'expired' : 'valid',
          address: p.home.address,
        },
      };
    }
  }
}

/** 机动车登记. */
export function* vehicle(world: World, period: Period): Generator<Row> {
  for (const p of carried(world, period)) {
    for (const v of p.vehicles ?? []) {
      if (v.registered > period.end) continue;
      yield {
        owners: [p],
        shield: p.home.shield,
        values: {
          plate: v.plate,
          number: p.number,
          name: p.name,
          type: v.type,
          use: v.use,
          registered: v.registered,
          value: v.value,
          status: v.status,
        },
      };
    }
  }
}

/** 不动产登记. */
export function* housing(world: World, period: Period): Generator<Row> {
  for (const p of carried(world, period)) {
    for (const d of p.dwellings ?? []) {
      if (d.registered > period.end) continue;
      yield {
        owners: [p],
        shield: p.home.shield,
        values: {
          unit_no: d.unit,
          number: p.number,
          name: p.name,
          location: d.location,
          area: d.area,
          use: d.use,
          kind: d.kind,
          share: d.share,
          registered: d.registered,
        },
      };
    }
  }
}

/** 市场主体. */
export function* company(world: World, period: Period): Generator<Row> {
  for (const p of carried(world, period)) {
    for (const c of p.companies ?? []) {
      if (c.established > period.end) continue;
      yield {
        owners: [p],
        shield: p.home.shield,
        values: {
          credit_code: c.code,
          company: c.company,
          kind: c.kind,
          role: c.role,
          number: p.number,
          name: p.name,
          capital: c.capital,
          status: c.status,
          established: c.established,
        },
      };
    }
  }
}

/** 服刑与强制隔离戒毒. */
export function* custody(world: World, period: Period): Generator<Row> {
  for (const p of carried(world, period)) {
    for (const c of p.custody ?? []) {
      if (c.started > period.end) continue;
      const released = c.released !== undefined && c.released <= period.end ? c.released : undefined;
      yield {
        owners: [p],
        shield: 1,
        values: { number: p.number, name: p.name, kind: c.kind, started: c.started, ends: c.ends, released },
      };
    }
  }
}

/** 承包地. */
export function* land(world: World, period: Period): Generator<Row> {
  for (const h of world.households) {
    const head = h.members.find((m) => isRegistered(m, period.index));
    if (h.land === undefined || head === undefined) continue;
    yield {
      owners: [head],
      shield: h.shield,
      values: {
        hukou_no: h.hukou,
        number: head.number,
        name: head.name,
        area: h.land.area,
        leased: h.land.leased,
        rent: h.land.rent,
      },
    };
  }
}
