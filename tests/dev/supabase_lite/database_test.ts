// Proves that a local database from a snapshot is the one that the migrations build, and that no snapshot is out of date.
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import type { PgliteConnection } from "@supabase/lite/pglite";
import { fingerprint, type LocalKeys, openSupabase } from "../../../dev/supabase_lite/database.ts";

const KEYS: LocalKeys = {
  secretKey: "sb_secret_test",
  publishableKey: "sb_publishable_test",
  jwtSecret: crypto.randomUUID(),
};

const snapshots = await Deno.makeTempDir();
const migrations = await Deno.makeTempDir();
Deno.test.afterAll(async () => {
  await Deno.remove(snapshots, { recursive: true });
  await Deno.remove(migrations, { recursive: true });
});

const snapshotNames = (): string[] => [...Deno.readDirSync(snapshots)].map(({ name }) => name);

/** Opens the database of the migrations in the test's folder, or of the project, and closes it afterwards. */
async function withDatabase<T>(
  run: (query: (sql: string) => Promise<unknown[]>) => Promise<T>,
  folders: Parameters<typeof openSupabase>[1] = {},
): Promise<T> {
  let connection: PgliteConnection | undefined;
  try {
    ({ connection } = await openSupabase(KEYS, { snapshots, ...folders }));
    const { driver } = connection;
    return await run(async (sql) => (await driver.query(sql)).rows);
  } finally {
    await connection?.close();
  }
}

/** Everything that migrations create: columns, functions, policies, rights, roles, indexes, triggers and rows. */
const CATALOGUE = [
  `select table_schema, table_name, column_name, data_type, column_default, is_nullable
     from information_schema.columns where table_schema not in ('pg_catalog', 'information_schema') order by 1, 2, 3`,
  `select n.nspname, p.proname, pg_get_functiondef(p.oid), p.proacl::text from pg_proc p
     join pg_namespace n on n.oid = p.pronamespace
    where n.nspname not in ('pg_catalog', 'information_schema') and p.prokind <> 'a' order by 1, 2, 3`,
  "select * from pg_policies order by schemaname, tablename, policyname",
  "select relname, relacl::text, relrowsecurity from pg_class where relkind in ('r', 'v') order by 1, 2",
  "select rolname, rolbypassrls, rolcanlogin from pg_roles order by 1",
  "select schemaname, indexname, indexdef from pg_indexes order by 1, 2",
  "select id, public, file_size_limit, allowed_mime_types from storage.buckets order by 1",
];

Deno.test("a database from a snapshot has all that the migrations build, and works", async () => {
  const catalogue = (query: (sql: string) => Promise<unknown[]>) =>
    Promise.all(CATALOGUE.map((sql) => query(sql)));
  const built = await withDatabase(catalogue);
  assert.ok(built.every((rows) => rows.length > 0));
  assert.equal(snapshotNames().length, 1);
  const [name] = snapshotNames();
  assert.ok(Deno.statSync(`${snapshots}/${name}`).size < 12_000_000, "the snapshot is small");
  const loaded = await withDatabase(async (query) => {
    // Writes that fill several WAL segments, which the snapshot does not contain.
    await query(
      "create table filled as select repeat(md5(i::text), 20) from generate_series(1, 40000) i",
    );
    assert.deepEqual(await query("select count(*)::int from filled"), [{ count: 40_000 }]);
    await query("drop table filled");
    return await catalogue(query);
  });
  assert.deepEqual(loaded, built);
  assert.equal(snapshotNames().length, 1);
});

Deno.test("what one database from a snapshot writes, no other one reads", async () => {
  await withDatabase(async (first) => {
    await first("insert into storage.buckets (id, name) values ('only-here', 'only-here')");
    await withDatabase(async (second) => {
      assert.deepEqual(await second("select id from storage.buckets where id = 'only-here'"), []);
    });
  });
});

Deno.test("a changed, renamed, removed or additional migration has a snapshot of its own", async () => {
  const first = { name: "1_a.sql", sql: "select 1;" };
  const second = { name: "2_b.sql", sql: "select 2;" };
  const before = await fingerprint([first, second]);
  assert.equal(await fingerprint([first, second]), before);
  const others = [
    [first],
    [first, { ...second, sql: "select 3;" }],
    [first, { ...second, name: "2_c.sql" }],
    [first, second, { name: "3_c.sql", sql: "" }],
    [{ ...first, sql: "select 1;2_b.sql" }, { name: "", sql: "select 2;" }],
  ];
  const names = new Set(await Promise.all(others.map(fingerprint)));
  assert.equal(names.add(before).size, others.length + 1);
});

Deno.test("a migration that fails is an error with its name, and leaves no snapshot", async () => {
  Deno.writeTextFileSync(`${migrations}/1_broken.sql`, "select nonsense;");
  const before = snapshotNames();
  await assert.rejects(
    withDatabase(() => Promise.resolve(), { migrations: pathToFileURL(`${migrations}/`) }),
    /Migration 1_broken.sql failed: .*nonsense/,
  );
  assert.deepEqual(snapshotNames(), before);
});
