import type { SyntaxNode } from '@lezer/common';
import { parser } from './parser.generated.ts';

/** A formula as written; `from` and `to` are character positions in its text. */
export type Ast = { from: number; to: number } & (
  | { kind: 'number'; text: string; unit: string | undefined }
  | { kind: 'date'; text: string }
  | { kind: 'string'; text: string }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'name'; name: string }
  | { kind: 'arithmetic'; operator: '+' | '-' | '*' | '/'; left: Ast; right: Ast }
  | { kind: 'negation'; operand: Ast }
  | { kind: 'comparison'; operator: Comparison; left: Ast; right: Ast }
  | { kind: 'and' | 'or'; left: Ast; right: Ast }
  | { kind: 'not'; operand: Ast }
  | { kind: 'range'; operand: Ast; negated: boolean; low: Ast; high: Ast; open: boolean }
  | { kind: 'choices'; operand: Ast; negated: boolean; choices: Ast[] }
  | { kind: 'conditional'; condition: Ast; chosen: Ast; otherwise: Ast }
  | { kind: 'call'; name: string; args: Ast[] }
);

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** A syntax fault inside a formula, at a character position of its text. */
export interface FormulaFault {
  position: number;
  message: string;
}

/** Formulas longer than this are refused: no rule of law needs them, and recursion stays shallow. */
const longestFormula = 4000;
const deepestFormula = 60;

/**
 * Parses a formula of the policy language.
 * @returns the tree, or the first place at which the text stops being a formula.
 */
export function parseFormula(text: string): { ast: Ast } | { fault: FormulaFault } {
  if (text.trim() === '') return { fault: { position: 0, message: '公式为空' } };
  if (text.length > longestFormula) {
    return { fault: { position: longestFormula, message: `公式超过 ${longestFormula} 个字符` } };
  }
  if (nesting(text) > deepestFormula) return { fault: { position: 0, message: `公式嵌套超过 ${deepestFormula} 层` } };
  const tree = parser.parse(text);
  let fault: FormulaFault | undefined;
  tree.iterate({
    enter: (node) => {
      if (node.type.isError && !fault) {
        const near = text.slice(node.from, node.from + 12).trim();
        fault = {
          position: node.from,
          message: near === '' ? '公式在此处不完整' : `此处看不懂“${near}”`,
        };
      }
    },
  });
  if (fault) return { fault };
  const root = tree.topNode.firstChild;
  const expression = root?.name === 'Comment' ? nextExpression(root) : root;
  if (!expression) return { fault: { position: 0, message: '公式为空' } };
  const ast = convert(expression, text);
  return 'kind' in ast ? { ast } : { fault: ast };
}

function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    if (character === '(') deepest = Math.max(deepest, ++depth);
    else if (character === ')') depth--;
  }
  const chained = text.match(/(?:\bif\b|如果|\bnot\b|非|-\s*(?=-))/g)?.length ?? 0;
  return Math.max(deepest, chained);
}

function nextExpression(node: SyntaxNode): SyntaxNode | undefined {
  let next: SyntaxNode | null = node;
  while (next && next.name === 'Comment') next = next.nextSibling;
  return next ?? undefined;
}

const keywords = new Set(['if', 'then', 'else', 'and', 'or', 'not', 'in']);
const keywordSpellings = new Set(['如果', '那么', '否则', '并且', '且', '或者', '或', '非']);
const tokens = new Set(['Comment', 'CompareOperator', 'RangeOperator', 'Plus', 'Minus', 'Times', 'Divide']);

/** Child nodes that are operands: keywords, operators and comments left out. */
function operands(node: SyntaxNode): SyntaxNode[] {
  const out: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (keywords.has(child.name) || keywordSpellings.has(child.name) || tokens.has(child.name)) continue;
    out.push(child);
  }
  return out;
}

function operatorOf(node: SyntaxNode, text: string): string {
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (tokens.has(child.name) && child.name !== 'Comment') return text.slice(child.from, child.to);
  }
  return '';
}

