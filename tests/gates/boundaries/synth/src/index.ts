export const synth = 1;
