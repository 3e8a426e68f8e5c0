import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificateOf } from './arithmetic.ts';
import { ageOn } from './calendar.ts';
import type { Written } from './deliveries.ts';
import { isRegistered } from './rows/people.ts';
import { readTargets } from './rules.ts';
import type { Cause, Household, Person, Programme, World } from './world.ts';

/** "missed", "undue" or "shock" of a cause. */
export function kindOf(cause: Cause): string {
  return cause.slice(0, cause.indexOf('-'));
}

function isAdult(m: Person, at: number): boolean {
  const age = ageOn(m.birth, at);
  return age >= 18 && age < 60;
}

function headNumber(h: Household): string {
  return h.members[0]?.number ?? '';
}

function share(distance: number | undefined): string {
  return distance === undefined ? '' : distance.toFixed(5);
}

function text(note: string): string {
  return /[",]/.test(note) ? `"${note.replaceAll('"', '""')}"` : note;
}

interface Count {
  planted: number;
  undetermined: number;
  near: number;
  withThreshold: number;
  decoys: number;
}

/** Plants and decoys by cause; `near` = within 5% of the threshold. */
export function countCauses(world: World): Record<string, Count> {
  const counts: Record<string, Count> = {};
  const of = (cause: Cause): Count => {
    counts[cause] ??= { planted: 0, undetermined: 0, near: 0, withThreshold: 0, decoys: 0 };
    return counts[cause];
  };
  for (const plant of world.plants) {
    const c = of(plant.cause);
    if (plant.undetermined) c.undetermined += 1;
    else c.planted += 1;
    if (plant.distance !== undefined) {
      c.withThreshold += 1;
      if (Math.abs(plant.distance) <= 0.05) c.near += 1;
    }
  }
  for (const d of world.decoys) of(d.cause).decoys += 1;
  return counts;
}

/** What of the published figures was reached, next to the target. */
export function calibration(world: World): Record<string, { target: number; reached: number; source: string }> {
  const targets = readTargets();
  const last = world.periods.length - 1;
  const end = world.periods[last]?.end ?? 0;
  const on = new Map<Programme, number>();
  let persons = 0;
  let rural = 0;
  let subsistenceHouseholds = 0;
  let ruralInsured = 0;
  let subsidies = 0;
  let monitored = 0;
  let leftBehind = 0;
  for (const h of world.households) {
    const first = h.members.filter((m) => isRegistered(m, 0));
    persons += first.length;
    if (h.rural) rural += first.length;
    if (h.monitored !== undefined) monitored += 1;
    const roll = h.awards.filter((a) => a.started <= end && (a.stopped === undefined || a.stopped > end));
    for (const programme of new Set(roll.map((a) => a.programme))) {
      const insured = new Set(roll.filter((a) => a.programme === programme).flatMap((a) => a.members));
      on.set(programme, (on.get(programme) ?? 0) + insured.size);
      if (programme === 'subsistence') {
        subsistenceHouseholds += 1;
        if (h.rural) ruralInsured += insured.size;
      }
    }
    subsidies += new Set(roll.filter((a) => a.programme.startsWith('disability')).flatMap((a) => a.members)).size;
    const parents = first.filter(
      (m) => ['head', 'spouse', 'child', 'child_in_law'].includes(m.relation) && isAdult(m, end),
    );
    if (parents.length > 0 && parents.every((m) => (m.migrant?.months ?? 0) >= 6)) {
      leftBehind += first.filter((m) => ageOn(m.birth, end) < 16).length;
    }
  }
  const scale = persons / targets.population;
  const reached: Record<string, number> = {
    subsistence_persons: on.get('subsistence') ?? 0,
    subsistence_households: subsistenceHouseholds,
    subsistence_rural_persons: ruralInsured,
    subsistence_urban_persons: (on.get('subsistence') ?? 0) - ruralInsured,
    single_persons: on.get('subsistence-single') ?? 0,
    single_disabled: world.households
      .flatMap((h) => h.awards)
      .filter((a) => a.programme === 'subsistence-single' && a.members.some((m) => certificateOf(m, end) !== undefined))
      .length,
    two_subsidies_persons: subsidies,
    orphans: on.get('orphan') ?? 0,
    children_in_difficulty: (on.get('orphan') ?? 0) + (on.get('unattended-child') ?? 0),
    left_behind_children: leftBehind,
    destitute_persons: on.get('destitute') ?? 0,
    monitored_households: monitored,
  };
  reached.single_ill = (reached.single_persons ?? 0) - (reached.single_disabled ?? 0);
  const result: Record<string, { target: number; reached: number; source: string }> = {};
  for (const [source, figures] of Object.entries({ published: targets.published, assumed: targets.assumed })) {
    for (const [name, value] of Object.entries(figures)) {
      if (name.endsWith('_percent')) {
        const isRural = name === 'rural_share_percent';
        const share = isRural
          ? (100 * ruralInsured) / rural
          : (100 * (reached.subsistence_urban_persons ?? 0)) / (persons - rural);
        result[name] = { target: value, reached: Math.round(share * 100) / 100, source };
      } else result[name] = { target: Math.round(value * scale), reached: reached[name] ?? 0, source };
    }
  }
  return result;
}

/** Writes truth.csv, decoys.csv, faults.json, calibration.json and README.md into `<out>/truth`. */
export function writeTruth(world: World, written: Written, out: string): void {
  const lines: string[] = [];
  for (const plant of world.plants) {
    for (const i of plant.periods) {
      const label = world.periods[i]?.label ?? '';
      lines.push(
        `${label},${headNumber(plant.household)},${kindOf(plant.cause)},${plant.cause},${share(plant.distance)},${plant.undetermined ? 1 : 0},${text(plant.note)}`,
      );
    }
  }
  lines.sort();
  const dir = join(out, 'truth');
  writeFileSync(
    join(dir, 'truth.csv'),
    `period,head_number,kind,cause,distance,undetermined,note\n${lines.join('\n')}\n`,
  );
  const decoys = world.decoys
    .map((d) => `${headNumber(d.household)},${kindOf(d.cause)},${d.cause},${share(d.distance)},${text(d.note)}`)
    .sort();
  writeFileSync(join(dir, 'decoys.csv'), `head_number,kind,cause,distance,note\n${decoys.join('\n')}\n`);
  writeFileSync(
    join(dir, 'faults.json'),
    `${JSON.stringify({ files: written.reports, notDelivered: written.missing }, null, 2)}\n`,
  );
  writeFileSync(
    join(dir, 'calibration.json'),
    `${JSON.stringify({ figures: calibration(world), causes: countCauses(world) }, null, 2)}\n`,
  );
  writeFileSync(join(dir, 'README.md'), README);
}

const README = `# Truth of a synthetic county

Made by \`doudi-synth\`; no real person is in it. All files are UTF-8 CSV with a header, or JSON.

## truth.csv: what should be found
One row for each period, household and cause. A lasting condition has a row in each period in which it holds and the
feed that shows it has been delivered, or its last delivery is still valid. A shock has a row in the period of the event.

| column | meaning |
|---|---|
| period | month of the deliveries, YYYY-MM |
| head_number | true citizen number of the head (户主) of the household (户号 of the population register); any member's household is that of its head. The head may be dead in undue-death |
| kind | missed, undue or shock |
| cause | id of the cause, e.g. undue-vehicle |
| distance | (value - threshold) / threshold, signed; empty if the cause has no threshold. Income: total against standard x members; margin: against 1.5 x; rigid: ratio against 60%; vehicle, area, capital, self-pay, loss: against their limit. Causes that start "from" a limit may have 0 |
| undetermined | 1 if the income is known only to the family's declaration and a sign of hardship stands in a register: scored apart. 0 otherwise |
| note | how it was planted |

## decoys.csv: what looks like it and is lawful
\`head_number, kind, cause, distance, note\`. A lead of that cause on that household is a false one, in every period, unless
truth.csv holds the same household and cause for that period.

## persons.csv: whose row it truly is
\`feed, period, record, true_number, fault\`: every row whose number or existence a fault touched (exact duplicates, odd
date spellings and amounts as text are left out), with its ordinal among the records of the file (from 1, header not
counted) and the true number of the person. \`other-county\` = a person who stands in no register of this county.

## faults.json, calibration.json
Records and faults of each file, and the deliveries that did not come; figures of the county against the published ones,
and plants and decoys by cause.
`;
