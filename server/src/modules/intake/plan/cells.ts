import { literal } from '../../../platform/engine/index.ts';
import type { FeedColumn, FeedContract } from '../domain/contract.ts';
import { type CellReason, cellReasonNumber } from '../domain/reasons.ts';

/**
 * The typed conversion of one column as SQL in layers, each a column of the layer above, so that nothing is computed twice
 * (the engine does not share what stands in the arms of a CASE): `folded` from the raw cell, `clean` from it,
 * `parts` from the clean text, `value` and `issues` from all.
 */
export interface CellPlan {
  column: FeedColumn;
  folded: string;
  clean: string;
  parts: { name: string; sql: string }[];
  /** SQL of the typed value; NULL when there is none. */
  value: string;
  /** SQL of a boolean that says that the cell is wrong, with its reason, in order. */
  issues: { when: string; reason: CellReason }[];
}

const FULL_WIDTH = Array.from({ length: 94 }, (_, i) => String.fromCharCode(0xff01 + i)).join('');
const HALF_WIDTH = Array.from({ length: 94 }, (_, i) => String.fromCharCode(0x21 + i)).join('');
/** Blanks of other kinds (no-break, ideographic, zero-width) and typographic apostrophes. */
const ODD_BLANKS = '\u3000\u00a0\u2002\u2003\u200b\ufeff\t';
const APOSTROPHES = '\u2018\u2019`';
const FOLD_FROM = literal(FULL_WIDTH + ODD_BLANKS + APOSTROPHES);
const FOLD_TO = literal(HALF_WIDTH + ' '.repeat(ODD_BLANKS.length) + "'".repeat(APOSTROPHES.length));
const DOTS = '•．・‧･';
/** Text keeps its Chinese punctuation; only digits, letters and blanks are folded. */
const alnum = (text: string) => [...text].filter((c) => /[0-9A-Za-z]/.test(c.normalize('NFKC'))).join('');
const TEXT_FROM = literal(alnum(FULL_WIDTH) + ODD_BLANKS);
const TEXT_TO = literal(alnum(HALF_WIDTH) + ' '.repeat(ODD_BLANKS.length));

/** Cells of plain ASCII without blanks and apostrophes are taken as they are: one look is enough. */
const foldTyped = (raw: string) =>
  `case when regexp_full_match(${raw}, '[!-&(-~]*') then ${raw} else trim(translate(${raw}, ${FOLD_FROM}, ${FOLD_TO}), ' ''') end`;

/** Text without any odd character is neither folded nor trimmed: one look over it is enough. */
const foldText = (raw: string) => {
  const odd = `regexp_matches(${raw}, '[０-９Ａ-Ｚａ-ｚ\\s''${ODD_BLANKS}]')`;
  const folded = `trim(regexp_replace(translate(${raw}, ${TEXT_FROM}, ${TEXT_TO}), '\\s+', ' ', 'g'), ' ''')`;
  return `case when ${odd} then ${folded} else ${raw} end`;
};

/** Names lose the blanks between their characters; the dot of minority names has one form. */
const foldName = (raw: string) => {
  const odd = `regexp_matches(${raw}, '[０-９Ａ-Ｚａ-ｚ\\s''${ODD_BLANKS}${DOTS}]')`;
  const from = literal(alnum(FULL_WIDTH) + ODD_BLANKS + DOTS);
  const to = literal(alnum(HALF_WIDTH) + ' '.repeat(ODD_BLANKS.length) + '·'.repeat([...DOTS].length));
  const folded = `trim(regexp_replace(translate(${raw}, ${from}, ${to}), '\\s+', ' ', 'g'), ' ''')`;
  const joined = `case when regexp_matches(${raw}, '\\p{Han}') then replace(${folded}, ' ', '') else ${folded} end`;
  return `case when ${odd} then ${joined} else ${raw} end`;
};

const orNothing = (text: string, words: readonly string[]) =>
  `case ${text} ${words.map((w) => `when ${literal(w)} then null`).join(' ')} else ${text} end`;
/** What departments write in a column of numbers or dates for "none". */
const NOTHING = ['', '-', '--', '/', 'NULL', 'null', '无', 'N/A'];

