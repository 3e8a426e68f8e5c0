import { address } from './address.ts';
import { birthDate } from './birth.ts';
import { chineseName } from './chinese-name.ts';
import type { Preparation, PreparedAs } from './field.ts';
import { citizenNumber, email, number, phone, region, sex } from './identifiers.ts';
import { givenOfFull, surnameOfFull, word } from './western-text.ts';

/** How each kind is prepared; a Western full name is two fields (see `../config.ts`). */
export const PREPARATIONS: Readonly<Record<PreparedAs, Preparation>> = {
  name: chineseName,
  'given-name': word,
  surname: word,
  'full-given': givenOfFull,
  'full-surname': surnameOfFull,
  'birth-date': birthDate,
  sex,
  phone,
  email,
  address,
  region,
  'street-number': word,
  street: word,
  locality: word,
  postcode: number,
  state: word,
  'citizen-number': citizenNumber,
  number,
  household: number,
  code: number,
  text: word,
};