const comparisons: Readonly<Record<string, Comparison>> = {
  '=': '=',
  '!=': '!=',
  '≠': '!=',
  '<': '<',
  '<=': '<=',
  '≤': '<=',
  '>': '>',
  '>=': '>=',
  '≥': '>=',
};

function convert(node: SyntaxNode, text: string): Ast | FormulaFault {
  const place = { from: node.from, to: node.to };
  const words = text.slice(node.from, node.to);
  const children: Ast[] = [];
  const simple = new Set(['Quantity', 'Membership', 'Name', 'DateLiteral', 'StringLiteral', 'Boolean']);
  if (!simple.has(node.name)) {
    for (const child of operands(node)) {
      const part = convert(child, text);
      if (!('kind' in part)) return part;
      children.push(part);
    }
  }
  const [a, b, c] = children;
  const broken: FormulaFault = { position: node.from, message: `此处看不懂“${words.slice(0, 12)}”` };
  switch (node.name) {
    case 'Conditional':
      return a && b && c ? { ...place, kind: 'conditional', condition: a, chosen: b, otherwise: c } : broken;
    case 'Or':
      return a && b ? { ...place, kind: 'or', left: a, right: b } : broken;
    case 'And':
      return a && b ? { ...place, kind: 'and', left: a, right: b } : broken;
    case 'Not':
      return a ? { ...place, kind: 'not', operand: a } : broken;
    case 'Comparison': {
      const operator = comparisons[operatorOf(node, text)];
      return a && b && operator ? { ...place, kind: 'comparison', operator, left: a, right: b } : broken;
    }
    case 'Membership':
      return membership(node, text) ?? broken;
    case 'Addition':
      return a && b
        ? { ...place, kind: 'arithmetic', operator: operatorOf(node, text) === '+' ? '+' : '-', left: a, right: b }
        : broken;
    case 'Multiplication': {
      const times = ['*', '×'].includes(operatorOf(node, text));
      return a && b ? { ...place, kind: 'arithmetic', operator: times ? '*' : '/', left: a, right: b } : broken;
    }
    case 'Negation':
      return a ? { ...place, kind: 'negation', operand: a } : broken;
    case 'Parenthesized':
      return a ?? broken;
    case 'Quantity': {
      const unit = /\[([^\]]*)\]\s*$/.exec(words);
      return {
        ...place,
        kind: 'number',
        text: unit ? words.slice(0, unit.index).trim() : words,
        unit: unit?.[1],
      };
    }
    case 'DateLiteral':
      return { ...place, kind: 'date', text: words };
    case 'StringLiteral':
      return { ...place, kind: 'string', text: words.slice(1, -1) };
    case 'Boolean':
      return { ...place, kind: 'boolean', value: words === 'true' || words === '是' };
    case 'Name':
      return { ...place, kind: 'name', name: words };
    case 'Call': {
      const [head, ...args] = children;
      return head?.kind === 'name' ? { ...place, kind: 'call', name: head.name, args } : broken;
    }
    default:
      return broken;
  }
}

function membership(node: SyntaxNode, text: string): Ast | FormulaFault | undefined {
  const place = { from: node.from, to: node.to };
  let operandNode: SyntaxNode | undefined;
  let target: SyntaxNode | undefined;
  let negated = false;
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name === 'Outside') negated = true;
    else if (child.name === 'Range' || child.name === 'Choices') target = child;
    else if (child.name !== 'in' && child.name !== 'Comment') operandNode ??= child;
  }
  if (!operandNode || !target) return undefined;
  const operand = convert(operandNode, text);
  if (!('kind' in operand)) return operand;
  const parts: Ast[] = [];
  for (const child of operands(target)) {
    const part = convert(child, text);
    if (!('kind' in part)) return part;
    parts.push(part);
  }
  if (target.name === 'Choices') return { ...place, kind: 'choices', operand, negated, choices: parts };
  const [low, high] = parts;
  if (!low || !high) return undefined;
  return { ...place, kind: 'range', operand, negated, low, high, open: operatorOf(target, text) === '..<' };
}
