import type { LeadDetail, LeadKind, Level } from '@doudi/contracts';
import { townships, villages } from './people.ts';

const heads = ['王××', '李××', '张××', '刘×', '陈××', '杨×', '赵××', '周××', '朱××', '欧阳××'];
type Cause = [string, string, LeadKind, Level, (name: string, n: number) => string];
const causes: Cause[] = [
  [
    'shock-medical',
    '大额医疗支出',
    'shock',
    'orange',
    (h, n) => `${h} 2026-10 住院自付 ${23 + n},480.00 元，超过本县 15,000.00 元的标准（近 12 个月累计）`,
  ],
  [
    'missed-subsistence',
    '低保应保未保',
    'missed',
    'red',
    (h, n) => `${h}一家 ${2 + (n % 4)} 口人均月收入 ${180 + n}.00 元，低于低保标准 610.00 元，未享受低保`,
  ],
  [
    'undue-vehicle',
    '车辆超限',
    'undue',
    'orange',
    (h, n) => `${h}一家享受低保，名下小型客车估值 ${86 + n},000.00 元，超过 80,000.00 元的上限`,
  ],
  [
    'missed-nursing',
    '重残护理补贴应补未补',
    'missed',
    'orange',
    (h) => `${h}持一级肢体残疾证，未领取重度残疾人护理补贴`,
  ],
  [
    'missed-subsistence',
    '低保应保未保',
    'missed',
    'yellow',
    (h, n) => `${h}一家登记收入人均 ${210 + n}.00 元，有一级残疾，缺申报收入，可能应纳入低保`,
  ],
  ['watch-multi-disabled', '一户多残', 'watch', 'blue', (h) => `${h}一家有 2 名持证残疾人，未纳入低保或特困`],
  [
    'undue-death',
    '亡故未停发',
    'undue',
    'red',
    (h) => `${h}一家的低保对象中，一人已于 2026-08-14 登记死亡，10 月仍在发放`,
  ],
];

function lead(n: number): LeadDetail {
  const cause = causes[n % causes.length] ?? causes[0];
  if (!cause) throw new Error('no causes');
  const [id, causeTitle, kind, level, say] = cause;
  const village = villages[n % villages.length] ?? villages[0];
  const town = townships.find((one) => one.id === village?.parentId);
  const head = heads[n % heads.length] ?? '王××';
  const left = 9 - (n % 14);
  return {
    id: `lead-${n}`,
    period: n % 5 === 0 ? '2026-09' : '2026-10',
    householdId: `house-${n}`,
    head,
    personId: `person-${n}-0`,
    kind,
    cause: id,
    causeTitle,
    level,
    undetermined: level === 'yellow',
    headline: say(head, n % 40),
    status: n % 9 === 8 ? 'verified' : 'open',
    township: town?.name ?? '',
    village: village?.name ?? '',
    divisionId: village?.id ?? 1,
    clock: {
      visitDue: `2026-11-${String(Math.max(1, 3 + left)).padStart(2, '0')}`,
      decideDue: n % 6 === 5 ? '2027-01-08' : '2026-11-24',
      workingDaysLeft: left,
      late: left < 0,
      provisional: n % 6 === 5,
    },
    rule: {
      id,
      title: causeTitle,
      cite: '《社会救助法》第二十三条；江苏省低保工作规程第十五条',
      text: '共同生活家庭成员人均月收入低于当地低保标准，且家庭财产状况符合规定的，给予最低生活保障。',
    },
    speaksFor: [
      {
        text: '家庭人均月收入低于低保标准',
        value: '412.00 元',
        threshold: '610.00 元',
        met: true,
        ratio: 0.675,
        cite: '办法第八条',
        source: '泗洪县 2026 年标准',
        borrowed: false,
      },
      {
        text: '家庭机动车价值不超过上限',
        value: '0.00 元',
        threshold: '80,000.00 元',
        met: true,
        ratio: 0,
        cite: '办法第十二条',
        source: '借自泗县',
        borrowed: true,
      },
      {
        text: '十月低保在保名册中没有本户',
        value: null,
        threshold: null,
        met: true,
        ratio: null,
        cite: null,
        source: '民政 救助对象名册 2026-10',
        borrowed: false,
      },
    ],
    speaksAgainst: [
      {
        text: '登记有外出务工 6 个月，收入按县表推算',
        value: '900.00 元/月',
        threshold: null,
        met: null,
        ratio: null,
        cite: null,
        source: '人社 外出务工登记',
        borrowed: false,
      },
    ],
    missing:
      level === 'yellow' ? [{ input: 'declared-income', title: '家庭其他收入申报', supplier: '家庭成员本人' }] : [],
    evidence: [
      {
        id: `ev-${n}-1`,
        feed: 'medical',
        feedTitle: '医保结算',
        department: '医保',
        period: '2026-10',
        deliveryId: 'd1',
        row: 1204 + n,
        says: '住院结算，个人自付 23,480.00 元，2026-10-12',
        link: { method: '身份证号', certain: true },
      },
      {
        id: `ev-${n}-2`,
        feed: 'disability',
        feedTitle: '残疾人证',
        department: '残联',
        period: '2026-10',
        deliveryId: 'd2',
        row: 88 + n,
        says: '肢体残疾一级，证件有效期至 2031-05-01',
        link: { method: '姓名、出生日期和村相同', certain: false },
      },
    ],
    events: [
      { at: '2026-10-28T06:12:00+08:00', actor: '月度比对', what: 'raised', text: '由 2026-10 的比对产生' },
      { at: '2026-11-02T10:05:00+08:00', actor: '李民政', what: 'viewed', text: '打开了线索' },
    ],
    next: { action: 'verify', text: '入户核查：核对收入和同住人员，填写核查结果' },
    form: [
      {
        name: 'living-together',
        title: '实际共同生活人数',
        type: 'number',
        required: true,
        help: '按灶吃饭的人数，含在外上学的子女',
        choices: null,
      },
      {
        name: 'other-income',
        title: '申报的其他月收入',
        type: 'money',
        required: false,
        help: '打零工、赡养费等，按月平均',
        choices: null,
      },
      { name: 'needs-help', title: '是否需要帮助申请', type: 'boolean', required: true, help: null, choices: null },
      {
        name: 'way',
        title: '核查方式',
        type: 'choice',
        required: true,
        help: null,
        choices: [
          { value: 'visit', title: '入户' },
          { value: 'phone', title: '电话' },
          { value: 'neighbour', title: '邻里走访' },
        ],
      },
    ],
    verification: null,
    precision: { verified: 43, confirmed: 39 },
  };
}

/** All leads of the mock county, changed in place by verifications. */
export const leads: LeadDetail[] = Array.from({ length: 173 }, (_, n) => lead(n));
