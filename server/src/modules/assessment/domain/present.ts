import type { DecisionView } from '@doudi/contracts';
import type { Explanation, Frame } from './explained.ts';
import { yuan } from './yuan.ts';

/** A stored decision as far as its presentation needs it; fen as text, as PostgreSQL gives BIGINT. */
export interface Decided {
  outcome: DecisionView['outcome'];
  amount_fen: string | null;
  missing: readonly string[];
  explanation: Explanation;
}

/** Puts a decision's values into its frame: what the desk shows, and one sentence as a letter could say it. */
export function present(
  row: Decided,
  frame: Frame,
): Pick<DecisionView, 'programmeTitle' | 'amount' | 'conditions' | 'missing' | 'sentence'> {
  const conditions = frame.conditions.map((common, i) => {
    const told = row.explanation.conditions[i] ?? {};
    return {
      text: told.text ?? common.title,
      value: told.value ?? null,
      threshold: told.threshold ?? null,
      met: told.met ?? null,
      ratio: told.ratio ?? null,
      cite: common.cite,
      source: common.source,
      borrowed: common.borrowed,
    };
  });
  const missing = row.missing.map((input) => {
    const known = frame.inputs[input];
    return { input, title: known?.title ?? input, supplier: known?.supplier ?? '' };
  });
  const said = (met: boolean) =>
    conditions
      .filter((condition) => condition.met === met)
      .map((condition) => condition.text.replace(/[。；]$/, ''))
      .join('；');
  const fen = row.amount_fen === null ? null : BigInt(row.amount_fen);
  return {
    programmeTitle: frame.programmeTitle,
    amount: fen === null ? null : yuan(fen),
    conditions,
    missing,
    sentence: sentence(row.outcome, frame, fen ?? 0n, said, missing) + verified(row.explanation),
  };
}

function sentence(
  outcome: DecisionView['outcome'],
  { programmeTitle, monthly }: Frame,
  fen: bigint,
  said: (met: boolean) => string,
  missing: DecisionView['missing'],
): string {
  switch (outcome) {
    case 'eligible': {
      const amount = fen > 0n ? `，${monthly ? '每月' : ''}${yuan(fen)}元` : '';
      return `符合${programmeTitle}条件${amount}：${said(true)}。`;
    }
    case 'ineligible':
      return `不符合${programmeTitle}条件：${said(false)}。`;
    case 'undetermined': {
      const wanted = missing.map((m) => (m.supplier ? `${m.title}（${m.supplier}）` : m.title)).join('、');
      return `${programmeTitle}尚不能判定，还缺${wanted}。`;
    }
  }
}

/** Says which facts are not from registers, so that nobody looks for their rows. */
const verified = ({ verified: facts = [] }: Explanation): string =>
  facts.length > 0 ? `其中经核查认定：${facts.join('；')}。` : '';
