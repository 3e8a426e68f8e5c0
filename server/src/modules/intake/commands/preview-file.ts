import { randomUUID } from 'node:crypto';
import { reasonText } from '../domain/reasons.ts';
import { differenceSql } from '../plan/outcome.ts';
import type { Counts } from '../plan/sort-slices.ts';
import type { IntakeDeps, IntakeInput } from './intake-file.ts';
import { acceptedFiles, announce, type SortedDelivery, sortDelivery, stateBefore } from './sort-delivery.ts';

/** What would become of a file; nothing of it is kept. */
export interface Preview extends Counts {
  feed: string;
  period: string;
  /** True when this very file is in force already. */
  repeated: boolean;
  form: 'csv' | 'xlsx' | 'zip';
  /** Each table that was found, with its rows. */
  sections: { name: string | null; rows: number; encoding: string; delimiter: string }[];
  /** Headers, sheets and files that nothing reads, and optional columns that are not there. */
  unknown: string[];
  absent: string[];
  /** The first faults of each kind: where, why, how to mend; no content. */
  faults: { reason: string; column: string | null; message: string; cure: string; count: number; places: Place[] }[];
  /** Compared, by key, with the file of the month that this one would supersede, or of a snapshot the month before. */
  difference: {
    against: string;
    supersedes: boolean;
    added: number;
    changed: number;
    gone: number;
    same: number;
  } | null;
}

interface Place {
  section: string | null;
  row: number;
  line: number;
}

/** Places told of each fault. */
const PLACES = 5;

/**
 * Reads a file as intake would and tells what would happen: the same account, faults with their places, and the difference
 * from what is in force.
 * @throws what intakeFile throws for a file that cannot be read
 */
export async function previewFile(deps: IntakeDeps, input: IntakeInput): Promise<Preview> {
  const announced = await announce(deps, input);
  const { contract, before } = announced;
  return sortDelivery(deps, input, announced, randomUUID(), async (delivery) => {
    const { source, canonical, sorted } = delivery;
    const replaced = before.find((d) => d.period === input.period);
    const against =
      replaced ?? (contract.kind === 'snapshot' ? stateBefore(contract, input.period, before)[0] : undefined);
    let difference: Preview['difference'] = null;
    if (against) {
      const sql = differenceSql(
        sorted.accepted.map((p) => p.path),
        acceptedFiles(deps, against),
      );
      const [d] = await deps.engine.all<{ added: bigint; changed: bigint; gone: bigint; same: bigint }>(sql);
      const n = (value: bigint | undefined) => Number(value ?? 0n);
      difference = {
        against: against.period,
        supersedes: against === replaced,
        added: n(d?.added),
        changed: n(d?.changed),
        gone: n(d?.gone),
        same: n(d?.same),
      };
    }
    return {
      feed: contract.id,
      period: input.period,
      ...sorted.counts,
      repeated: replaced?.sha256 === announced.sha256,
      form: source.form,
      sections: canonical.sections.map((s) => ({
        name: s.name,
        rows: s.received,
        encoding: s.encoding,
        delimiter: String.fromCharCode(s.form.delimiter),
      })),
      unknown: [...new Set(source.sections.flatMap((s) => s.head.map.unknown)), ...source.others],
      absent: [...new Set(canonical.sections.flatMap((s) => s.absent))],
      faults: await sampled(delivery),
      difference,
    };
  });
}

async function sampled(delivery: SortedDelivery): Promise<Preview['faults']> {
  const { contract, canonical } = delivery;
  const faults = new Map<string, Preview['faults'][number]>();
  for await (const { row, reason, column, line } of delivery.setAside()) {
    const key = `${reason} ${column}`;
    let fault = faults.get(key);
    if (!fault) {
      const title = contract.columns.find((c) => c.name === column)?.headers[0] ?? column;
      fault = { reason, column: title, ...reasonText(reason, title), count: 0, places: [] };
      faults.set(key, fault);
    }
    fault.count++;
    if (fault.places.length >= PLACES) continue;
    const section = canonical.sections.findLast((s) => s.firstRow <= row)?.name ?? null;
    fault.places.push({ section, row, line });
  }
  return [...faults.values()].sort((a, b) => b.count - a.count);
}
