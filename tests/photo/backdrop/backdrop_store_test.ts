// Proves that pictures behind cars are read once a minute and decoded once, that only the last two are kept, and which
// pictures are refused.
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { AppError } from "../../../shared/errors.ts";
import { fail, ok } from "../../../shared/lib/result.ts";
import { BackdropStore } from "../../../shared/photo/backdrop/backdrop_store.ts";
import { fileOf } from "../../helpers/magick_files.ts";
import { at, solid } from "../../helpers/pixels.ts";
import { valueOf } from "../../helpers/result.ts";

const SIZE = { width: 60, height: 40 };
const pictureOf = (red: number, alpha = 255) =>
  fileOf(solid(SIZE, [red, 90, 90, alpha]), MagickFormat.Png);
const refOf = (path: string) => ({ bucket: "car-backgrounds", path });

async function storeOf(files: Record<string, Uint8Array<ArrayBuffer> | AppError>) {
  const reads: string[] = [];
  const clock = { ms: 0 };
  const store = new BackdropStore({
    read: ({ path }) => {
      reads.push(path);
      const file = files[path];
      return Promise.resolve(file instanceof AppError ? fail(file) : ok(file));
    },
    limits: { maxPixels: 1e6 },
    now: () => clock.ms,
  });
  return await Promise.resolve({ store, reads, clock, files });
}

Deno.test("a picture is read once a minute, and decoded once while it stays the same", async () => {
  const { store, reads, clock } = await storeOf({ "a.png": await pictureOf(10) });
  const first = valueOf(await store.load(refOf("a.png")));
  const decoded = valueOf(await first.decode());
  assert.deepEqual(at(decoded, 5, 5), [10, 90, 90, 255]);
  assert.equal(first.leftMs, 0);
  clock.ms = 59_999;
  assert.equal(valueOf(await store.load(refOf("a.png"))), first);
  assert.deepEqual(reads, ["a.png"]);
  clock.ms = 60_000;
  const again = valueOf(await store.load(refOf("a.png")));
  assert.deepEqual(reads, ["a.png", "a.png"]);
  assert.equal(valueOf(await again.decode()), decoded);
});

Deno.test("a replaced picture has another hash and other pixels a minute later", async () => {
  const { store, clock, files } = await storeOf({ "a.png": await pictureOf(10) });
  const first = valueOf(await store.load(refOf("a.png")));
  files["a.png"] = await pictureOf(99);
  clock.ms = 60_000;
  const second = valueOf(await store.load(refOf("a.png")));
  assert.notEqual(second.hash, first.hash);
  assert.equal(at(valueOf(await second.decode()), 5, 5)[0], 99);
});

Deno.test("only the last two pictures are kept", async () => {
  const png = await pictureOf(10);
  const { store, reads } = await storeOf({ a: png, b: png, c: png });
  for (const path of ["a", "b", "a", "c", "a", "b"]) valueOf(await store.load(refOf(path)));
  assert.deepEqual(reads, ["a", "b", "c", "b"]);
});

Deno.test("the transparent parts of a picture are white", async () => {
  const { store } = await storeOf({ a: await pictureOf(10, 0) });
  const picture = valueOf(await store.load(refOf("a")));
  assert.deepEqual(at(valueOf(await picture.decode()), 5, 5), [255, 255, 255, 255]);
});

Deno.test("pictures that cannot be used are refused by the reason", async () => {
  const large = await fileOf(
    solid({ width: 1_100, height: 1_000 }, [1, 2, 3, 255]),
    MagickFormat.Png,
  );
  const { store } = await storeOf({
    text: new TextEncoder().encode("no picture"),
    large,
    cut: (await pictureOf(10)).slice(0, 60),
    missing: new AppError("source_not_found", "There is no photo."),
    private: new AppError("source_forbidden", "Not this one.", { details: { buckets: ["x"] } }),
    heavy: new AppError("body_too_large", "Too large."),
    down: new AppError("storage_failed", "Try again."),
  });
  const codeOf = async (path: string) => {
    const loaded = await store.load(refOf(path));
    const result = loaded.ok ? await loaded.value.decode() : loaded;
    return result.ok ? "ok" : result.error.code;
  };
  assert.deepEqual(
    [await codeOf("text"), await codeOf("large"), await codeOf("cut"), await codeOf("heavy")],
    Array(4).fill("backdrop_invalid"),
  );
  assert.equal(await codeOf("missing"), "backdrop_not_found");
  assert.equal(await codeOf("private"), "backdrop_forbidden");
  assert.equal(await codeOf("down"), "storage_failed");
});
