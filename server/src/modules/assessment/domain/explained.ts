import type { DecisionView } from '@doudi/contracts';

/** What is kept of a decision's explanation: all that the desk shows, so that reading it needs neither packs nor engine. */
export type Explained = Pick<DecisionView, 'programmeTitle' | 'sentence' | 'conditions' | 'missing'>;
