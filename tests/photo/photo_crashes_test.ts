/**
 * Proves which crashes count for a photo, what they cost other photos, and what is answered while the database is
 * slow.
 */
import assert from "node:assert/strict";
import { AppError } from "../../shared/errors.ts";
import { EngineCrash, WasmEngine } from "../../shared/image/engine/wasm_engine.ts";
import { PhotoCrashes } from "../../shared/photo/photo_crashes.ts";
import { isInForce, refusalFile, REFUSED_DAYS } from "../../shared/storage/refusal.ts";
import { SilentErrors } from "../helpers/deny_memory.ts";

const photo = Uint8Array.of(1, 2, 3);
const other = Uint8Array.of(4, 5, 6);

/** A counter in memory that counts like the database. */
class Records {
  readonly counts = new Map<string, number>();
  readonly record = (hash: string) => {
    this.counts.set(hash, (this.counts.get(hash) ?? 0) + 1);
    return Promise.resolve(this.counts.get(hash)!);
  };
}

class Refusals {
  readonly folders: string[] = [];
  readonly writeRefusal = (folder: string) => Promise.resolve(void this.folders.push(folder));
}

/** Silent, as every crash is logged. */
async function codeOf(crashes: PhotoCrashes, error: unknown, refusals = new Refusals()) {
  const warn = console.warn;
  console.warn = () => {};
  try {
    const judged = await crashes.judge(error, photo, { folder: "a/b", results: refusals });
    return judged instanceof AppError ? [judged.code, judged.retryable] : judged;
  } finally {
    console.warn = warn;
  }
}

Deno.test("the second crash of a photo in any process ends its tries, and is recorded at its result's path", async () => {
  const records = new Records();
  const [one, two] = [new PhotoCrashes(records), new PhotoCrashes(records)];
  const refusals = new Refusals();
  assert.deepEqual(await codeOf(one, new EngineCrash(true), refusals), ["engine_failed", true]);
  assert.deepEqual(refusals.folders, []);
  const second = await codeOf(two, new EngineCrash(true), refusals);
  assert.deepEqual(second, ["image_crashes_engine", false]);
  assert.deepEqual(refusals.folders, ["a/b"]);
  assert.deepEqual([await one.isRefused(photo), await two.isRefused(photo)], [false, true]);
  assert.equal(await two.isRefused(other), false);
});

Deno.test("a crash by another photo does not count, nor does any other error", async () => {
  const records = new Records();
  const crashes = new PhotoCrashes(records);
  const errors = [
    new EngineCrash(false),
    new AppError("internal_error", "Sentence."),
    new Error("x"),
  ];
  for (const error of errors) {
    assert.equal(await crashes.judge(error, photo, { folder: "a/b" }), error);
  }
  assert.equal(records.counts.size, 0);
});

Deno.test("an engine reports whose work crashed it", async () => {
  using _ = new SilentErrors();
  const engine = new WasmEngine({ name: "test", start: () => ({}) });
  const instance = await engine.load();
  const crash = () => {
    throw new WebAssembly.RuntimeError("unreachable");
  };
  const isCause = (expected: boolean) => (error: unknown) =>
    error instanceof EngineCrash && error.isCause === expected && error.code === "engine_failed";
  assert.throws(() => instance.run(crash), isCause(true));
  assert.throws(() => instance.run(() => 1), isCause(false));
  assert.throws(() => instance.run(crash), isCause(false));
});

Deno.test("a photo costs nothing, not even its hash, while no photo has crashed the engine", async () => {
  const digest = crypto.subtle.digest;
  let hashed = 0;
  crypto.subtle.digest = (...given) => {
    hashed++;
    return digest.apply(crypto.subtle, given);
  };
  try {
    const crashes = new PhotoCrashes({ record: () => assert.fail("asked") });
    assert.equal(await crashes.isRefused(Uint8Array.of(7)), false);
    assert.equal(hashed, 0);
  } finally {
    crypto.subtle.digest = digest;
  }
});

Deno.test("if the database or Storage fails, a process counts by itself", async () => {
  const broken = () => Promise.reject(new Error("no database"));
  const crashes = new PhotoCrashes({ record: broken });
  const refusals = Object.assign(new Refusals(), { writeRefusal: broken });
  assert.deepEqual(await codeOf(crashes, new EngineCrash(true), refusals), ["engine_failed", true]);
  const second = await codeOf(crashes, new EngineCrash(true), refusals);
  assert.deepEqual(second, ["image_crashes_engine", false]);
});

Deno.test("a process remembers the last hundred photos", async () => {
  const crashes = new PhotoCrashes({ record: () => Promise.resolve(2) });
  const { warn } = console;
  console.warn = () => {};
  const photos = Array.from({ length: 101 }, (_, index) => Uint8Array.of(9, index));
  for (const one of photos) await crashes.judge(new EngineCrash(true), one, { folder: "a/b" });
  console.warn = warn;
  const refused = await Promise.all(photos.map((one) => crashes.isRefused(one)));
  assert.deepEqual([refused[0], refused.filter(Boolean).length], [false, 100]);
});

Deno.test("a refusal expires after 30 days, and a damaged one is ignored", () => {
  const now = new Date();
  const daysAgo = (days: number) => refusalFile(new Date(now.getTime() - days * 86_400_000));
  assert.equal(isInForce(daysAgo(0), now), true);
  assert.equal(isInForce(daysAgo(REFUSED_DAYS - 0.1), now), true);
  assert.equal(isInForce(daysAgo(REFUSED_DAYS + 0.1), now), false);
  for (
    const text of ["", "{}", "[]", '{"version":2,"crashed_at":"2999-01-01T00:00:00Z"}', "\xff"]
  ) {
    assert.equal(isInForce(new TextEncoder().encode(text), now), false, text);
  }
});
