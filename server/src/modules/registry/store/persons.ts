import { sql, type Tx } from '../../../platform/database/index.ts';
import type { Engine, Row } from '../../../platform/engine/index.ts';
import { initialsOf, normaliseName, soundOf } from '../../linkage/index.ts';
import { CHANGED_HOUSEHOLDS, CHANGED_PERSONS } from '../plan/persons.ts';
import { type Identity, identityContext } from './identity.ts';

export interface RegisterChanges {
  persons: number;
  households: number;
  newPersons: number;
  changedPersons: number;
  leftRegister: number;
}

const PERSON_COLUMNS = [
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

/** Rows for COPY, sealed and tokened as they stream past; only what changed is sealed again. */
async function* personRows(tx: Tx, engine: Engine): AsyncGenerator<unknown[]> {
  const tokensOf = nameTokens(tx);
  for await (const rows of engine.stream(CHANGED_PERSONS)) {
    for (const r of rows) {
      const id = String(r.person_id);
      const name = String(r.name);
      const tokens = r.tokens_changed ? tokensOf(name) : undefined;
      const before = r.tokens_changed && !r.is_new ? tokensOf(String(r.name_before)) : undefined;
      yield [
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
      ];
    }
  }
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

async function* householdRows(tx: Tx, engine: Engine): AsyncGenerator<unknown[]> {
  for await (const rows of engine.stream(CHANGED_HOUSEHOLDS))
    for (const r of rows)
      yield [
        r.household_id,
        r.head_person_id,
        r.hukou_division_id,
        r.residence_division_id,
        r.size,
        tx.keys.blindIndex('hukou', String(r.hukou_no)),
        r.input_hash,
      ];
}

/**
 * Writes what a register changed: persons, their sealed identity and tokens, memberships with both times, households.
 * Persons whose row says the same as before are not touched.
 * @param first the first day of the period, from which a change is taken as true
 */
export async function writeRegister(
  tx: Tx,
  engine: Engine,
  first: string,
): Promise<Omit<RegisterChanges, 'persons' | 'households'>> {
  const now = tx.clock.now();
  await tx.load(
    'person_in',
    PERSON_COLUMNS.map(([name, type]) => ({ name, type })),
    personRows(tx, engine),
    'analyze person_in',
  );
  const { rows } = await sql<{ fresh: string; changed: string; left_register: string }>`
    select count(*) filter (where is_new) as fresh, count(*) filter (where not is_new) as changed,
      count(*) filter (where registered_to is not null and membership_changed) as left_register from person_in`.execute(
    tx.db,
  );
  await keepFormerMemberships(tx, first, now);
  await sql`insert into registry.person (id, household_id, relation, sex, birth, hukou_type, hukou_division_id,
      residence_division_id, registered_from, member_from, missing_since, registered_to, known_at)
    select id, household_id, relation, sex, birth, hukou_type, hukou, residence, registered_from, ${first}::date, missing_since,
      registered_to, ${now} from person_in where is_new`.execute(tx.db);
  await sql`update registry.person p set household_id = i.household_id, relation = i.relation, sex = i.sex, birth = i.birth,
      hukou_type = i.hukou_type, hukou_division_id = i.hukou, residence_division_id = i.residence,
      registered_from = i.registered_from, missing_since = i.missing_since, registered_to = i.registered_to, known_at = ${now},
      member_from = case when i.membership_changed then ${first}::date else p.member_from end
    from person_in i where not i.is_new and p.id = i.id`.execute(tx.db);
  await writeIdentities(tx);
  await tx.load(
    'household_in',
    [
      { name: 'id', type: 'bigint' },
      { name: 'head', type: 'bigint' },
      { name: 'hukou', type: 'int' },
      { name: 'residence', type: 'int' },
      { name: 'size', type: 'int' },
      { name: 'hukou_key', type: 'bytea' },
      { name: 'input_hash', type: 'text' },
    ],
    householdRows(tx, engine),
    'analyze household_in',
  );
  await sql`insert into registry.household (id, head_person_id, hukou_division_id, residence_division_id, size, hukou_key,
      input_hash, known_at)
    select id, head, hukou, residence, size, hukou_key, input_hash, ${now} from household_in
    on conflict (id) do update set head_person_id = excluded.head_person_id,
      hukou_division_id = excluded.hukou_division_id, residence_division_id = excluded.residence_division_id,
      size = excluded.size, input_hash = excluded.input_hash, known_at = excluded.known_at`.execute(tx.db);
  await sql`analyze registry.person, registry.household, registry.former_membership, identity.person, identity.token`.execute(
    tx.db,
  );
  const counts = rows[0];
  return {
    newPersons: Number(counts?.fresh ?? 0),
    changedPersons: Number(counts?.changed ?? 0),
    leftRegister: Number(counts?.left_register ?? 0),
  };
}

/** What we held is not overwritten: the old row ends in known time, the corrected one says when it ended in true time. */
async function keepFormerMemberships(tx: Tx, first: string, now: Date): Promise<void> {
  await sql`insert into registry.former_membership (household_id, person_id, relation, valid_from, valid_to, known_from, known_to,
      hukou_division_id, residence_division_id)
    select p.household_id, p.id, p.relation, p.member_from, v.valid_to, v.known_from, v.known_to, p.hukou_division_id,
      p.residence_division_id
    from person_in i join registry.person p on p.id = i.id
    cross join lateral (values (null::date, p.known_at, ${now}::timestamptz),
      (greatest(p.member_from, coalesce(i.registered_to, ${first}::date)), ${now}::timestamptz, null)) v(valid_to, known_from, known_to)
    where i.membership_changed and not i.is_new and p.registered_to is null`.execute(tx.db);
}

async function writeIdentities(tx: Tx): Promise<void> {
  await sql`insert into identity.person (person_id, sealed, hukou_division_id, residence_division_id)
    select id, sealed, hukou, residence from person_in where is_new`.execute(tx.db);
  await sql`update identity.person p set sealed = i.sealed, hukou_division_id = i.hukou, residence_division_id = i.residence
    from person_in i where not i.is_new and i.identity_changed and p.person_id = i.id`.execute(tx.db);
  await sql`delete from identity.token t using person_in i
    where not i.is_new and i.tokens_changed and t.token in (i.t_number, i.o_name, i.o_pinyin, i.o_initials)
      and t.person_id = i.id`.execute(tx.db);
  for (const [kind, column] of [
    ['number', 't_number'],
    ['name', 't_name'],
    ['pinyin', 't_pinyin'],
    ['initials', 't_initials'],
  ] as const) {
    const token = sql.ref(column);
    // In the order of the index, so that its pages are written once.
    await sql`insert into identity.token (kind, token, person_id, hukou_division_id, residence_division_id)
      select ${kind}, ${token}, id, hukou, residence from person_in where tokens_changed order by ${token}`.execute(
      tx.db,
    );
  }
}

/** The register that the last run took in, or undefined before the first. */
export async function lastSnapshot(tx: Tx): Promise<{ period: string; deliveryId: string; path: string } | undefined> {
  const { rows } = await sql<{ period: string; delivery_id: string; persons_path: string }>`
    select period, delivery_id, persons_path from registry.snapshot order by period desc, known_at desc, run_id desc limit 1`.execute(
    tx.db,
  );
  const row = rows[0];
  return row && { period: row.period, deliveryId: row.delivery_id, path: row.persons_path };
}

/** Records which register a run stands on. */
export async function writeSnapshot(
  tx: Tx,
  s: { runId: string; period: string; deliveryId: string; path: string; persons: number; households: number },
): Promise<void> {
  await sql`insert into registry.snapshot (run_id, period, delivery_id, persons_path, persons, households, known_at)
    values (${s.runId}, ${s.period}, ${s.deliveryId}, ${s.path}, ${s.persons}, ${s.households}, ${tx.clock.now()})`.execute(
    tx.db,
  );
}
