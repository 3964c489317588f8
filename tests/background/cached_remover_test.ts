// Proves that a cutout is requested once for simultaneous and later callers, and that a failing cache stops no photo.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { workDone } from "../../shared/telemetry/after_response.ts";
import { BackgroundError } from "../../shared/background/background_error.ts";
import { CachedRemover, type CutoutRequest } from "../../shared/background/cached_remover.ts";
import type { CutoutFile } from "../../shared/background/cutout.ts";
import type { CutoutCache } from "../../shared/background/cutout_cache.ts";

import { sha256 } from "../../shared/lib/sha256.ts";
import { ConsoleLines } from "../helpers/console_lines.ts";
import { FakeTimers } from "../helpers/fake_fetch.ts";
import { until } from "../helpers/until.ts";

// WebCrypto's digests finish in any order. These are synchronous, so that simultaneous callers stay in order.
crypto.subtle.digest = (_, data) => {
  const { buffer } = new Uint8Array(createHash("sha256").update(data as Uint8Array).digest());
  return Promise.resolve(buffer);
};

const PHOTO = Uint8Array.of(1);
const PATH = `v1/p-m/${await sha256(PHOTO)}.png`;
const GONE = new Error("gone");
/** Bound on a wait, in milliseconds: nothing here leaves the process. */
const DEADLINE_MS = 10_000;
const bytes = (value: number): CutoutFile => ({ kind: "mask", bytes: Uint8Array.of(value) });

interface Call {
  signal: AbortSignal;
  answer(file: CutoutFile): void;
  fail(error: Error): void;
}

/** A remover whose calls the test answers, with a cache in memory. */
class Bench {
  readonly calls: Call[] = [];
  readonly kept = new Map<string, Uint8Array<ArrayBuffer>>();
  /** The cache's operations, in order. */
  readonly looks: string[] = [];
  readonly cache: CutoutCache = {
    find: (path) => (this.looks.push("find"), Promise.resolve(this.kept.get(path) ?? null)),
    keep: (path, file) => (this.looks.push("keep"), this.kept.set(path, file), Promise.resolve()),
    drop: (path) => (this.looks.push("drop"), this.kept.delete(path), Promise.resolve()),
  };
  readonly remover = new CachedRemover({
    provider: "p",
    name: "API4.ai",
    variant: "m",
    kind: "mask",
    remove: (_, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<CutoutFile>();
      signal!.addEventListener("abort", () => reject(signal!.reason));
      this.calls.push({ signal: signal!, answer: resolve, fail: reject });
      return promise;
    },
  }, this.cache);

  /** Waits for a call and answers it. */
  async answer(value: number, call = 1): Promise<void> {
    await until(() => this.calls.length === call, DEADLINE_MS);
    this.calls[call - 1].answer(bytes(value));
  }

  /** Requests a cutout, accepts it and returns its source. */
  async use(photo = PHOTO): Promise<[number, CutoutRequest["source"]]> {
    using request = this.remover.request(photo);
    const file = await request.ask();
    request.accept();
    return [file.bytes[0], request.source];
  }
}

Deno.test("a cutout is cached by version, mode and photo, and not requested again", async () => {
  const bench = new Bench();
  const first = bench.use();
  await bench.answer(7);
  assert.deepEqual(await first, [7, "called"]);
  await workDone();
  assert.deepEqual([...bench.kept.keys()], [PATH]);
  assert.deepEqual(await bench.use(), [7, "cached"]);
  assert.equal(bench.calls.length, 1);
  const other = bench.use(Uint8Array.of(2));
  await bench.answer(8, 2);
  assert.deepEqual(await other, [8, "called"]);
  assert.deepEqual(bench.looks, ["find", "keep", "find", "find", "keep"]);
});

Deno.test("two simultaneous callers share one lookup and one call, which counts once", async () => {
  const bench = new Bench();
  const both = [bench.use(), bench.use()];
  await bench.answer(7);
  assert.deepEqual((await Promise.all(both)).toSorted(), [[7, "cached"], [7, "called"]]);
  await workDone();
  assert.deepEqual(bench.looks, ["find", "keep"]);
});

Deno.test("a caller before the cutout is stored gets it, too", async () => {
  const bench = new Bench();
  const keeping = Promise.withResolvers<void>();
  bench.cache.keep = () => keeping.promise;
  const first = bench.use();
  await bench.answer(7);
  await first;
  assert.deepEqual(await bench.use(), [7, "cached"]);
  keeping.resolve();
  await workDone();
  assert.deepEqual(bench.looks, ["find"]);
  const later = bench.use();
  await bench.answer(8, 2);
  assert.deepEqual(await later, [8, "called"], "memory keeps nothing of it");
});

Deno.test("one caller's disconnect leaves the call to the other; the last disconnect aborts it", async () => {
  const bench = new Bench();
  using first = bench.remover.request(PHOTO);
  using second = bench.remover.request(PHOTO);
  const callers = [new AbortController(), new AbortController()];
  const asked = [first.ask(callers[0].signal), second.ask(callers[1].signal)];
  await until(() => bench.calls.length === 1, DEADLINE_MS);
  callers[0].abort(GONE);
  await assert.rejects(asked[0], GONE);
  assert.equal(bench.calls[0].signal.aborted, false);
  callers[1].abort(GONE);
  await assert.rejects(asked[1], GONE);
  assert.equal(bench.calls[0].signal.reason, GONE);
  const next = bench.use();
  await bench.answer(7, 2);
  assert.deepEqual(await next, [7, "called"], "an aborted call answers no caller");
});

