import { join } from "node:path";
import { userCacheFolder } from "./user_cache_folder.ts";

/**
 * Files in the user's cache, each named by a hash of all that it was made from, so that none can be out of date. Without a
 * folder for caches, or if it cannot be written, nothing is kept, which costs only time.
 */
export class FileCache {
  readonly #folder?: string;
  readonly #maxBytes: number;

  /**
   * @param name Folder's name, in the project's folder of the user's cache.
   * @param options.maxBytes Bound on the files' total size; the oldest files are deleted before a new one is written.
   * @param options.folder The folder itself, for tests.
   */
  constructor(name: string, { maxBytes, folder }: { maxBytes: number; folder?: string }) {
    const caches = userCacheFolder();
    this.#folder = folder ?? (caches && join(caches, name));
    this.#maxBytes = maxBytes;
  }

  /** Reads a file; `undefined` if it is not kept. */
  async read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (this.#folder === undefined) return undefined;
    try {
      return await Deno.readFile(join(this.#folder, name));
    } catch {
      return undefined;
    }
  }

  /** Keeps a file. Processes may write the same file at once: each has a temporary file, and the rename is atomic. */
  async write(name: string, content: Uint8Array): Promise<void> {
    if (this.#folder === undefined) return;
    const temporary = join(this.#folder, `${crypto.randomUUID()}.tmp`);
    try {
      await Deno.mkdir(this.#folder, { recursive: true });
      await this.#makeRoom(this.#folder, content.length);
      await writeDurably(temporary, content);
      await Deno.rename(temporary, join(this.#folder, name));
    } catch {
      await Deno.remove(temporary).catch(() => {});
    }
  }

  async #makeRoom(folder: string, bytes: number): Promise<void> {
    const files: { file: string; size: number; changed: number }[] = [];
    for await (const { name } of Deno.readDir(folder)) {
      const file = join(folder, name);
      // Another process may just have removed it.
      const found = await Deno.stat(file).catch(() => undefined);
      if (found) files.push({ file, size: found.size, changed: found.mtime?.getTime() ?? 0 });
    }
    files.sort((a, b) => b.changed - a.changed);
    let total = bytes;
    for (const { file, size } of files) {
      total += size;
      if (total > this.#maxBytes) await Deno.remove(file).catch(() => {});
    }
  }
}

/** Writes a file to the disk before it gets its name: the name of an incomplete file would survive a power failure. */
async function writeDurably(path: string, content: Uint8Array): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true });
  for (let at = 0; at < content.length;) at += await file.write(content.subarray(at));
  await file.syncData();
}
