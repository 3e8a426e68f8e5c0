import { styleTags, tags } from '@lezer/highlight';
import { parser } from './parser.generated.ts';

const keywords = 'if 如果 then 那么 else 否则 and 并且 且 or 或者 或 not 非 in';

/** The grammar of formulas with highlighting, for an editor: `LRLanguage.define({ parser: formulaParser })` in CodeMirror. */
export const formulaParser = parser.configure({
  props: [
    styleTags({
      [keywords]: tags.keyword,
      Boolean: tags.bool,
      NumberLiteral: tags.number,
      UnitLiteral: tags.unit,
      DateLiteral: tags.literal,
      StringLiteral: tags.string,
      Comment: tags.lineComment,
      'Call/Name': tags.function(tags.variableName),
      Name: tags.variableName,
      'CompareOperator RangeOperator': tags.compareOperator,
      'Plus Minus Times Divide': tags.arithmeticOperator,
      '( )': tags.paren,
    }),
  ],
});
