import type { Division, Me, Role } from '@doudi/contracts';

export const county: Division = { id: 1, code: '321324000000', name: '泗洪县', level: 'county', parentId: null };
export const townships: Division[] = [
  '青阳街道',
  '双沟镇',
  '梅花镇',
  '上塘镇',
  '界集镇',
  '临淮镇',
  '半城镇',
  '魏营镇',
].map((name, at) => ({ id: 10 + at, code: `32132410${at}000`, name, level: 'township' as const, parentId: 1 }));
export const villages: Division[] = townships.flatMap((town, at) =>
  ['陈圩村', '朱湖村', '大楼社区'].map((name, no) => ({
    id: 100 + at * 10 + no,
    code: `32132410${at}20${no}`,
    name,
    level: 'village' as const,
    parentId: town.id,
  })),
);
export const divisions = [county, ...townships, ...villages];

export type Person = { me: Me };

const roles: [string, Role, Division | null, string][] = [
  ['village', 'village', villages[3] ?? null, '周协理'],
  ['township', 'township', townships[1] ?? null, '李民政'],
  ['county', 'county', county, '王股长'],
  ['county2', 'county', county, '赵副局长'],
  ['supervisor', 'supervisor', county, '市局督导'],
  ['auditor', 'auditor', county, '审计组'],
  ['system', 'system-administrator', null, '系统管理员'],
  ['security', 'security-administrator', null, '安全保密员'],
  ['audit', 'audit-administrator', null, '安全审计员'],
];

export const people: Person[] = roles.map(([username, role, division, displayName], at) => ({
  me: {
    id: `user-${at}`,
    username,
    displayName,
    role,
    division,
    now: '2026-11-03T09:20:00+08:00',
    demo: true,
    mandate: role === 'auditor' ? { id: 'm1', title: '2026 年社会救助资金专项检查', until: '2026-12-31' } : null,
    periods: ['2026-10', '2026-09'],
    twoFactorEnabled: username === 'county2',
  },
}));

export const accounts = roles.map(([username, role, division]) => ({
  username,
  role,
  division: division?.name ?? null,
  password: 'doudi-demo-2026',
}));
