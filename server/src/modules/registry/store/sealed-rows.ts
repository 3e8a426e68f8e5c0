import type { Tx } from '../../../platform/database/index.ts';
import type { Engine, Row } from '../../../platform/engine/index.ts';
import { initialsOf, normaliseName, soundOf } from '../../linkage/index.ts';
import { CHANGED_PERSONS } from '../plan/persons.ts';
import { type Identity, identityContext } from './identity.ts';

/** Columns of the temporary table that changed persons are copied into. */
export const PERSON_IN = [
  ['id', 'bigint'],
  ['household_id', 'bigint'],
  ['relation', 'text'],
  ['sex', 'text'],
  ['birth', 'date'],
  ['hukou_type', 'text'],
  ['hukou', 'int'],
  ['residence', 'int'],
  ['registered_from', 'date'],
  ['missing_since', 'text'],
  ['registered_to', 'date'],
  ['is_new', 'boolean'],
  ['membership_changed', 'boolean'],
  ['identity_changed', 'boolean'],
  ['tokens_changed', 'boolean'],
  ['sealed', 'bytea'],
  ['t_number', 'bytea'],
  ['t_name', 'bytea'],
  ['t_pinyin', 'bytea'],
  ['t_initials', 'bytea'],
  ['o_name', 'bytea'],
  ['o_pinyin', 'bytea'],
  ['o_initials', 'bytea'],
] as const;

type NameTokens = readonly [name: Buffer, pinyin: Buffer, initials: Buffer];

/** Blind tokens of names, each distinct name computed once: a county of a million has some three hundred thousand. */
function nameTokens(tx: Tx): (name: string) => NameTokens {
  const known = new Map<string, NameTokens>();
  return (name) => {
    const found = known.get(name);
    if (found) return found;
    const normal = normaliseName(name);
    const made: NameTokens = [
      tx.keys.blindIndex('name', normal),
      tx.keys.blindIndex('pinyin', soundOf(normal)),
      tx.keys.blindIndex('initials', initialsOf(normal)),
    ];
    known.set(name, made);
    return made;
  };
}

/** Changed persons, ready for COPY in the columns of `PERSON_IN`. */
export interface PersonSlice {
  rows: unknown[][];
  fresh: number;
  left: number;
}

/** Changed persons in slices, sealed and tokened as they stream past; only what changed is sealed again. */
export async function* personSlices(tx: Tx, engine: Engine, size: number): AsyncGenerator<PersonSlice> {
  const tokensOf = nameTokens(tx);
  let slice: PersonSlice = { rows: [], fresh: 0, left: 0 };
  for await (const rows of engine.stream(CHANGED_PERSONS)) {
    for (const r of rows) {
      if (r.is_new) slice.fresh++;
      if (r.registered_to !== null && r.membership_changed) slice.left++;
      const id = String(r.person_id);
      const name = String(r.name);
      const tokens = r.tokens_changed ? tokensOf(name) : undefined;
      const before = r.tokens_changed && !r.is_new ? tokensOf(String(r.name_before)) : undefined;
      slice.rows.push([
        id,
        r.household_id,
        r.relation,
        r.sex,
        r.birth,
        r.hukou_type,
        r.sight_hukou,
        r.sight_residence,
        r.registered_from,
        r.missing_since,
        r.registered_to,
        r.is_new,
        r.membership_changed,
        r.identity_changed,
        r.tokens_changed,
        r.identity_changed ? seal(tx, id, r) : null,
        tokens ? tx.keys.blindIndex('number', String(r.number)) : null,
        ...(tokens ?? [null, null, null]),
        ...(before ?? [null, null, null]),
      ]);
      if (slice.rows.length >= size) {
        yield slice;
        slice = { rows: [], fresh: 0, left: 0 };
      }
    }
  }
  if (slice.rows.length > 0) yield slice;
}

function seal(tx: Tx, id: string, r: Row): Buffer {
  const identity: Identity = {
    name: String(r.name),
    number: String(r.number),
    phone: r.phone === null ? null : String(r.phone),
    address: r.address === null ? null : String(r.address),
  };
  return tx.keys.seal(Buffer.from(JSON.stringify(identity)), identityContext(id));
}
