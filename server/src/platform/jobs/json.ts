/** A value that JSON can hold: results of steps and requests. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
