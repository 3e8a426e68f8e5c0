import type { Ast } from '../expression/ast.ts';
import type { Location } from '../source/located.ts';
import type { Source } from '../source/yaml.ts';
import type { Entity, Scalar, ValueType } from '../typed/ir.ts';

/** A fact that a policy may use, as the vocabulary declares it. */
export interface InputDefinition {
  name: string;
  title: string;
  entity: Entity;
  type: ValueType;
  /** Digits after the point of the written value: money 2, quantities as declared, counts 0. */
  digits: number;
  /** What a batch run writes when no feed can deliver the fact; never applied by the engine itself. */
  presumed: Scalar | undefined;
  /** Says who someone is, so that “known none” is no answer: never filled by `others: none` of a family. */
  identity: boolean;
  zh: string;
  en: string;
  source: Source;
}

export type DivisionLevel = 'national' | 'province' | 'city' | 'county' | 'town';

/** What a parameter is; its values stand in the packs. */
export interface ParameterDefinition {
  id: string;
  title: string;
  type: ValueType;
  digits: number;
  /** Another parameter whose value holds when this one has none (an urban standard equal to the rural one). */
  fallback: string | undefined;
  /** Levels of division that may set it; empty means any. */
  levels: DivisionLevel[];
  zh: string;
  en: string;
  pack: string;
  source: Source;
}

/** One dated value of a parameter in one pack. `value` null: the place has not published the figure. */
export interface ParameterValue {
  id: string;
  pack: string;
  from: number;
  until: number | undefined;
  value: Scalar | null;
  cite: string;
  published: string | undefined;
  checked: string | undefined;
  borrowedFrom: { division: string; title: string } | undefined;
  floor: bigint | undefined;
  ceiling: bigint | undefined;
  note: string | undefined;
  source: Source;
}

export interface Formula {
  text: string;
  ast: Ast;
  source: Source;
  /** Where a position of the text lies, when the text was put together from several places (a row of a table). */
  place?: (position: number) => Location;
}

/** When a rule is in force: effect dates as days since 1970-01-01, both ends included. */
export interface Dated {
  from: number | undefined;
  until: number | undefined;
}

export interface Clause extends Dated {
  id: string;
  /** Id of the clause that is cited in months before this one is in force. */
  before: string | undefined;
  cite: string;
  text: string;
  source: Source;
}

export interface RuleVersion extends Dated {
  formula: Formula;
  cite: string;
}

export interface ExceptionSource extends Dated {
  label: string;
  title: string;
  when: Formula;
  formula: Formula;
  cite: string;
  over: string[];
  source: Source;
}

export interface VariableSource {
  name: string;
  title: string;
  en: string;
  of: Entity | undefined;
  declared: ValueType | undefined;
  cite: string;
  versions: RuleVersion[];
  exceptions: ExceptionSource[];
  policy: string;
  pack: string;
  source: Source;
}

export interface ConditionSource extends Dated {
  code: string;
  title: string;
  en: string;
  when: Formula;
  cite: string;
  /** Sentences of the explanation with {names} in braces. */
  yes: string | undefined;
  no: string | undefined;
  source: Source;
}

export interface DecisionSource {
  scope: 'person' | 'household';
  period: 'month' | 'once';
  applies: Formula | undefined;
  conditions: ConditionSource[];
  amount: Formula | undefined;
}

/** A policy.yaml: shared rules (`decision` undefined), a programme, or a division's changes to one (`extends`). */
export interface PolicySource extends Dated {
  id: string;
  title: string;
  short: string;
  en: string;
  extends: boolean;
  pack: string;
  clauses: Clause[];
  variables: VariableSource[];
  decision: DecisionSource | undefined;
  source: Source;
}

/** A file that is handed in: its path is only for the messages and for finding its pack. */
export interface PackFile {
  path: string;
  text: string;
}

export interface CaseFile {
  pack: string;
  policy: string;
  source: Source;
}

/** Two programmes that one person may not draw together. */
export interface Exclusion {
  between: readonly [string, string];
  /** The one of a person whose taking it leaves the family: the other one is then worked out for those who remain. */
  apart: string | undefined;
  cite: string;
  source: Source;
}

/** A programme that pays only the difference to what the person draws from another one. */
export interface Reduction {
  programme: string;
  by: string;
  /** The input of the person that says what is drawn, and the household's variable that it is at least. */
  fact: string;
  value: string;
  cite: string;
  source: Source;
}

/** Everything of one pack that the policy language reads. */
export interface Pack {
  id: string;
  division: string;
  title: string;
  parent: string | undefined;
  demo: boolean;
  root: string;
  inputs: InputDefinition[];
  definitions: ParameterDefinition[];
  values: ParameterValue[];
  policies: PolicySource[];
  cases: CaseFile[];
  exclusions: Exclusion[];
  reductions: Reduction[];
  source: Source;
}
