/** Why a row is set aside: what is wrong (with the column's title put in for {0}) and how to mend it. */
export interface Reason {
  message: string;
  cure: string;
}

/** Faults of a whole record, found while splitting. */
export const RECORD_REASONS = {
  'short-row': { message: '这一行的栏数少于表头', cure: '请检查该行是否被截断，补齐各栏后重报' },
  'long-row': { message: '这一行的栏数多于表头', cure: '某栏内容里有未加引号的逗号；请给该栏加引号后重报' },
  'bad-quote': { message: '这一行的引号没有配对', cure: '请补上缺少的引号，或去掉多余的引号后重报' },
  'control-character': { message: '这一行含有控制字符（如 NUL）', cure: '文件在导出或传输中损坏，请重新导出该行' },
  encoding: { message: '这一行有无法识别的字节', cure: '该行编码与文件其余部分不同，请统一编码后重新导出' },
  'too-long': { message: '这一行过长（超过 256 KB），未作拆分', cure: '多为缺少换行所致，请重新导出' },
} as const satisfies Record<string, Reason>;

/** Faults of one cell, found while typing; the order is the number by which the batch names them. */
export const CELL_REASONS = {
  missing: { message: '“{0}”为空', cure: '该栏必填，请补上后重报' },
  'code-unknown': {
    message: '“{0}”不在代码表中',
    cure: '请改为契约所列的写法；若是新的写法，请在契约的 codes 中补上对应',
  },
  'date-form': { message: '“{0}”不是日期', cure: '请写成 2026-09-01' },
  'date-invalid': { message: '“{0}”的日期不存在', cure: '请核对年月日（如 2 月 30 日）后重报' },
  'date-placeholder': { message: '“{0}”是 1900 年等占位日期', cure: '请补上真实日期；不知道且该栏非必填的，请留空' },
  'month-form': { message: '“{0}”不是月份', cure: '请写成 2026-09' },
  'money-form': { message: '“{0}”不是金额', cure: '请写成以元为单位的数，如 1234.50' },
  'money-precision': { message: '“{0}”的金额细于一分', cure: '请核对小数位，金额最细到分' },
  'number-form': { message: '“{0}”不是数', cure: '请只写数字' },
  'number-precision': { message: '“{0}”的小数多于两位', cure: '请保留两位小数' },
  'integer-form': { message: '“{0}”不是整数', cure: '请只写整数' },
  'division-unknown': { message: '“{0}”不是本县的村居代码', cure: '请核对 12 位统计用区划代码' },
  'citizen-form': { message: '“{0}”不是 15 或 18 位公民身份号码', cure: '请核对号码；从表格导出时请把该栏设为文本' },
  'citizen-check': { message: '“{0}”的校验码或出生日期不对', cure: '请按户籍底册核对号码' },
  'credit-form': { message: '“{0}”不是 18 位统一社会信用代码', cure: '请核对代码' },
} as const satisfies Record<string, Reason>;

/** Faults that only several rows together show. */
export const KEY_REASONS = {
  'key-conflict': { message: '同一主键在本文件中有内容不同的多行', cure: '请核对哪一行为准，只保留一行后重报' },
} as const satisfies Record<string, Reason>;

/** Why a row is refused: nothing of it is kept but its number and this reason. */
export const REFUSAL_REASONS = {
  'outside-county': { message: '不属本县的人，没有处理其信息的法律依据', cure: '请提供部门今后只报送本县的人' },
  'not-authorised': {
    message: '此人没有有效的核对授权，不得处理其财产信息（社会救助法第四十条、第四十一条）',
    cure: '请先取得本人（未满十四周岁的由监护人）签署的核对授权并登记，再请提供部门重新反馈',
  },
  'not-on-list': {
    message: '不在本次发出的核对名单上，没有处理其信息的法律依据',
    cure: '请提供部门只反馈名单上的人；确需核对的，请另发名单',
  },
} as const satisfies Record<string, Reason>;

export type RefusalReason = keyof typeof REFUSAL_REASONS;

/** Why a feed of this scope refuses a row: each has one reason only. */
export const refusalOf = (contract: { scope: 'full' | 'list' | 'authorised' | 'push' }): RefusalReason =>
  contract.scope === 'authorised' ? 'not-authorised' : contract.scope === 'list' ? 'not-on-list' : 'outside-county';

export type RecordReason = keyof typeof RECORD_REASONS;
export type CellReason = keyof typeof CELL_REASONS;
export type QuarantineReason = RecordReason | CellReason | keyof typeof KEY_REASONS;

const CELL_ORDER = Object.keys(CELL_REASONS) as CellReason[];

/** The number of a cell reason (from 1), as it stands in the batch's plan. */
export const cellReasonNumber = (reason: CellReason): number => CELL_ORDER.indexOf(reason) + 1;

/** The reason of a number; undefined when there is none. */
export const cellReasonOf = (number: number): CellReason | undefined => CELL_ORDER[number - 1];

const ALL: Record<string, Reason> = { ...RECORD_REASONS, ...CELL_REASONS, ...KEY_REASONS, ...REFUSAL_REASONS };

/** A reason in words; `column` is the title of the column it is about. */
export function reasonText(code: string, column: string | null): Reason {
  const reason = ALL[code];
  if (!reason) return { message: code, cure: '' };
  return { message: reason.message.replace('{0}', column ?? ''), cure: reason.cure };
}
