import { App, setExperimental } from "@supabase/lite";
import { createPgliteConnection, type PgliteConnection } from "@supabase/lite/pglite";
import { guardExitCode } from "./exit_code_guard.ts";
import { MemoryStorageAdapter } from "./memory_storage_adapter.ts";

const ROOT = new URL("../../", import.meta.url);
const MIGRATIONS = new URL("supabase/migrations/", ROOT);
const SNAPSHOTS = new URL(".cache/", ROOT);

/** The keys and secrets of the local Supabase. */
export interface LocalKeys {
  secretKey: string;
  publishableKey: string;
  /** Signs the HS256 tokens of the local Auth. */
  jwtSecret: string;
}

/** The roles that hosted Supabase has before any migration runs. */
const ROLES = `
  create role anon nologin;
  create role authenticated nologin;
  create role service_role nologin bypassrls;
`;

/**
 * Opens an in-memory Supabase with every migration applied.
 *
 * Building the database takes seconds, so its data directory is kept under `.cache/`, named by
 * everything that went into it; the next start loads that instead.
 */
export async function openSupabase(
  keys: LocalKeys,
): Promise<{ app: App; connection: PgliteConnection }> {
  setExperimental("storage", true);
  const migrations = await readMigrations();
  const snapshot = new URL(`supabase-${await fingerprint(migrations)}.tar`, SNAPSHOTS);
  const saved = await readIfThere(snapshot);

  const connection = await openDatabase(saved);
  const app = new App({
    connection,
    auth: {
      enabled: true,
      jwt_secret: keys.jwtSecret,
      secret_key: keys.secretKey,
      publishable_key: keys.publishableKey,
    },
    storage: { enabled: true, file_size_limit: "50MiB" },
  });
  app._storageAdapter = new MemoryStorageAdapter();
  await initQuietly(app);
  if (!saved) {
    await build(app, connection, migrations);
    await writeAtomically(snapshot, connection);
  }
  return { app, connection };
}

async function openDatabase(saved: Uint8Array<ArrayBuffer> | undefined): Promise<PgliteConnection> {
  const exitCode = Deno.exitCode;
  const connection = await createPgliteConnection({
    // What is saved has the extension already: it is SQL only, and needs its files no more.
    pgliteOptions: saved
      ? { loadDataDir: new Blob([saved]) }
      : { extensions: { pgmq: (await import("@electric-sql/pglite-pgmq")).pgmq } },
  });
  await connection.driver.waitReady;
  // Coming up sets it, too.
  Deno.exitCode = exitCode;
  guardExitCode(connection.driver);
  return connection;
}

/** Initializes Supabase lite without its warning that Storage is experimental, which is irrelevant on a local stack. */
async function initQuietly(app: App): Promise<void> {
  const warn = console.warn;
  console.warn = () => {};
  const ready = app.init();
  console.warn = warn;
  await ready;
}

interface Migration {
  name: string;
  sql: string;
}

async function build(
  app: App,
  connection: PgliteConnection,
  migrations: Migration[],
): Promise<void> {
  await connection.driver.exec(ROLES);
  await app.ensureSystemSchema();
  for (const { name, sql } of migrations) {
    await connection.driver.exec(sql).catch((error: Error) => {
      throw new Error(`Migration ${name} failed: ${error.message}`, { cause: error });
    });
  }
}

async function readMigrations(): Promise<Migration[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(MIGRATIONS)) {
    if (entry.isFile && entry.name.endsWith(".sql")) names.push(entry.name);
  }
  // The names begin with a timestamp: sorted, they are in the order in which the CLI runs them.
  return await Promise.all(
    names.sort().map(async (name) => ({
      name,
      sql: await Deno.readTextFile(new URL(name, MIGRATIONS)),
    })),
  );
}

/** A hash of what the built database depends on: this file, the packages' versions, the migrations. */
async function fingerprint(migrations: Migration[]): Promise<string> {
  const parts = [
    await Deno.readTextFile(new URL(import.meta.url)),
    import.meta.resolve("@supabase/lite"),
    import.meta.resolve("@electric-sql/pglite-pgmq"),
    ...migrations.flatMap(({ name, sql }) => [name, sql]),
  ];
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(parts.join("\0")));
  return Array.from(new Uint8Array(digest, 0, 8), (byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

async function readIfThere(file: URL): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await Deno.readFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Two processes may build at once: each writes its own file, and the rename is atomic. */
async function writeAtomically(file: URL, connection: PgliteConnection): Promise<void> {
  const dump = await connection.driver.dumpDataDir("none");
  await Deno.mkdir(SNAPSHOTS, { recursive: true });
  const temporary = new URL(`${crypto.randomUUID()}.tmp`, SNAPSHOTS);
  await Deno.writeFile(temporary, new Uint8Array(await dump.arrayBuffer()));
  await removeSnapshots();
  await Deno.rename(temporary, file);
}

/** One of them is enough, and each takes 40 MB. */
async function removeSnapshots(): Promise<void> {
  for await (const { name } of Deno.readDir(SNAPSHOTS)) {
    if (!name.endsWith(".tar")) continue;
    await Deno.remove(new URL(name, SNAPSHOTS)).catch((error) => {
      // Another process has just removed it.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
}
