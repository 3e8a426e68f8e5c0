/** A citizen number with the middle covered: '3213**********4032'. */
export const coverNumber = (number: string): string =>
  number.length > 8
    ? `${number.slice(0, 4)}${'*'.repeat(number.length - 8)}${number.slice(-4)}`
    : '*'.repeat(number.length);

/** A phone number with the middle covered: '138****5678'; short ones wholly. */
export const coverPhone = (phone: string): string =>
  phone.length > 7 ? `${phone.slice(0, 3)}${'*'.repeat(phone.length - 7)}${phone.slice(-4)}` : '*'.repeat(phone.length);

/** Full years at a civil date, both 'YYYY-MM-DD'. */
export function ageAt(birth: string, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(birth.slice(0, 4));
  return today.slice(5) < birth.slice(5) ? years - 1 : years;
}

/** Relations to the head in the words of the household book (codes of the population feed). */
export const RELATIONS: Readonly<Record<string, string>> = {
  head: '户主',
  spouse: '配偶',
  child: '子女',
  child_in_law: '儿媳女婿',
  grandchild: '孙子女',
  parent: '父母',
  parent_in_law: '公婆岳父母',
  grandparent: '祖父母',
  sibling: '兄弟姐妹',
  nephew_niece: '侄甥',
  other: '其他',
};
