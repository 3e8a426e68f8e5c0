import type { Period } from '../calendar.ts';
import type { Row } from '../feed-file.ts';
import type { Random } from '../random.ts';
import type { Household, Person, Relation, World } from '../world.ts';

/** A feed's rows for one period. */
export type Rows = (world: World, period: Period, rng: Random) => Generator<Row>;

function relationText(p: Person): string {
  const male = p.sex === 'male';
  const words: Record<Relation, [string, string]> = {
    head: ['户主', '户主'],
    spouse: ['夫', '妻'],
    child: ['子', '女'],
    child_in_law: ['女婿', '儿媳'],
    grandchild: ['孙子', '孙女'],
    parent: ['父亲', '母亲'],
    parent_in_law: ['岳父', '岳母'],
    grandparent: ['祖父', '祖母'],
    sibling: ['兄弟', '姐妹'],
    nephew_niece: ['侄子', '侄女'],
    other: ['其他', '其他'],
  };
  return `=${words[p.relation][male ? 0 : 1]}`;
}

/** The village's code as the department of this household's rows writes it. */
export function codeOf(h: Household, old: boolean): string {
  return old && h.village.oldCode !== undefined ? h.village.oldCode : h.village.code;
}

/** Whether a person stands in the register of a period. */
export function isRegistered(p: Person, index: number): boolean {
  return p.arrives <= index && p.leaves > index;
}

/** 户籍人口登记. */
export function* population(world: World, period: Period, rng: Random): Generator<Row> {
  const elsewhere = world.villages;
  for (const h of world.households) {
    // Only families that stay undetermined whoever of them is lost may suffer in the register.
    const shield = h.shield === 0 && h.unknown >= 2 ? 0 : 2;
    for (const p of h.members) {
      if (!isRegistered(p, period.index)) continue;
      const here = codeOf(h, h.oldCode);
      yield {
        owners: [p],
        shield: p.relation === 'head' ? 2 : shield,
        values: {
          number: p.number,
          name: p.name,
          sex: p.sex,
          birth: p.birth,
          hukou_no: h.hukou,
          relation: relationText(p),
          division: here,
          residence_division: p.id % 12 === 3 ? (elsewhere[p.id % elsewhere.length]?.code ?? here) : here,
          address: h.address,
          phone: p.phone,
          ethnic: p.ethnic,
          hukou_type: h.rural ? (rng.chance(0.9) ? '=农业' : '=农业户口') : rng.chance(0.9) ? '=非农业' : '=城镇',
        },
      };
    }
  }
}

/** 户口迁移. */
export function* moves(world: World, period: Period): Generator<Row> {
  for (const m of world.moves) {
    if (m.delivered !== period.index) continue;
    const here = m.person.home.village.code;
    yield {
      owners: [m.person],
      shield: m.person.home.shield,
      values: {
        number: m.person.number,
        name: m.person.name,
        kind: m.kind,
        date: m.on,
        from_division: m.kind === 'in' ? m.other : here,
        to_division: m.kind === 'in' ? here : m.other,
      },
    };
  }
}

function* dead(world: World, period: Period, source: 'police' | 'health' | 'cremation'): Generator<Person> {
  for (const h of world.households) for (const p of h.members) if (p.death?.[source] === period.index) yield p;
}

/** 死亡注销. */
export function* deathsPolice(world: World, period: Period): Generator<Row> {
  for (const p of dead(world, period, 'police')) {
    yield {
      owners: [p],
      shield: p.leaves === 0 ? 0 : 1,
      values: { number: p.number, name: p.name, died: p.death?.died, cancelled: p.death?.cancelled },
    };
  }
}

/** 死亡医学证明. */
export function* deathsHealth(world: World, period: Period, rng: Random): Generator<Row> {
  for (const p of dead(world, period, 'health')) {
    yield {
      owners: [p],
      shield: p.leaves === 0 ? 0 : 1,
      values: {
        certificate: `SW321324${String(p.id * 7919 + 13).padStart(10, '0')}`,
        number: p.number,
        name: p.name,
        sex: p.sex,
        birth: p.birth,
        died: p.death?.died,
        cause: rng.pick(['I63', 'I21', 'C34', 'J44', 'C16', 'I61', 'E14', 'V89']),
        village: codeOf(p.home, p.id % 5 === 0),
      },
    };
  }
}

/** 火化记录. */
export function* deathsCremation(world: World, period: Period): Generator<Row> {
  for (const p of dead(world, period, 'cremation')) {
    yield {
      owners: [p],
      shield: p.leaves === 0 ? 0 : 1,
      values: {
        cremation_no: `HH${String(p.id * 6101 + 77).padStart(10, '0')}`,
        number: p.number,
        name: p.name,
        sex: p.sex,
        birth: p.birth,
        cremated: (p.death?.died ?? 0) + (p.id % 3) + 1,
        village: codeOf(p.home, p.id % 5 === 0),
        place: '泗洪县殡仪馆',
      },
    };
  }
}

/** 灾害事故. */
export function* incident(world: World, period: Period): Generator<Row> {
  for (const h of world.households) {
    for (const p of h.members) {
      for (const e of p.incidents ?? []) {
        if (e.delivered !== period.index) continue;
        yield {
          owners: [p],
          shield: h.shield,
          values: {
            incident_no: e.id,
            number: p.number,
            name: p.name,
            sex: p.sex,
            birth: p.birth,
            village: codeOf(h, p.id % 6 === 0),
            kind: e.kind,
            date: e.on,
            loss: e.loss,
            injury: e.injury,
          },
        };
      }
    }
  }
}

/** 婚姻登记. */
export function* marriage(world: World, period: Period): Generator<Row> {
  for (const m of world.marriages) {
    if (m.delivered !== period.index) continue;
    yield {
      owners: [m.man, m.woman],
      shield: 1,
      values: {
        certificate: m.certificate,
        kind: m.kind,
        date: m.on,
        man_number: m.man.number,
        man_name: m.man.name,
        woman_number: m.woman.number,
        woman_name: m.woman.name,
      },
    };
  }
}