/** The plan of a column. `raw` is the name of its raw cell in the layer below; layers are named after the column. */
export function cellPlan(contract: FeedContract, column: FeedColumn, raw: string): CellPlan {
  const n = `n_${column.name}`;
  const v = `v_${column.name}`;
  const wrong = (reason: CellReason, when = `${n} is not null and ${v} is null`) => ({ when, reason });
  const plan = (parts: Partial<CellPlan>): CellPlan => ({
    column,
    folded: foldTyped(raw),
    clean: orNothing(`f_${column.name}`, NOTHING),
    parts: [],
    value: n,
    issues: [],
    ...parts,
  });
  switch (column.type) {
    case 'text':
    case 'address':
      return plan({ folded: foldText(raw), clean: orNothing(`f_${column.name}`, ['']) });
    case 'name':
      return plan({ folded: foldName(raw), clean: orNothing(`f_${column.name}`, ['']) });
    case 'phone':
      return plan({ value: `nullif(regexp_replace(${n}, '[^0-9]', '', 'g'), '')` });
    case 'account':
    case 'disability_certificate':
      return plan({ value: `upper(replace(${n}, ' ', ''))` });
    case 'code':
      return plan({
        folded: `case when ${codeDirect(column, raw)} is not null then ${raw} else ${foldTyped(raw)} end`,
        clean: orNothing(`f_${column.name}`, ['']),
        value: codeValue(column, raw, n),
        issues: [wrong('code-unknown')],
      });
    case 'date':
      return plan({
        value: dateValue(n),
        issues: [
          wrong('date-invalid', `${n} is not null and ${v} is null and regexp_full_match(${n}, ${DATE_SHAPE})`),
          wrong('date-form'),
          wrong('date-placeholder', `${v} < date '1901-01-01'`),
        ],
      });
    case 'month':
      return plan({ value: monthValue(n), issues: [wrong('month-form')] });
    case 'money':
      return plan({ ...hundredths(n), issues: precisionIssues(n, v, 'money-precision', 'money-form') });
    case 'area':
    case 'rate':
      return plan({ ...hundredths(n), issues: precisionIssues(n, v, 'number-precision', 'number-form') });
    case 'integer':
      return plan({
        value: `case when regexp_full_match(${n}, '-?[0-9]{1,15}(\\.0*)?') then cast(split_part(${n}, '.', 1) as bigint) end`,
        issues: [wrong('integer-form')],
      });
    case 'credit_code':
      return plan({
        value: `case when regexp_full_match(upper(replace(${n}, ' ', '')), '[0-9A-Z]{18}') then upper(replace(${n}, ' ', '')) end`,
        issues: [wrong('credit-form')],
      });
    case 'citizen_number':
      return citizenPlan(plan, contract, column, n, v);
    case 'division':
      return plan({
        parts: [
          {
            name: `k_${column.name}`,
            sql: `case when regexp_full_match(${n}, '[0-9]*') then ${n} else regexp_replace(replace(${n}, ' ', ''), '\\.0+$', '') end`,
          },
        ],
        // The layer above gives d_<name> (id of the code) and o_<name> (whether it is a code of another county).
        value: `d_${column.name}`,
        issues: [wrong('division-unknown', `${n} is not null and d_${column.name} is null and not o_${column.name}`)],
      });
  }
}

/**
 * SQL of the first thing wrong in a row, as column number × 100 + reason number; NULL when nothing is.
 * @param all the plans of all columns, by whose place a column has its number; @param typed those of them that are looked at
 */
export function issueOf(all: readonly CellPlan[], typed: readonly CellPlan[], strict: boolean): string {
  const arms: string[] = [];
  for (const [i, plan] of all.entries()) {
    if (!typed.includes(plan)) continue;
    const number = (reason: CellReason) => i * 100 + cellReasonNumber(reason);
    if (plan.column.required) arms.push(`when n_${plan.column.name} is null then ${number('missing')}`);
    for (const issue of plan.issues) arms.push(`when ${issue.when} then ${number(issue.reason)}`);
    if (strict && plan.column.type === 'citizen_number')
      arms.push(
        `when n_${plan.column.name} is not null and not coalesce(g_${plan.column.name}, false) then ${number('citizen-check')}`,
      );
  }
  return arms.length === 0 ? 'cast(null as integer)' : `case ${arms.join('\n      ')} end`;
}

const codeDirect = (column: FeedColumn, raw: string) =>
  `case ${raw} ${Object.entries(column.codes ?? {})
    .map(([text, code]) => `when ${literal(text)} then ${literal(code)}`)
    .join(' ')} end`;

function codeValue(column: FeedColumn, raw: string, n: string): string {
  const folded = Object.entries(column.codes ?? {})
    .map(([text, code]) => `when ${literal(text.normalize('NFKC').toUpperCase())} then ${literal(code)}`)
    .join(' ');
  return `coalesce(${codeDirect(column, raw)}, case upper(replace(${n}, ' ', '')) ${folded} end)`;
}

const DATE_SHAPE = `'[0-9]{4}([-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?([ T].*)?|[0-9]{4})'`;

function dateValue(n: string): string {
  const apart = `regexp_replace(${n}, '^([0-9]{4})[^0-9]([0-9]{1,2})[^0-9]([0-9]{1,2}).*$', '\\1-\\2-\\3')`;
  return `case
    when ${n} like '____-__-__' then try_cast(${n} as date)
    when regexp_full_match(${n}, '[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?([ T].*)?') then try_cast(${apart} as date)
    when regexp_full_match(${n}, '[0-9]{8}') then try_cast(concat(left(${n}, 4), '-', substr(${n}, 5, 2), '-', substr(${n}, 7, 2)) as date)
    when regexp_full_match(${n}, '[1-9][0-9]{4}(\\.[0-9]+)?') then date '1899-12-30' + cast(left(${n}, 5) as integer)
    when regexp_full_match(${n}, '[0-9]') then date '1900-01-01'
    when ${n} in ('长期', '长期有效', '永久') then date '9999-12-31'
  end`;
}

