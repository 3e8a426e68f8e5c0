import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** The figures the truth is measured against; money in fen (integers). */
export interface Rules {
  standard: number;
  marginLine: number;
  disposableYear: number;
  rigidPercent: number;
  vehicleValue: number;
  dwellingCount: number;
  /** In hundredths of a square metre. */
  areaPerMember: number;
  companyCapital: number;
  /** Work cost deducted for an employed member, per month. */
  workCost: number;
  migrantMonth: number;
  farmMuYear: number;
  medical: { destitute: number; subsistence: number; margin: number; others: number };
  incidentLoss: number;
  destituteBasic: number;
  subsidy: number;
}

/** Figures published for the county and the ones assumed, by name. */
export interface Targets {
  population: number;
  published: Record<string, number>;
  assumed: Record<string, number>;
}

function read(name: string): Record<string, unknown> {
  return parse(readFileSync(new URL(`../data/${name}`, import.meta.url), 'utf8')) as Record<string, unknown>;
}

function fen(yuan: unknown): number {
  if (typeof yuan !== 'number') throw new TypeError('a figure of data/rules.yaml is missing');
  return Math.round(yuan * 100);
}

/** Reads data/rules.yaml. */
export function readRules(): Rules {
  const raw = read('rules.yaml');
  const medical = raw.medical as Record<string, unknown>;
  const standard = fen(raw.standard_month);
  return {
    standard,
    marginLine: Math.round(standard * Number(raw.margin_multiple)),
    disposableYear: fen(raw.disposable_year),
    rigidPercent: Number(raw.rigid_ratio_percent),
    vehicleValue: fen(raw.vehicle_value),
    dwellingCount: Number(raw.dwelling_count),
    areaPerMember: Number(raw.area_per_member) * 100,
    companyCapital: fen(raw.company_capital),
    workCost: Math.round((standard * Number(raw.work_cost_percent)) / 100),
    migrantMonth: fen(raw.migrant_month),
    farmMuYear: fen(raw.farm_mu_year),
    medical: {
      destitute: fen(medical.destitute),
      subsistence: fen(medical.subsistence),
      margin: fen(medical.margin),
      others: fen(medical.others),
    },
    incidentLoss: fen(raw.incident_loss),
    destituteBasic: fen(raw.destitute_basic_month),
    subsidy: fen(raw.subsidy_month),
  };
}

/** Reads data/targets.yaml. */
export function readTargets(): Targets {
  return read('targets.yaml') as unknown as Targets;
}
