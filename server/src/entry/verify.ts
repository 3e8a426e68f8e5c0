import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openIdentityOf } from '../modules/registry/index.ts';
import { verifyAudit } from '../platform/audit/index.ts';
import { sql, system, type Tx } from '../platform/database/index.ts';
import type { Installation } from '../platform/installation.ts';
import { hashFile } from '../platform/lake/index.ts';
import { publishedBundle } from '../platform/packs/index.ts';

export interface Check {
  name: string;
  ok: boolean;
  /** Which rows break the promise, by their opaque ids; at most a hundred. */
  broken: string[];
}

type Read = (tx: Tx, installation: Installation) => Promise<string[]>;

const first = (rows: { id: string }[]) => rows.map((r) => r.id);

/** Every promise of DESIGN.md that can be read from the data; each gives the rows that break it. */
const CHECKS: readonly { name: string; read: Read }[] = [
  {
    name: '行数相等：收到 = 接收 + 未变 + 隔离 + 拒收',
    read: async (tx) =>
      first(
        (
          await sql<{ id: string }>`select format('delivery/%s %s %s', id, feed, period) as id from intake.delivery
            where received <> accepted + unchanged + quarantined + refused limit 100`.execute(tx.db)
        ).rows,
      ),
  },
  {
    name: '每份交付接收的行都在数据湖里，不多不少',
    read: async (tx) =>
      first(
        (
          await sql<{
            id: string;
          }>`with held as (
              select d.id, d.accepted, d.unchanged,
                (select sum(f.row_count) from lake.file f where f.path = d.accepted_path
                  or d.accepted_path like '%/*.parquet' and starts_with(f.path, left(d.accepted_path, -9)))
                + (select coalesce(sum(f.row_count), 0) from intake.part p join lake.file f on f.path = p.accepted_path
                  where p.delivery_id = d.id) as rows
              from intake.delivery d)
            select format('delivery/%s', id) as id from held
            where rows is null or rows < accepted or rows > accepted + unchanged limit 100`.execute(tx.db)
        ).rows,
      ),
  },
  {
    name: '隔离的行与隔离清单一致',
    read: async (tx) =>
      first(
        (
          await sql<{ id: string }>`select format('delivery/%s', d.id) as id from intake.delivery d
            where d.quarantined <> (select count(distinct q.row) from intake.quarantine q where q.delivery_id = d.id and q.state <> 'released') limit 100`.execute(
            tx.db,
          )
        ).rows,
      ),
  },
  {
    name: '数据湖清单里的文件都在，内容与摘要一致',
    read: async (tx, { lake }) => {
      const broken: string[] = [];
      for (const file of await lake.list(tx, '')) {
        const path = lake.path(file.path);
        if (!existsSync(path)) broken.push(`missing ${file.path}`);
        else if ((await hashFile(path)) !== file.sha256) broken.push(`changed ${file.path}`);
      }
      return broken;
    },
  },
  {
    name: '临时文件都已销毁（没有运行在进行时）',
    read: async (tx, { lake }) => {
      const running = await sql`select 1 from platform.run where finished_at is null limit 1`.execute(tx.db);
      if (running.rows.length > 0) return [];
      return (await readdir(join(lake.root, 'tmp'))).map((name) => `tmp/${name}`);
    },
  },
  { name: '审计链完整', read: async (tx) => (await verifyAudit(tx)).broken.map((seq) => `audit/${seq}`) },
  {
    name: '规则包内容与摘要一致',
    read: async (tx) => {
      const { rows } = await sql<{ hash: string }>`select hash from packs.bundle`.execute(tx.db);
      const broken: string[] = [];
      for (const { hash } of rows) await publishedBundle(tx, hash).catch(() => broken.push(`bundle/${hash}`));
      return broken;
    },
  },
  {
    name: '带家庭行的表都强制行级可见',
    read: async (tx) =>
      first(
        (
          await sql<{ id: string }>`select c.oid::regclass::text as id from pg_class c
            where c.relkind in ('r', 'p') and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname in ('hukou_division_id', 'household_id', 'person_id') and not a.attisdropped)
              and c.relnamespace in (select oid from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema')
              and not (c.relrowsecurity and c.relforcerowsecurity)`.execute(tx.db)
        ).rows,
      ),
  },
  {
    name: '应用角色不拥有任何表，也不能绕过行级可见',
    read: async (tx) =>
      first(
        (
          await sql<{
            id: string;
          }>`select c.oid::regclass::text as id from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname in ('doudi_app', 'doudi_jobs')
              and c.relnamespace in (select oid from pg_namespace where nspname <> 'dbos' and nspname !~ '^pg_')
            union all select rolname from pg_roles where rolname ~ '^doudi_(app|jobs|auth)$' and (rolsuper or rolbypassrls)`.execute(
            tx.db,
          )
        ).rows,
      ),
  },
  {
    name: '每个在册人都有身份密文且解得开（抽查）',
    read: async (tx) => {
      const { rows } = await sql<{
        id: string;
        sealed: Buffer | null;
      }>`select p.id::text as id, i.sealed from registry.person p left join identity.person i on i.person_id = p.id
        where i.person_id is null or p.id % 97 = 0 limit 2000`.execute(tx.db);
      return rows
        .filter((r) => {
          if (!r.sealed) return true;
          try {
            openIdentityOf(tx, r.id, r.sealed);
            return false;
          } catch {
            return true;
          }
        })
        .map((r) => `person/${r.id}`);
    },
  },
  {
    name: '同一人同一时间只在一户，每户都有户主',
    read: async (tx) =>
      first(
        (
          await sql<{
            id: string;
          }>`with held as (select * from registry.membership where known_to is null and (valid_to is null or valid_to > valid_from))
            select distinct format('person/%s', a.person_id) as id from held a join held b on a.person_id = b.person_id
              and (a.household_id, a.valid_from) < (b.household_id, b.valid_from)
              and daterange(a.valid_from, a.valid_to) && daterange(b.valid_from, b.valid_to)
            union all select format('household/%s', h.id) from registry.household h
              where not exists (select 1 from registry.person p where p.id = h.head_person_id) limit 100`.execute(tx.db)
        ).rows,
      ),
  },
  {
    name: '同一家庭同一原因没有两条未结线索',
    read: async (tx) =>
      first(
        (
          await sql<{
            id: string;
          }>`select format('household/%s %s', household_id, cause) as id from monitoring.lead where status = 'open'
            group by household_id, kind, cause having count(*) > 1 limit 100`.execute(tx.db)
        ).rows,
      ),
  },
  {
    name: '每条线索都有证据，证据指向收下的行',
    read: async (tx) =>
      first(
        (
          await sql<{ id: string }>`select format('lead/%s', l.id) as id from monitoring.lead l
            where not exists (select 1 from monitoring.evidence e where e.lead_id = l.id)
            union select format('evidence/%s', e.id) from monitoring.evidence e where not exists (select 1 from intake.delivery d where d.id = e.delivery_id)
              and not exists (select 1 from intake.part p where p.id = e.delivery_id) limit 100`.execute(tx.db)
        ).rows,
      ),
  },
  {
    name: '每个决定引用已发布的规则包与已登记的运行',
    read: async (tx) =>
      first(
        (
          await sql<{ id: string }>`select format('decision/%s', d.id) as id from assessment.decision d
            left join packs.bundle b on b.hash = d.bundle_hash left join platform.run r on r.id = d.run_id
            where b.hash is null or r.id is null limit 100`.execute(tx.db)
        ).rows,
      ),
  },
  {
    name: '批量与单户两个后端的决定没有分歧',
    read: async (tx) =>
      first(
        (
          await sql<{ id: string }>`select format('run/%s', run_id) as id from platform.run_step
            where step = 'decisions' and (result ->> 'disagreed')::bigint <> 0 limit 100`.execute(tx.db)
        ).rows,
      ),
  },
  {
    name: '每次核查只记一次',
    read: async (tx) =>
      first(
        (
          await sql<{
            id: string;
          }>`select format('verification/%s', min(id::text)) as id from casework.verification group by key having count(*) > 1 limit 100`.execute(
            tx.db,
          )
        ).rows,
      ),
  },
];

/** Runs all checks as the system actor. */
export async function verify(installation: Installation): Promise<{ ok: boolean; checks: Check[] }> {
  const checks: Check[] = [];
  for (const { name, read } of CHECKS) {
    const broken = await installation.db.withActor(system('核对承诺'), (tx) => read(tx, installation));
    checks.push({ name, ok: broken.length === 0, broken });
  }
  return { ok: checks.every((c) => c.ok), checks };
}