Deno.test("a call counts for a caller that still waits when it starts", async () => {
  const bench = new Bench();
  const found = Promise.withResolvers<null>();
  bench.cache.find = () => found.promise;
  using first = bench.remover.request(PHOTO);
  using second = bench.remover.request(PHOTO);
  const caller = new AbortController();
  const gone = assert.rejects(first.ask(caller.signal), GONE);
  const stays = second.ask();
  caller.abort(GONE);
  await gone;
  found.resolve(null);
  await bench.answer(7);
  await stays;
  assert.deepEqual([first.source, second.source], ["none", "called"]);
});

Deno.test("a caller that disconnects during the cache lookup costs no call", async () => {
  const bench = new Bench();
  const found = Promise.withResolvers<null>();
  bench.cache.find = () => (bench.looks.push("find"), found.promise);
  using request = bench.remover.request(PHOTO);
  const caller = new AbortController();
  const gone = assert.rejects(request.ask(caller.signal), GONE);
  await until(() => bench.looks.length === 1, DEADLINE_MS);
  caller.abort(GONE);
  await gone;
  found.resolve(null);
  await workDone();
  assert.equal(bench.calls.length, 0);
});

Deno.test("an unusable reply is not cached, and the next caller starts a new call", async () => {
  const bench = new Bench();
  {
    using request = bench.remover.request(PHOTO);
    const asked = request.ask();
    await bench.answer(7);
    await asked;
    assert.equal(request.reject(), false);
    assert.equal(request.source, "called");
  }
  const next = bench.use();
  await bench.answer(8, 2);
  assert.deepEqual(await next, [8, "called"]);
  await workDone();
  assert.deepEqual(bench.kept.get(PATH), Uint8Array.of(8));
});

Deno.test("an unusable cached cutout is deleted and requested once for all callers that found it", async () => {
  const bench = new Bench();
  bench.kept.set(PATH, Uint8Array.of(6));
  using first = bench.remover.request(PHOTO);
  using second = bench.remover.request(PHOTO);
  const requests = [first, second];
  const found = await Promise.all(requests.map((request) => request.ask()));
  assert.deepEqual(found, [bytes(6), bytes(6)]);
  for (const request of requests) assert.equal(request.reject(), true);
  const again = requests.map((request) => request.ask());
  await bench.answer(7);
  assert.deepEqual(await Promise.all(again), [bytes(7), bytes(7)]);
  for (const request of requests) request.accept();
  assert.deepEqual([first.source, second.source], ["called", "cached"]);
  await workDone();
  assert.deepEqual(bench.looks, ["find", "drop", "keep"]);
  assert.deepEqual(bench.kept.get(PATH), Uint8Array.of(7));
});

Deno.test("a failed call fails all waiting callers, and no later one", async () => {
  const bench = new Bench();
  const both = [bench.use(), bench.use()];
  await until(() => bench.calls.length === 1, DEADLINE_MS);
  const error = new BackgroundError("background_removal_failed", "It failed.");
  bench.calls[0].fail(error);
  for (const one of both) await assert.rejects(one, error);
  const next = bench.use();
  await bench.answer(7, 2);
  assert.deepEqual(await next, [7, "called"]);
});

Deno.test("a remover whose breaker is open is not called", async () => {
  const bench = new Bench();
  using request = bench.remover.request(PHOTO);
  const asked = request.ask();
  await until(() => bench.calls.length === 1, DEADLINE_MS);
  bench.calls[0].fail(new BackgroundError("background_removal_paused", "Paused."));
  await assert.rejects(asked, { code: "background_removal_paused" });
  assert.equal(request.source, "none");
});

Deno.test("a cache that fails or hangs counts as empty, and the failure is logged", async () => {
  for (const find of [() => Promise.reject(new Error("down")), () => new Promise<null>(() => {})]) {
    using log = new ConsoleLines();
    using _timers = new FakeTimers();
    const full = () => Promise.reject(new Error("full"));
    const remover = new CachedRemover({
      provider: "p",
      name: "API4.ai",
      variant: "m",
      kind: "mask",
      remove: () => Promise.resolve(bytes(7)),
    }, { find, keep: full, drop: full });
    using request = remover.request(PHOTO);
    assert.deepEqual(await request.ask(), bytes(7));
    request.accept();
    await workDone();
    const told = log.events.map(({ level, event, step }) => [level, event, step]);
    assert.deepEqual(told, [
      ["warn", "cutout_cache_failed", "find"],
      ["warn", "cutout_cache_failed", "keep"],
    ]);
  }
});

Deno.test("without a cache each caller starts its own call", async () => {
  let calls = 0;
  const remover = new CachedRemover({
    provider: "p",
    name: "API4.ai",
    variant: "m",
    kind: "image",
    remove: () => Promise.resolve({ kind: "image", bytes: Uint8Array.of(++calls) }),
  });
  const use = async () => {
    using request = remover.request(PHOTO);
    const file = await request.ask();
    request.accept();
    return [file.bytes[0], request.source];
  };
  assert.deepEqual(await Promise.all([use(), use()]), [[1, "called"], [2, "called"]]);
});
