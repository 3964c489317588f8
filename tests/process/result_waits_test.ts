import assert from "node:assert/strict";
import type { SupabaseClient } from "@supabase/supabase-js";
import { findResult } from "../../shared/process/find_result.ts";
import { optionsSchema } from "../../shared/process/options.ts";
import { PIPELINE_VERSION, variantPaths } from "../../shared/process/variant_paths.ts";
import type { Manifest } from "../../shared/storage/manifest.ts";
import { ResultStore } from "../../shared/storage/result_store.ts";

/** What Storage's client and its bound on a lookup and on a manifest's writing go by: 1.5 s. */
const BOUND_MS = 1_500;

/** Another photo is decoded: nothing else runs meanwhile, and timers that are due come before answers that lie unread. */
function computeFor(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** An answer that has come by the time that the thread is free, and is read a turn later. */
function answer<T>(value: T, signal?: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  setTimeout(() => setTimeout(() => resolve(value)));
  return promise;
}

const options = optionsSchema.parse({ variants: ["grid"] });
const paths = await variantPaths(new Uint8Array([1]), options, "none");
const manifest: Manifest = {
  version: 2,
  pipeline: PIPELINE_VERSION,
  original_size: [4, 3],
  background: { removed: false, provider: null },
  warnings: [],
  variants: {
    grid: { width: 600, height: 400, bytes: 5, format: "webp", sha256: "0".repeat(64), etag: "e" },
  },
};

Deno.test("a result is found though another photo computes for longer than a lookup may take", async () => {
  const results = {
    list: (_: string, signal: AbortSignal) =>
      answer(
        new Map([
          ["manifest.json", { bytes: 1, etag: "m" }],
          ["grid.webp", { bytes: 5, etag: "e" }],
        ]),
        signal,
      ),
    manifestOf: () => Promise.resolve(manifest),
  } as unknown as ResultStore;
  const looked = findResult({ options, needsFiles: false }, paths, results);
  computeFor(BOUND_MS + 100);
  assert.equal((await looked).photo?.reused, true);
});

Deno.test("a manifest is written though another photo computes for longer than writing it may take", async () => {
  const bucket = { upload: () => answer({ data: {}, error: null }) };
  const client = { storage: { from: () => bucket } } as unknown as SupabaseClient;
  const written = new ResultStore(client, "bucket").writeManifest("folder", manifest);
  computeFor(BOUND_MS + 100);
  await written;
});
