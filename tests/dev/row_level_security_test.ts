// Proves that the migrations leave outsiders no access to any table, sequence or function beyond their own rights.
import assert from "node:assert/strict";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { startLocalSupabase } from "../../dev/local_supabase.ts";
import { createSigner } from "../../dev/tokens.ts";
import { filesIn, textOf } from "../helpers/sources.ts";

const signer = await createSigner();
const supabase = await startLocalSupabase({ jwks: signer.jwks });
Deno.test.afterAll(() => supabase.close());

const OUTSIDERS = ["anon", "authenticated"];
/**
 * The tables that admins may read, by one policy each; tests/batch/sql/batch_access_test.ts and
 * tests/vehicle/sql/vehicle_access_test.ts prove that other users cannot.
 */
const FOR_ADMINS = ["batches", "batch_items", "photo_names", "process_image_vehicle_photos"];
const WRITING = "insert, update, delete, truncate, references, trigger";
/** The functions that signed-in users may call. They return only the caller's own rights. */
const FOR_USERS = [
  "process_image_is_admin()",
  "process_image_is_public(text,text)",
  "process_image_unreadable(jsonb)",
];
/** In public, and not part of an extension. */
const OURS = (catalogue: string) =>
  `not exists (select from pg_depend where classid = '${catalogue}'::regclass and objid = c.oid and deptype = 'e')`;
const RELATIONS = `
  select c.oid, relname as name, (select attname from pg_attribute where attrelid = c.oid and attnum = 1) as column, relkind as kind, relrowsecurity as secured,
    (select count(*)::int from pg_policies where schemaname = 'public' and tablename = relname) as policies
  from pg_class c
  where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f', 'S') and ${
  OURS("pg_class")
} order by 2`;
const FUNCTIONS = `
  select c.oid, proname as name, c.oid::regprocedure::text as signature, coalesce(proargnames, '{}') as parameters,
    prorettype = 'trigger'::regtype as trigger
  from pg_proc c
  where pronamespace = 'public'::regnamespace and ${OURS("pg_proc")} order by 3`;

interface Relation {
  oid: number;
  name: string;
  /** The first value of its first row. */
  column: string;
  /** r and p: tables, v and m: views, f: foreign tables, S: sequences. */
  kind: string;
  secured: boolean;
  policies: number;
}

interface SqlFunction {
  oid: number;
  name: string;
  signature: string;
  parameters: string[];
  /** Only a trigger can call it, not even its owner. */
  trigger: boolean;
}

const relations = () => supabase.query<Relation>(RELATIONS);
const functions = () => supabase.query<SqlFunction>(FUNCTIONS);
const tables = async () => (await relations()).filter(({ kind }) => "rp".includes(kind));

/** Runs every migration, in the CLI's order. */
async function migrate(): Promise<void> {
  for (const path of filesIn("supabase/migrations")) {
    // PGlite's `query` takes one statement; a `do` block runs any number.
    await supabase.query(`do $migration$ begin ${textOf(path)} end $migration$`);
  }
}

/**
 * Hosted Supabase grants anon and authenticated every privilege on new objects in public, and Postgres lets everyone
 * execute new functions; the local database grants less. So the migrations run again under those defaults.
 */
async function rebuildAsHosted(): Promise<void> {
  for (const what of ["tables", "functions", "sequences"]) {
    await supabase.query(
      `alter default privileges in schema public grant all on ${what} to anon, authenticated, service_role`,
    );
  }
  for (const { signature } of await functions()) {
    await supabase.query(`drop function ${signature} cascade`); // policies call some of them
  }
  for (const { name } of await tables()) {
    await supabase.query(`drop table public."${name}" cascade`);
  }
  await migrate();
}

Deno.test("the migrations apply in their order, and again on their own result", async () => {
  await rebuildAsHosted();
  const names = async () => [
    (await relations()).map(({ name }) => name),
    (await functions()).map(({ signature }) => signature),
  ];
  const before = await names();
  assert.ok(before[0].includes("circuit_breakers") && before[1].length > 1);
  await migrate();
  assert.deepEqual(await names(), before);
});

