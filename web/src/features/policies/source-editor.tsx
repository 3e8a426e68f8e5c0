import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yamlLanguage } from '@codemirror/lang-yaml';
import { HighlightStyle, LanguageSupport, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { formulaParser } from '@doudi/policy';
import { parseMixed } from '@lezer/common';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import './source-editor.css';

/** A fault of the text: line and column count from 1. */
export type Fault = { line: number; column: number; message: string; cure: string };

const FORMULAS = new Set(['formula', 'when', 'applies', 'amount']);

/** YAML in which the values of formulas are read by the grammar of the policy language. */
const policyYaml = yamlLanguage.configure({
  wrap: parseMixed((node, input) => {
    if (!['Literal', 'QuotedLiteral', 'BlockLiteralContent'].includes(node.name)) return null;
    const value = node.name === 'BlockLiteralContent' ? node.node.parent : node.node;
    const key = value?.parent?.getChild('Key');
    if (!key || key.to > node.from || !FORMULAS.has(input.read(key.from, key.to))) return null;
    if (node.name !== 'QuotedLiteral') return { parser: formulaParser };
    return { parser: formulaParser, overlay: [{ from: node.from + 1, to: Math.max(node.from + 1, node.to - 1) }] };
  }),
});

// One calm palette; each pair reaches 7:1 on white, and weight says as much as colour.
const colours = HighlightStyle.define([
  { tag: tags.definition(tags.propertyName), color: '#17436b' },
  { tag: tags.keyword, color: '#6a1450', fontWeight: '600' },
  { tag: [tags.number, tags.bool, tags.literal, tags.unit], color: '#6b3a04' },
  { tag: tags.string, color: '#0f4a2d' },
  { tag: tags.function(tags.variableName), color: '#17436b', fontWeight: '600' },
  { tag: [tags.comment, tags.lineComment], color: '#414d59', fontStyle: 'italic' },
]);

/** A text of the packs: read, or with `onChange` edited, with its faults underlined where they are. */
export default function SourceEditor(props: {
  text: string;
  label: string;
  onChange?: (text: string) => void;
  faults?: readonly Fault[];
}) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const change = useRef(props.onChange);
  change.current = props.onChange;
  const first = useRef(props.text);
  const writable = props.onChange !== undefined;
  const { label } = props;
  useEffect(() => {
    if (!host.current) return;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          lineNumbers(),
          new LanguageSupport(policyYaml),
          syntaxHighlighting(colours),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label, ...(writable ? {} : { tabindex: '0' }) }),
          ...(writable
            ? [
                history(),
                // Tab leaves the editor, so that the keyboard is never caught in it.
                keymap.of([...defaultKeymap, ...historyKeymap]),
                lintGutter(),
                EditorView.updateListener.of((update) => {
                  if (update.docChanged) change.current?.(update.state.doc.toString());
                }),
              ]
            : [EditorState.readOnly.of(true), EditorView.editable.of(false)]),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [label, writable]);
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === props.text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: props.text } });
  }, [props.text]);
  useEffect(() => {
    const editor = view.current;
    if (editor)
      editor.dispatch(
        setDiagnostics(
          editor.state,
          (props.faults ?? []).map((f) => diagnosticOf(editor, f)),
        ),
      );
  }, [props.faults]);
  return <div className={writable ? 'source-editor' : 'source-editor read'} ref={host} />;
}

/** The fault under the word where it begins, or under the character when no word begins there. */
function diagnosticOf(editor: EditorView, { line, column, message, cure }: Fault): Diagnostic {
  const { doc } = editor.state;
  const at = doc.line(Math.min(Math.max(1, line), doc.lines));
  const from = Math.min(at.from + Math.max(0, column - 1), at.to);
  const word = /^[\p{L}\p{N}_.-]+/u.exec(doc.sliceString(from, at.to))?.[0].length ?? 1;
  return { from, to: Math.min(from + word, at.to), severity: 'error', message: `${message}（${cure}）` };
}
