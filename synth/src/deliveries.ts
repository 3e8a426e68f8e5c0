import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Builder } from './builder.ts';
import type { Contract } from './contract.ts';
import type { Damage } from './faults.ts';
import type { FeedFileReport, Row } from './feed-file.ts';
import { FeedFile } from './feed-file.ts';
import type { Value } from './formats.ts';
import { certificateNumber, type DisabilityCategory } from './numbers.ts';
import { random } from './random.ts';
import { FEED_ROWS } from './rows/index.ts';
import type { Outsider, World } from './world.ts';

/** Share of rows about people of other counties. */
const FOREIGN_SHARE = 0.015;
/** Registers of this county only: no strangers in them. */
const OWN_PEOPLE_ONLY = new Set(['population', 'assistance', 'monitored']);

/** The row as it would be about somebody of another county, with keys of its own. */
function foreignValues(contract: Contract, row: Row, other: Outsider): Record<string, Value> {
  const values: Record<string, Value> = { ...row.values };
  let numbered = false;
  for (const column of contract.columns) {
    const value = values[column.name];
    if (value === undefined) continue;
    if (column.type === 'citizen_number' && !numbered) {
      values[column.name] = other.number;
      numbered = true;
    } else if (column.name === 'name' || column.name === 'man_name') values[column.name] = other.name;
    else if (column.name === 'sex') values[column.name] = other.sex;
    else if (column.name === 'birth') values[column.name] = other.birth;
    else if (column.type === 'division') values[column.name] = '321323001001';
    else if (column.type === 'address') values[column.name] = String(value).replace('泗洪县', '泗阳县');
    else if (column.type === 'disability_certificate') {
      values[column.name] = certificateNumber(
        other.number,
        row.values.category as DisabilityCategory,
        Number(row.values.level),
      );
    } else if (column.type === 'text' && contract.key.includes(column.name)) {
      values[column.name] = String(value).startsWith('苏N') ? String(value).replace('苏N', '苏C') : `W${value}`;
    }
  }
  return values;
}

function namesakeValues(world: World, feed: string, n: number): Record<string, Value> {
  const x = world.namesakes[n];
  if (x === undefined) return {};
  const { person } = x;
  const who = {
    number: person.number,
    name: person.name,
    sex: person.sex,
    birth: person.birth,
    village: '321323001001',
  };
  if (feed === 'custody')
    return { number: person.number, name: person.name, kind: 'prison', started: x.on, ends: x.on + 1800 };
  if (feed === 'deaths-health')
    return { ...who, certificate: `SW321323${String(n * 7919 + 5).padStart(10, '0')}`, died: x.on, cause: 'I63' };
  return {
    ...who,
    cremation_no: `HN${String(n * 6101 + 5).padStart(10, '0')}`,
    cremated: x.on + 2,
    place: '泗阳县殡仪馆',
  };
}

/** What was written, for the truth. */
export interface Written {
  reports: FeedFileReport[];
  damaged: number;
  missing: { feed: string; period: string }[];
}

/**
 * Writes every feed of every period below `<out>/deliveries`, and each damaged row's true number into
 * `<out>/truth/persons.csv`. `onFile` hears of each file.
 */
export function writeDeliveries(
  world: World,
  builder: Builder,
  contracts: Map<string, Contract>,
  out: string,
  onFile: (report: FeedFileReport) => void,
): Written {
  const handle = openSync(join(out, 'truth', 'persons.csv'), 'w');
  let buffer = 'feed,period,record,true_number,fault\n';
  let damaged = 0;
  const onDamage = (d: Damage): void => {
    damaged += 1;
    buffer += `${d.feed},${d.period},${d.record},${d.number},${d.fault}\n`;
    if (buffer.length > 1 << 18) {
      writeSync(handle, buffer);
      buffer = '';
    }
  };
  const reports: FeedFileReport[] = [];
  const missing: { feed: string; period: string }[] = [];
  for (const period of world.periods) {
    for (const contract of contracts.values()) {
      const rows = FEED_ROWS[contract.id];
      if (rows === undefined) throw new Error(`nobody writes the feed ${contract.id}`);
      if (!world.schedule.isDelivered(contract.id, period.index)) {
        missing.push({ feed: contract.id, period: period.label });
        continue;
      }
      const rng = random(world.seed, 'rows', contract.id, period.label);
      const file = new FeedFile(contract, period, world.seed, join(out, 'deliveries', period.label), onDamage);
      const open = !OWN_PEOPLE_ONLY.has(contract.id);
      for (const row of rows(world, period, rng)) {
        file.write(row);
        if (open && rng.chance(FOREIGN_SHARE)) {
          const other = builder.outsider(rng.int(20, 80), rng.chance(0.5) ? 'male' : 'female');
          file.writeForeign(foreignValues(contract, row, other), other);
        }
      }
      world.namesakes.forEach((x, n) => {
        const first = contract.kind === 'snapshot' || period.index === 0;
        if (x.feed === contract.id && first) file.writeForeign(namesakeValues(world, contract.id, n), x.person);
      });
      const report = file.close();
      reports.push(report);
      onFile(report);
    }
  }
  writeSync(handle, buffer);
  closeSync(handle);
  return { reports, damaged, missing };
}
