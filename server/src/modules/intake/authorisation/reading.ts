import { birthDateOf, citizenNumberOf, yearsAt } from './citizen.ts';

/** Who is verified, in relation to who applies. */
export type Subject = 'applicant' | 'member' | 'obligor';

/** One consent to verification (核对授权) as its document says it. */
export interface Consent {
  number: string;
  name: string;
  subject: Subject;
  /** Whose application it is for; the family's divisions are found by this number. */
  applicant: string;
  signer: 'self' | 'guardian';
  guardian: { number: string; name: string } | null;
  from: string;
  until: string;
  purpose: string;
  documentSha256: string;
}

/** Why a line is no consent, and how to mend it; no word of it says who. */
export interface ConsentFault {
  code: string;
  message: string;
  cure: string;
}

export const CONSENT_COLUMNS = {
  number: { titles: ['被核对人身份证号', '被核对人证件号', '身份证号', '身份证号码'] },
  name: { titles: ['被核对人姓名', '姓名'] },
  subject: { titles: ['与申请人关系', '身份'] },
  applicant: { titles: ['申请人身份证号', '申请人证件号'] },
  signer: { titles: ['签署人'] },
  guardianNumber: { titles: ['监护人身份证号', '监护人证件号'], optional: true },
  guardianName: { titles: ['监护人姓名'], optional: true },
  from: { titles: ['授权起', '授权起始日期', '签署日期'] },
  until: { titles: ['授权止', '授权截止日期', '有效期至'] },
  purpose: { titles: ['用途', '核对事由'] },
  document: { titles: ['授权书摘要', '授权书SHA256', '授权书文件摘要'] },
} as const;
export type ConsentCells = Record<keyof typeof CONSENT_COLUMNS, string>;

const SUBJECTS: Readonly<Record<string, Subject>> = {
  本人: 'applicant',
  申请人: 'applicant',
  家庭成员: 'member',
  共同生活家庭成员: 'member',
  法定义务人: 'obligor',
  赡养人: 'obligor',
  抚养人: 'obligor',
  扶养人: 'obligor',
};
const SIGNERS: Readonly<Record<string, Consent['signer']>> = {
  本人: 'self',
  监护人: 'guardian',
  法定代理人: 'guardian',
};

const fault = (code: string, message: string, cure: string): ConsentFault => ({ code, message, cure });

/**
 * Reads one line of an authorisation list.
 * @param guardianAge under this age at the first day only a guardian can sign (个人信息保护法第三十一条)
 */
export function readConsent(cells: ConsentCells, guardianAge: number): Consent | ConsentFault {
  const number = citizenNumberOf(cells.number);
  if (!number) return fault('citizen-check', '被核对人的身份证号不对', '请按证件核对 18 位号码');
  if (cells.name === '') return fault('name-missing', '没有写被核对人姓名', '请补上姓名');
  const subject = SUBJECTS[cells.subject];
  if (!subject) return fault('subject-unknown', '与申请人关系的写法不认识', '请写：本人、家庭成员或法定义务人');
  const applicant = citizenNumberOf(cells.applicant);
  if (!applicant) return fault('applicant-check', '申请人的身份证号不对', '请按证件核对 18 位号码');
  if ((subject === 'applicant') !== (applicant === number))
    return fault('applicant-differs', '与申请人关系和申请人身份证号不相符', '关系为“本人”的两个号码应相同，其余应不同');
  const signer = SIGNERS[cells.signer];
  // A family cannot sign for an obligor, nor one member for another: 社会救助法第四十一条 wants each one's own consent.
  if (!signer) return fault('signer-unknown', '签署人只能是本人或其监护人', '请由被核对人本人签署；他人不能代签');
  const from = isoDate(cells.from);
  const until = isoDate(cells.until);
  if (!from || !until) return fault('date-form', '授权起止日期不对', '请写成 2026-09-01');
  if (until < from) return fault('dates-crossed', '授权截止早于起始', '请核对授权书上的日期');
  if (cells.purpose === '') return fault('purpose-missing', '没有写用途', '请写明核对事由，如“低保申请核对”');
  const documentSha256 = cells.document.toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(documentSha256))
    return fault('document-hash', '授权书摘要不是 SHA-256', '请填写已签授权书文件的 SHA-256 摘要（64 位十六进制）');
  if (yearsAt(birthDateOf(number), from) < guardianAge && signer !== 'guardian')
    return fault(
      'guardian-needed',
      `未满 ${guardianAge} 周岁的，须由监护人签署`,
      '请由其父母或其他监护人签署并填写监护人',
    );
  if (signer === 'self')
    return {
      number,
      name: cells.name,
      subject,
      applicant,
      signer,
      guardian: null,
      from,
      until,
      purpose: cells.purpose,
      documentSha256,
    };
  const guardianNumber = citizenNumberOf(cells.guardianNumber);
  if (!guardianNumber || cells.guardianName === '')
    return fault('guardian-missing', '监护人签署的，须写监护人姓名和身份证号', '请补上监护人的姓名和 18 位号码');
  if (guardianNumber === number) return fault('guardian-self', '监护人与被核对人是同一人', '请核对监护人的身份证号');
  if (yearsAt(birthDateOf(guardianNumber), from) < ADULT)
    return fault('guardian-minor', '监护人不满十八周岁', '请核对监护人的身份证号');
  const guardian = { number: guardianNumber, name: cells.guardianName };
  return {
    number,
    name: cells.name,
    subject,
    applicant,
    signer,
    guardian,
    from,
    until,
    purpose: cells.purpose,
    documentSha256,
  };
}

/** 民法典第十七条: a guardian has full civil capacity, hence is of age. */
const ADULT = 18;

function isoDate(text: string): string | undefined {
  const found = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text);
  if (!found) return undefined;
  const [, year, month, day] = found as unknown as [string, string, string, string];
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const at = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === date ? date : undefined;
}
