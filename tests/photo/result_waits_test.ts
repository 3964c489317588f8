// Proves that the timeouts of lookups and manifests do not include other photos' computing.
import { PIPELINE_VERSION } from "../../shared/photo/variant_paths.ts";
import assert from "node:assert/strict";
import type { SupabaseClient } from "@supabase/supabase-js";
import { findResult } from "../../shared/photo/find_result.ts";
import { PhotoJob } from "../../shared/photo/photo_job.ts";
import { Admission } from "../../shared/isolate/admission.ts";
import type { VariantStore } from "../../shared/storage/variant_store.ts";
import { photoOf } from "../helpers/photo_of.ts";
import type { Manifest } from "../../shared/storage/manifest.ts";
import { ResultStore } from "../../shared/storage/result_store.ts";

/** The timeout of a lookup and of a manifest's writing: 1.5 s. */
const BOUND_MS = 1_500;

/** Simulates another photo's decoding: nothing else runs meanwhile, and due timers fire before unread answers. */
function computeFor(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** An answer that is available when the thread is free, and is read one turn later. */
function answer<T>(value: T, signal?: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  setTimeout(() => setTimeout(() => resolve(value)));
  return promise;
}

const photo = photoOf(new Uint8Array([1]), { variants: ["grid"], skip_background_removal: true });
const manifest: Manifest = {
  version: 3,
  pipeline: PIPELINE_VERSION,
  original_size: [4, 3],
  crop: { x: 0, y: 0, width: 4, height: 3 },
  quality: {
    ...{ edge_contact: null, edge_width: null, brightness: 0.5 },
    ...{ overexposed: null, subjects: null, half_transparent: null },
  },
  background: { removed: false, provider: null },
  warnings: [],
  variants: {
    grid: {
      width: 600,
      height: 400,
      bytes: 5,
      format: "webp",
      scale: 1,
      crop: { x: 0, y: 0, width: 600, height: 400 },
      subject: null,
      sha256: "0".repeat(64),
      etag: "e",
    },
  },
};

Deno.test("a result is found though another photo computes for longer than a lookup's timeout", async () => {
  const begun = Promise.withResolvers<void>();
  const results = {
    list: (_: string, signal: AbortSignal) => {
      begun.resolve();
      return answer(
        new Map([
          ["manifest.json", { bytes: 1, etag: "m" }],
          ["grid.webp", { bytes: 5, etag: "e" }],
        ]),
        signal,
      );
    },
    manifestOf: () => Promise.resolve(manifest),
  } as unknown as ResultStore;
  const store = { urlsOf: () => ({}) } as unknown as VariantStore;
  const admission = new Admission({ budgetMs: 0 });
  const deps = { results, store, admission, limits: { maxPixels: 1 }, cpuBudgetMs: 0 };
  const header = { format: "jpeg", width: 4, height: 3 } as const;
  const looked = findResult(new PhotoJob("r-1"), photo, header, deps);
  await begun.promise;
  computeFor(BOUND_MS + 100);
  assert.equal((await looked).photo?.reused, true);
});

Deno.test("a manifest is written though another photo computes for longer than the timeout of writing it", async () => {
  const bucket = { upload: () => answer({ data: {}, error: null }) };
  const client = { storage: { from: () => bucket } } as unknown as SupabaseClient;
  const written = new ResultStore(client, "bucket").writeManifest("folder", manifest);
  computeFor(BOUND_MS + 100);
  await written;
});
