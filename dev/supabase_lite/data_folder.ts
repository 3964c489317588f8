import type { createPgliteConnection, PgliteConnection } from "@supabase/lite/pglite";

/** PGlite's interface of a filesystem. */
export type PgliteFilesystem = NonNullable<
  NonNullable<NonNullable<Parameters<typeof createPgliteConnection>[0]>["pgliteOptions"]>["fs"]
>;

type Driver = PgliteConnection["driver"];

/** Path at which PGlite mounts the data directory. */
const DATA_FOLDER = "/pglite/data";
/** Size of Postgres's pages, in bytes. */
const PAGE_BYTES = 8192;
/** `template1` and `template0`. Only `create database` reads their files, and the local stack has one database. */
const TEMPLATES = /^\/base\/[14]\//;
const WAL_SEGMENT = /^\/pg_wal\/[0-9A-F]{24}$/;

/** A folder or file of the data directory; the files' bytes follow one another. */
interface Entry {
  /** From the data directory's root, with a leading slash. */
  path: string;
  /** Size of a file; unset for a folder. */
  bytes?: number;
}

/**
 * Returns a database's data directory as bytes: the length of the list of entries as a 32 bit integer (little-endian), the
 * list as JSON, and the files' bytes. The templates' files and the empty rest of a WAL segment are left out, which leaves 10
 * of 41 MB.
 */
export async function packDataFolder(driver: Driver): Promise<Uint8Array<ArrayBuffer>> {
  // A start replays the WAL since the last checkpoint, and the segments before it are deleted.
  await driver.exec("select pg_switch_wal(); checkpoint;");
  const entries: Entry[] = [];
  const contents: Uint8Array[] = [];
  const visit = (folder: string): void => {
    for (const name of driver.Module.FS.readdir(DATA_FOLDER + folder)) {
      if (name === "." || name === "..") continue;
      const path = `${folder}/${name}`;
      if (driver.Module.FS.isDir(driver.Module.FS.stat(DATA_FOLDER + path).mode)) {
        entries.push({ path });
        visit(path);
      } else if (!TEMPLATES.test(path)) {
        const file: Uint8Array = driver.Module.FS.readFile(DATA_FOLDER + path);
        const kept = WAL_SEGMENT.test(path) ? withoutEmptyEnd(file) : file;
        entries.push({ path, bytes: kept.length });
        contents.push(kept);
      }
    }
  };
  visit("");
  const list = new TextEncoder().encode(JSON.stringify(entries));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, list.length, true);
  return await new Blob([length, list, ...contents.map((file) => new Uint8Array(file))]).bytes();
}

/** Cuts whole pages of zeros off the end. */
function withoutEmptyEnd(file: Uint8Array): Uint8Array {
  const last = file.findLastIndex((byte) => byte !== 0);
  return file.subarray(0, Math.ceil((last + 1) / PAGE_BYTES) * PAGE_BYTES);
}

/** PGlite's filesystem in memory, with the data directory that `packDataFolder` returned. It uses those bytes without a copy. */
export class PackedDataFolder implements PgliteFilesystem {
  readonly #packed: Uint8Array<ArrayBuffer>;
  #driver?: Driver;

  constructor(packed: Uint8Array<ArrayBuffer>) {
    this.#packed = packed;
  }

  init: PgliteFilesystem["init"] = (driver, emscriptenOpts) => {
    this.#driver = driver;
    return Promise.resolve({ emscriptenOpts });
  };

  initialSyncFs(): Promise<void> {
    const { FS } = this.#driver!.Module;
    const view = new DataView(this.#packed.buffer, this.#packed.byteOffset);
    let at = 4 + view.getUint32(0, true);
    const list = new TextDecoder().decode(this.#packed.subarray(4, at));
    FS.mkdir(DATA_FOLDER);
    for (const { path, bytes } of JSON.parse(list) as Entry[]) {
      if (bytes === undefined) {
        FS.mkdir(DATA_FOLDER + path);
        continue;
      }
      // Emscripten takes the array over; its types do not have the option.
      const options = { canOwn: true } as Record<string, unknown>;
      FS.writeFile(DATA_FOLDER + path, this.#packed.subarray(at, at + bytes), options);
      at += bytes;
    }
    return Promise.resolve();
  }

  syncToFs(): Promise<void> {
    return Promise.resolve();
  }

  dumpTar(): Promise<Blob> {
    return Promise.reject(new Error("packDataFolder() copies this data directory."));
  }

  closeFs(): Promise<void> {
    this.#driver!.Module.FS.quit();
    return Promise.resolve();
  }
}
