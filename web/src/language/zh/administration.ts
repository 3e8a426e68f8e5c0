/** Accounts, grants, mandates, audit trail, own account. */
export const administration = {
  'account.title': '本人账号',
  'account.unsentStay': '还没有发送的核查结果会留在本机，下次用同一账号登录后自动发送。',
} as const;
