// Proves that the cache of the local stack returns only complete files, stays below its bound and is never necessary.
import assert from "node:assert/strict";
import { join } from "node:path";
import { FileCache } from "../../dev/file_cache.ts";

async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const namesIn = (folder: string): string[] =>
  [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("a file in the cache is returned as it was written, and no other", async () => {
  await withFolder(async (folder) => {
    const cache = new FileCache("x", { maxBytes: 1000, folder: join(folder, "new") });
    assert.equal(await cache.read("a"), undefined);
    await cache.write("a", new Uint8Array([1, 2, 3]));
    assert.deepEqual(await cache.read("a"), new Uint8Array([1, 2, 3]));
    assert.equal(await cache.read("b"), undefined);
  });
});

Deno.test("simultaneous writers of a file leave one complete file", async () => {
  await withFolder(async (folder) => {
    const content = new Uint8Array(100_000).fill(7);
    const writers = Array.from(
      { length: 8 },
      () => new FileCache("x", { maxBytes: 10_000_000, folder }).write("a", content),
    );
    await Promise.all(writers);
    assert.deepEqual(namesIn(folder), ["a"]);
    assert.deepEqual(await new FileCache("x", { maxBytes: 1, folder }).read("a"), content);
  });
});

Deno.test("the cache deletes its oldest files before it exceeds its bound", async () => {
  await withFolder(async (folder) => {
    const cache = new FileCache("x", { maxBytes: 250, folder });
    for (const [at, name] of ["oldest", "older", "newer"].entries()) {
      await cache.write(name, new Uint8Array(100));
      await Deno.utime(join(folder, name), at, at).catch(() => {});
    }
    assert.deepEqual(namesIn(folder), ["newer", "older"]);
  });
});

Deno.test("a folder that cannot be written keeps nothing, and is no error", async () => {
  await withFolder(async (folder) => {
    const file = join(folder, "file");
    await Deno.writeTextFile(file, "");
    const cache = new FileCache("x", { maxBytes: 1000, folder: join(file, "below a file") });
    await cache.write("a", new Uint8Array(1));
    assert.equal(await cache.read("a"), undefined);
  });
});