Deno.test("every table has row-level security, and outsiders have no privilege on it", async () => {
  await rebuildAsHosted();
  for (const { oid, name, kind, secured, policies } of await relations()) {
    assert.match(kind, /[rpS]/, `${name}: a view or foreign table needs its own rule here`);
    const forAdmins = FOR_ADMINS.includes(name);
    if (kind !== "S") assert.deepEqual([secured, policies], [true, forAdmins ? 1 : 0], name);
    for (const role of OUTSIDERS) {
      const reading = forAdmins && role === "authenticated" ? "" : "select, ";
      const [{ may }] = await supabase.query<{ may: boolean }>(
        kind === "S"
          ? "select has_sequence_privilege($1, $2::oid, 'usage, select, update') as may"
          : `select has_table_privilege($1, $2::oid, '${reading}${WRITING}')
               or has_any_column_privilege($1, $2::oid, '${reading}insert, update, references') as may`,
        [role, oid],
      );
      assert.equal(may, false, `${role} may use ${name}`);
    }
  }
});

Deno.test("the only policies let signed-in admins read", async () => {
  await rebuildAsHosted();
  const policies = await supabase.query<
    { tablename: string; cmd: string; roles: string; qual: string }
  >(
    `select tablename, cmd, roles::text, qual from pg_policies where schemaname = 'public' order by 1`,
  );
  assert.deepEqual(policies.map(({ tablename }) => tablename), FOR_ADMINS.toSorted());
  for (const { cmd, roles, qual } of policies) {
    assert.deepEqual([cmd, roles], ["SELECT", "{authenticated}"]);
    assert.match(qual, /^\( SELECT process_image_is_admin\(\) /);
  }
});

Deno.test("outsiders may execute only functions about their own rights", async () => {
  await rebuildAsHosted();
  for (const { oid, signature } of await functions()) {
    for (const role of OUTSIDERS) {
      const [{ may }] = await supabase.query<{ may: boolean }>(
        "select has_function_privilege($1, $2::oid, 'execute') as may",
        [role, oid],
      );
      const isOpen = role === "authenticated" && FOR_USERS.includes(signature);
      assert.equal(may, isOpen, `${role} and ${signature}`);
    }
  }
});

Deno.test("only the service can read or write through the Data API", async () => {
  await rebuildAsHosted();
  const row = { name: "api4ai:seen", failures: 3 };
  const service = createClient(supabase.url, supabase.secretKey);
  assert.equal((await service.from("circuit_breakers").insert(row)).error, null);
  const contents = async () => {
    const all: Record<string, unknown[]> = {};
    for (const { name } of await tables()) {
      all[name] = await supabase.query(`select * from public."${name}" t order by t::text`);
    }
    return all;
  };
  const before = await contents();
  assert.ok(Object.keys(before).length > 1);

  for (const [who, client] of Object.entries(await outsiders())) {
    for (const { name, column } of await tables()) {
      const table = client.from(name);
      const nothing = { [column]: null };
      // Postgres checks privileges first: the rows need not be valid.
      assertDenied(await table.select(), `${who} reads ${name}`);
      assertDenied(await table.insert(nothing).select(), `${who} adds to ${name}`);
      assertDenied(
        await table.update(nothing).not(column, "is", null).select(),
        `${who} changes ${name}`,
      );
      assertDenied(
        await table.delete().not(column, "is", null).select(),
        `${who} deletes from ${name}`,
      );
    }
    for (const { name, signature, parameters, trigger } of await functions()) {
      if (trigger || FOR_USERS.includes(signature)) continue;
      const nothing = Object.fromEntries(parameters.map((parameter) => [parameter, null]));
      assertDenied(await client.rpc(name, nothing), `${who} calls ${name}`);
    }
  }
  assert.deepEqual(await contents(), before);
});

/** Denied, or no rows: the local Data API treats a missing grant as an empty table. */
function assertDenied(
  { data, error }: { data: unknown; error: { code: string } | null },
  what: string,
): void {
  if (error) assert.equal(error.code, "42501", `${what}: ${JSON.stringify(error)}`);
  else assert.deepEqual(data, [], what);
}

async function outsiders(): Promise<Record<string, SupabaseClient>> {
  const as = (token: string) =>
    createClient(supabase.url, supabase.publishableKey, {
      accessToken: () => Promise.resolve(token),
    });
  return {
    nobody: createClient(supabase.url, supabase.publishableKey),
    "a user": as(await signer.sign()),
    "a user who claims a role": as(await signer.sign({ user_metadata: { role: "admin" } })),
    "an admin": as(await signer.adminToken()),
  };
}
