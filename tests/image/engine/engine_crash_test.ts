// Proves that each WASM engine works as before after a crash.
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { AppError } from "../../../shared/errors.ts";
import { encode } from "../../../shared/image/encode/encode.ts";
import { loadMagick } from "../../../shared/image/engine/magick.ts";
import type { Raster } from "../../../shared/image/raster.ts";
import { resample } from "../../../shared/image/edit/resample.ts";
import { loadWebp } from "../../../shared/image/encode/webp.ts";
import { DeniedMemory, SilentErrors } from "../../helpers/deny_memory.ts";
import { decoded, fixture } from "../../helpers/fixtures.ts";
import { fileOf, rasterOf } from "../../helpers/magick_files.ts";

const small = await fixture("small.jpg");
const large = await rasterOf(await fixture("dark.jpg"), (image) => image.resize(3000, 2000));
const bmp = await fileOf(large, MagickFormat.Bmp);
const isFailure = (error: unknown) =>
  error instanceof AppError && error.code === "engine_failed" && error.retryable;

/** Fails unless the work ends in an `engine_failed` without further memory. */
async function assertCrashes(work: () => Promise<unknown>, grants?: number): Promise<void> {
  using silent = new SilentErrors();
  using memory = new DeniedMemory(grants);
  await assert.rejects(work(), isFailure);
  assert.ok(memory.refusals > 0);
  assert.equal(silent.lines.filter((line) => line.includes('"engine_crashed"')).length, 1);
}

/** Restarts ImageMagick with as little memory as in a new process. */
async function renewMagick(): Promise<void> {
  using _ = new SilentErrors();
  const engine = await loadMagick();
  const crash = () => {
    throw new WebAssembly.RuntimeError("unreachable");
  };
  assert.throws(() => engine.run(crash), isFailure);
  await loadMagick(); // a crash prints to the `console.error` of its start
}

/** Reads all of a photo's pixels. */
async function pixelsOf(file: Uint8Array): Promise<Raster> {
  using photo = await decoded(file);
  return photo.read({ x: 0, y: 0, ...photo.size });
}

// The point where memory ends decides the kind of crash: a report, or a fatal error that recurses until the stack
// ends.
for (const grants of [0, 1, 2]) {
  Deno.test(`ImageMagick that runs out of memory after ${grants} growths is restarted, and works as before`, async () => {
    await renewMagick();
    const before = await pixelsOf(small);
    const first = await loadMagick();
    await assertCrashes(() => decoded(bmp), grants);
    assert.equal(first.ended, true);
    assert.notEqual(await loadMagick(), first);
    assert.deepEqual(await pixelsOf(small), before);
    assert.equal((await pixelsOf(bmp)).width, 2048);
  });
}

Deno.test("a photo of a crashed engine fails cleanly, and its disposal does not affect the new engine", async () => {
  await renewMagick();
  using held = await decoded(small);
  const whole = { x: 0, y: 0, ...held.size };
  const before = held.read(whole);
  await assertCrashes(() => decoded(bmp));
  using next = await decoded(small); // at the same address as the old one
  assert.throws(() => held.read(whole), isFailure);
  assert.throws(() => held.toJpeg(80), isFailure);
  assert.deepEqual(held.size, next.size);
  held[Symbol.dispose]();
  assert.deepEqual(next.read(whole), before);
});

Deno.test("a crash by stack overflow within the engine is detected", async () => {
  using silent = new SilentErrors();
  const engine = await loadMagick();
  const deeper = (): number => 1 + deeper();
  assert.throws(() => engine.run(deeper), isFailure);
  assert.match(silent.lines.join(), /Maximum call stack size exceeded/);
  assert.equal((await pixelsOf(small)).width, 640);
});

Deno.test("libwebp that aborts without memory is restarted, and writes the same bytes as before", async () => {
  const tiny = await pixelsOf(small);
  const before = await encode(tiny, "webp", 80);
  const first = await loadWebp();
  await assertCrashes(() => encode(large, "webp", 80));
  assert.notEqual(await loadWebp(), first);
  assert.deepEqual(await encode(tiny, "webp", 80), before);
  assert.ok((await encode(large, "webp", 80)).length > 10_000);
});

Deno.test("pixel loops that get no memory fail, and resample as before", async () => {
  const wide = { width: 60_000, height: 2 };
  const tiny = await pixelsOf(small);
  const before = resample(tiny, { width: 64, height: 43 });
  // deno-lint-ignore require-await
  await assertCrashes(async () => resample(tiny, wide));
  assert.deepEqual(resample(tiny, { width: 64, height: 43 }), before);
  assert.equal(resample(tiny, wide).width, wide.width);
});
