import type { ExplanationNode } from './explain.ts';

/** An explanation tree as indented text for the terminal. */
export function treeText(node: ExplanationNode, depth = 0): string {
  const notes = [node.branch ? `规则：${node.branch}` : '', node.source, node.cite].filter((t) => t !== '');
  const line = `${'  '.repeat(depth)}${node.title}：${node.value}${node.unit}${notes.length > 0 ? `〔${notes.join('；')}〕` : ''}`;
  return [line, ...node.children.map((child) => treeText(child, depth + 1))].join('\n');
}
