export const amount: number = 'not a number';
