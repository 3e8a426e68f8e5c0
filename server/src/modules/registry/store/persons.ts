import { sql, type Tx } from '../../../platform/database/index.ts';
import type { Engine } from '../../../platform/engine/index.ts';
import { CHANGED_HOUSEHOLDS } from '../plan/persons.ts';
import { PERSON_IN, type PersonSlice, personSlices } from './sealed-rows.ts';

/** Persons written at a time: while PostgreSQL takes one slice in, Node seals the next. */
const SLICE = 50_000;

export interface RegisterChanges {
  persons: number;
  households: number;
  newPersons: number;
  changedPersons: number;
  leftRegister: number;
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
 * @param first the first day of the period, from which a change is taken as true; @param sliceSize persons written at a time
 */
export async function writeRegister(
  tx: Tx,
  engine: Engine,
  first: string,
  sliceSize = SLICE,
): Promise<Omit<RegisterChanges, 'persons' | 'households'>> {
  const now = tx.clock.now();
  const counts = { newPersons: 0, changedPersons: 0, leftRegister: 0 };
  const slices = personSlices(tx, engine, sliceSize);
  let coming = slices.next();
  for (;;) {
    const { value: slice, done } = await coming;
    if (done) break;
    coming = slices.next();
    // A failure while the next slice is made is met when it is awaited, not as an unhandled rejection.
    coming.catch(() => undefined);
    await writeSlice(tx, slice, first, now);
    counts.newPersons += slice.fresh;
    counts.changedPersons += slice.rows.length - slice.fresh;
    counts.leftRegister += slice.left;
  }
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
  return counts;
}

async function writeSlice(tx: Tx, slice: PersonSlice, first: string, now: Date): Promise<void> {
  await tx.load(
    'person_in',
    PERSON_IN.map(([name, type]) => ({ name, type })),
    slice.rows,
    'analyze person_in',
  );
  if (slice.fresh < slice.rows.length) await keepFormerMemberships(tx, first, now);
  await sql`insert into registry.person (id, household_id, relation, sex, birth, hukou_type, hukou_division_id,
      residence_division_id, registered_from, member_from, missing_since, registered_to, known_at)
    select id, household_id, relation, sex, birth, hukou_type, hukou, residence, registered_from, ${first}::date, missing_since,
      registered_to, ${now} from person_in where is_new`.execute(tx.db);
  if (slice.fresh < slice.rows.length)
    await sql`update registry.person p set household_id = i.household_id, relation = i.relation, sex = i.sex, birth = i.birth,
        hukou_type = i.hukou_type, hukou_division_id = i.hukou, residence_division_id = i.residence,
        registered_from = i.registered_from, missing_since = i.missing_since, registered_to = i.registered_to, known_at = ${now},
        member_from = case when i.membership_changed then ${first}::date else p.member_from end
      from person_in i where not i.is_new and p.id = i.id`.execute(tx.db);
  await writeIdentities(tx, slice.fresh < slice.rows.length);
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

async function writeIdentities(tx: Tx, changed: boolean): Promise<void> {
  await sql`insert into identity.person (person_id, sealed, hukou_division_id, residence_division_id)
    select id, sealed, hukou, residence from person_in where is_new`.execute(tx.db);
  if (changed) {
    await sql`update identity.person p set sealed = i.sealed, hukou_division_id = i.hukou, residence_division_id = i.residence
    from person_in i where not i.is_new and i.identity_changed and p.person_id = i.id`.execute(tx.db);
    await sql`delete from identity.token t using person_in i
    where not i.is_new and i.tokens_changed and t.token in (i.t_number, i.o_name, i.o_pinyin, i.o_initials)
      and t.person_id = i.id`.execute(tx.db);
  }
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

/** Which register a run stands on. */
export interface RegisterSnapshot {
  runId: string;
  period: string;
  deliveryId: string;
  /** Lake path of the sealed index of persons. */
  path: string;
}

/** The register that the last run took in, or undefined before the first. */
export async function lastSnapshot(tx: Tx): Promise<RegisterSnapshot | undefined> {
  const { rows } = await sql<{ run_id: string; period: string; delivery_id: string; persons_path: string }>`
    select run_id, period, delivery_id, persons_path from registry.snapshot order by period desc, known_at desc, run_id desc limit 1`.execute(
    tx.db,
  );
  const row = rows[0];
  return row && { runId: row.run_id, period: row.period, deliveryId: row.delivery_id, path: row.persons_path };
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
