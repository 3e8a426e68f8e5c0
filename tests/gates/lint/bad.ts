export const loose = (x: any) => x;
