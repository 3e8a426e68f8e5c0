import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { invalid } from '../../../platform/errors.ts';
import { type Bundle, oncePerBundle, type PackFile } from '../../../platform/packs/index.ts';
import { LeadProcedure, ProfileFile, Signal, ThresholdFile } from './signal.ts';

/** A threshold in force: fen for money, 1/100 for areas, with where it comes from. */
export interface Threshold {
  name: string;
  title: string;
  type: 'money' | 'count' | 'area';
  value: bigint;
  cite: string;
  borrowedFrom: string | null;
}

/** Everything of the packs that monitoring goes by. */
export interface SignalBook {
  signals: Signal[];
  procedure: LeadProcedure;
  profile: ProfileFile;
  /** Thresholds in force for a division and a month; the nearest division that states one wins. */
  thresholds(division: string, period: string): Map<string, Threshold>;
}

function readBook(bundle: Bundle): SignalBook {
  const signals = new Map<string, Signal>();
  const values: ThresholdFile['thresholds'] = [];
  let profile: ProfileFile | undefined;
  for (const file of bundle.under('signals')) {
    if (file.path.endsWith('/thresholds.yaml')) values.push(...read(file, ThresholdFile).thresholds);
    else if (file.path.endsWith('/profile.yaml')) profile = read(file, ProfileFile);
    else {
      const signal = read(file, Signal);
      signals.set(signal.id, signal);
    }
  }
  if (!profile) throw invalid('profile-missing', '规则包里没有 signals/profile.yaml', '请从 packs/national 取来');
  const procedureFile = bundle.under('procedures').findLast((f) => f.path.endsWith('/lead-verification.yaml'));
  if (!procedureFile)
    throw invalid('procedure-missing', '规则包里没有 procedures/lead-verification.yaml', '请从 packs/national 取来');
  const list = [...signals.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const declared = new Map(list.flatMap((s) => Object.entries(s.thresholds)));
  for (const { name } of values) {
    if (!declared.has(name))
      throw invalid(
        'signal-invalid',
        `thresholds.yaml：没有信号声明阈值 ${name}`,
        '请在用它的信号里写 thresholds，或删去',
      );
  }
  return {
    signals: list,
    procedure: read(procedureFile, LeadProcedure),
    profile,
    thresholds(division, period) {
      const found = new Map<string, Threshold>();
      for (const [name, { title, type }] of declared) {
        const fitting = values
          .filter((v) => v.name === name)
          .flatMap((v) => v.values)
          .filter((v) => covers(v.division, division) && v.from <= `${period}-01`)
          .sort((a, b) => reach(b.division) - reach(a.division) || (a.from < b.from ? 1 : -1))[0];
        if (!fitting)
          throw invalid(
            'threshold-missing',
            `区划 ${division} 在 ${period} 没有阈值 ${name}（${title}）`,
            '请在该区划或其上级的 signals/thresholds.yaml 里给出数值与出处',
          );
        found.set(name, {
          name,
          title,
          type,
          value: type === 'count' ? BigInt(fitting.value) : hundredths(fitting.value),
          cite: fitting.cite,
          borrowedFrom: fitting.borrowed_from ?? null,
        });
      }
      return found;
    },
  };
}

/**
 * Reads signals, thresholds and the procedure of leads. A signal of a child pack replaces its parent's of the same id.
 * @throws signal-invalid with file and place
 */
export const readSignals = oncePerBundle(readBook);

/** '1000.5' as 100050 hundredths, exactly. */
export function hundredths(text: string): bigint {
  const [whole, part = ''] = text.split('.') as [string, string?];
  return BigInt(whole) * 100n + BigInt(part.padEnd(2, '0'));
}

/** How many digits of a division code say something: 000000 nothing, 320000 two, 321300 four, 321324 six. */
const reach = (code: string): number => code.replace(/(00)+$/, '').length;
const covers = (upper: string, division: string): boolean => division.startsWith(upper.slice(0, reach(upper)));

function read<T extends z.ZodType>(file: PackFile, shape: T): z.infer<T> {
  const document = parseDocument(file.text);
  const fault = document.errors[0];
  if (fault) throw invalid('signal-invalid', `${file.path}：${fault.message}`, '请改正 YAML 的写法');
  const result = shape.safeParse(document.toJS());
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const node = document.getIn(issue?.path.slice(0, -1) ?? [], true) as { range?: [number] } | undefined;
  const line = node?.range ? file.text.slice(0, node.range[0]).split('\n').length : 1;
  throw invalid(
    'signal-invalid',
    `${file.path}:${line}：${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    '请按 packs/national/signals 下同类文件的写法改正',
  );
}
