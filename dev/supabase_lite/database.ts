import { App, setExperimental } from "@supabase/lite";
import { createPgliteConnection, PGlite, type PgliteConnection } from "@supabase/lite/pglite";
import { FileCache } from "../file_cache.ts";
import { packDataFolder, PackedDataFolder } from "./data_folder.ts";
import { guardExitCode } from "./exit_code_guard.ts";
import { MemoryStorageAdapter } from "./memory_storage_adapter.ts";

const ROOT = new URL("../../", import.meta.url);
const MIGRATIONS = new URL("supabase/migrations/", ROOT);
/** Bound on the snapshots: ten of them, as each branch of the project may have its own. */
const SNAPSHOTS_BYTES = 100_000_000;

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

/** Folders of the migrations and of the built database. */
export interface DatabaseFolders {
  /** @default the project's migrations */
  migrations?: URL;
  /** @default `supabase` in the project's folder of the user's cache */
  snapshots?: string;
}

/**
 * Opens an in-memory Supabase with every migration applied.
 *
 * Building the database takes seconds, so its data directory is kept in the user's cache, named by a hash of all that it was
 * built from; the next start loads it.
 */
export async function openSupabase(
  keys: LocalKeys,
  folders: DatabaseFolders = {},
): Promise<{ app: App; connection: PgliteConnection }> {
  setExperimental("storage", true);
  const migrations = await readMigrations(folders.migrations ?? MIGRATIONS);
  const snapshots = new FileCache("supabase", {
    maxBytes: SNAPSHOTS_BYTES,
    folder: folders.snapshots,
  });
  const hash = await fingerprint(migrations);
  const saved = await snapshots.read(hash);

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
    await snapshots.write(hash, await packDataFolder(connection.driver));
  }
  return { app, connection };
}

/**
 * Postgres's settings besides PGlite's own. The default of 128 MB of buffers costs 0.4 s of CPU at each start, to fill them
 * with zeros; files are in memory in any case. Old WAL segments are deleted, as each takes 16 MB.
 */
const SETTINGS = ["shared_buffers=8MB", "wal_recycle=off", "wal_init_zero=off"];

async function openDatabase(saved: Uint8Array<ArrayBuffer> | undefined): Promise<PgliteConnection> {
  const exitCode = Deno.exitCode;
  const connection = await createPgliteConnection({
    pgliteOptions: {
      startParams: [
        ...PGlite.defaultStartParams,
        ...SETTINGS.flatMap((setting) => ["-c", setting]),
      ],
      // A snapshot has the extension already: it is SQL only, and its files are not needed again.
      ...(saved
        ? { fs: new PackedDataFolder(saved) }
        : { extensions: { pgmq: (await import("@electric-sql/pglite-pgmq")).pgmq } }),
    },
  });
  await connection.driver.waitReady;
  // The start sets the exit code, too.
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

/** A file of `supabase/migrations/`. */
export interface Migration {
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

async function readMigrations(folder: URL): Promise<Migration[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isFile && entry.name.endsWith(".sql")) names.push(entry.name);
  }
  // The names begin with a timestamp: sorted, they are in the order in which the CLI runs them.
  return await Promise.all(
    names.sort().map(async (name) => ({
      name,
      sql: await Deno.readTextFile(new URL(name, folder)),
    })),
  );
}

/** Returns a hash of all that the built database depends on: the code that builds it, the packages' versions, the migrations. */
export async function fingerprint(migrations: Migration[]): Promise<string> {
  const parts = [
    await Deno.readTextFile(new URL(import.meta.url)),
    await Deno.readTextFile(new URL("data_folder.ts", import.meta.url)),
    // Holds the versions of the packages below @supabase/lite, too.
    await Deno.readTextFile(new URL("deno.lock", ROOT)),
    ...migrations.flatMap(({ name, sql }) => [name, sql]),
  ];
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(parts.join("\0")));
  return Array.from(new Uint8Array(digest, 0, 16), (byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
