import type pg from 'pg';

export interface Column {
  name: string;
  type: string;
  /** Whether an insert must name it. */
  required: boolean;
  /** Values that a check constraint allows, if it lists them. */
  allowed: string[];
}

/** A table as the catalogue knows it. */
export interface Table {
  name: string;
  columns: Column[];
  rls: boolean;
  forced: boolean;
  /** Whether the application role may select from it. */
  readable: boolean;
  /** Conditions of its policies for reading. */
  policies: string[];
}

/** All tables of the product from pg_catalog, so that a table somebody adds later is under the same tests. */
export async function readTables(admin: pg.Client): Promise<Table[]> {
  const { rows } = await admin.query<Omit<Table, 'columns'> & { oid: number }>(`
    select c.oid::int as oid, c.oid::regclass::text as name, c.relrowsecurity as rls, c.relforcerowsecurity as forced,
      has_schema_privilege('doudi_app', n.oid, 'usage') and has_table_privilege('doudi_app', c.oid, 'select') as readable,
      coalesce((select array_agg(pg_get_expr(p.polqual, p.polrelid)) from pg_policy p
        where p.polrelid = c.oid and p.polcmd in ('r', '*')), '{}') as policies
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'
    order by 2`);
  const tables: Table[] = [];
  for (const { oid, ...table } of rows) {
    const columns = await admin.query<Column & { checks: string[] }>(
      `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
        a.attnotnull and not a.atthasdef and a.attidentity = '' as required,
        coalesce((select array_agg(pg_get_constraintdef(k.oid)) from pg_constraint k
          where k.conrelid = a.attrelid and k.contype = 'c' and k.conkey = array[a.attnum]), '{}') as checks
       from pg_attribute a where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped order by a.attnum`,
      [oid],
    );
    tables.push({
      ...table,
      columns: columns.rows.map(({ checks, ...c }) => ({ ...c, allowed: checks.flatMap(listed) })),
    });
  }
  return tables;
}

/** The texts in a check constraint of the form `column = ANY (ARRAY['a'::text, …])`, or `column = 'a'::text` when it is one. */
function listed(check: string): string[] {
  const list = /= ANY \(\(?ARRAY\[(.*?)\]/.exec(check)?.[1] ?? /^CHECK \(\(\w+ = ('[^']*')::text\)\)$/.exec(check)?.[1];
  return list ? [...list.matchAll(/'([^']*)'/g)].map((m) => m[1] ?? '') : [];
}