function monthValue(n: string): string {
  const year = `left(${n}, 4)`;
  const month = `lpad(regexp_extract(${n}, '^[0-9]{4}[^0-9]([0-9]{1,2})', 1), 2, '0')`;
  return `case
    when regexp_full_match(${n}, '(19|20)[0-9]{2}-(0[1-9]|1[0-2])') then ${n}
    when regexp_full_match(${n}, '(19|20)[0-9]{2}(0[1-9]|1[0-2])([0-9]{2})?') then concat(${year}, '-', substr(${n}, 5, 2))
    when regexp_full_match(${n}, '(19|20)[0-9]{2}[-/.年](0?[1-9]|1[0-2])([-/.月].*)?') then concat(${year}, '-', ${month})
  end`;
}

/** Hundredths (fen, 1/100 mu, 1/100 %) as BIGINT, exactly: a digit that would be lost gives NULL. */
function hundredths(n: string): Pick<CellPlan, 'value'> {
  const bare = `case when regexp_full_match(${n}, '[-0-9.]+') then ${n}
      when regexp_full_match(${n}, '[¥￥]?-?[0-9]{1,3}(,[0-9]{3})*(\\.[0-9]+)? *(元|亩|%|㎡|m2|平方米)?') or regexp_full_match(${n}, '[¥￥]?-?[0-9]+(\\.[0-9]+)? *(元|亩|%|㎡|m2|平方米)?')
      then regexp_replace(${n}, '[,¥￥元亩%㎡m平方米 ]|m2', '', 'g') end`;
  // Nearly all amounts are plain; the others are taken apart.
  return {
    value: `case when regexp_full_match(${n}, '-?[0-9]+(\\.[0-9][0-9]?)?') and strlen(${n}) <= 14 then cast(cast(${n} as decimal(18, 2)) * 100 as bigint)
      when ${n} is not null then case when regexp_full_match(${bare}, '-?[0-9]{1,13}(\\.[0-9]{0,2}0*)?') then cast(cast(regexp_replace(${bare}, '(\\.[0-9]{2})0+$', '\\1') as decimal(18, 2)) * 100 as bigint) end end`,
  };
}

function precisionIssues(n: string, v: string, precision: CellReason, form: CellReason): CellPlan['issues'] {
  const missing = `${n} is not null and ${v} is null`;
  return [
    { when: `${missing} and regexp_full_match(${n}, '-?[0-9]{1,13}\\.[0-9]+')`, reason: precision },
    { when: missing, reason: form },
  ];
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/**
 * A citizen number (GB 11643-1999): 15 digits become 18, and `g_<name>` says whether check character and birth date are
 * right. A wrong one stays for linkage to repair; only a register whose contract is strict quarantines it.
 */
function citizenPlan(
  plan: (parts: Partial<CellPlan>) => CellPlan,
  contract: FeedContract,
  column: FeedColumn,
  n: string,
  v: string,
): CellPlan {
  const w = `w_${column.name}`;
  const u = `u_${column.name}`;
  const b = `b_${column.name}`;
  const c = `x_${column.name}`;
  const sum = WEIGHTS.map((w, i) => `((${b} // ${10n ** BigInt(16 - i)}) % 10) * ${w}`).join(' + ');
  const y = `((${b} // 10000000) % 10000)`;
  const m = `((${b} // 100000) % 100)`;
  const d = `((${b} // 1000) % 100)`;
  const days = `case when ${m} in (4, 6, 9, 11) then 30 when ${m} = 2 then case when ${y} % 4 = 0 and (${y} % 100 <> 0 or ${y} % 400 = 0) then 29 else 28 end else 31 end`;
  const born = `${y} between 1850 and 2200 and ${m} between 1 and 12 and ${d} between 1 and ${days}`;
  return plan({
    parts: [
      { name: w, sql: `coalesce(regexp_full_match(${n}, '[0-9]{17}[0-9X]'), false)` },
      { name: u, sql: `case when ${w} then ${n} else upper(replace(${n}, ' ', '')) end` },
      {
        name: b,
        sql: `case when ${w} then cast(left(${n}, 17) as bigint)
          when regexp_full_match(${u}, '[0-9]{17}[0-9X]') then cast(left(${u}, 17) as bigint)
          when regexp_full_match(${u}, '[0-9]{15}') then cast(concat(left(${u}, 6), '19', right(${u}, 9)) as bigint) end`,
      },
      { name: c, sql: `substr('10X98765432', cast((${sum}) % 11 as integer) + 1, 1)` },
      {
        name: `g_${column.name}`,
        sql: `${b} is not null and (strlen(${u}) = 15 or right(${u}, 1) = ${c}) and ${born}`,
      },
    ],
    value: `case when ${b} is null then null when strlen(${u}) = 18 then ${u} else concat(left(${u}, 6), '19', right(${u}, 9), ${c}) end`,
    issues:
      column.required || contract.strict_number
        ? [{ when: `${n} is not null and ${v} is null`, reason: 'citizen-form' }]
        : [],
  });
}
