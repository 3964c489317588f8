// Proves that no further step runs after a caller has disconnected.
import assert from "node:assert/strict";
import { Admission } from "../../shared/isolate/admission.ts";
import { CachedRemover } from "../../shared/background/cached_remover.ts";
import type { BackgroundRemover } from "../../shared/background/cutout.ts";
import { processPhoto } from "../../shared/photo/process_photo.ts";
import { PhotoJob } from "../../shared/photo/photo_job.ts";
import type { VariantStore } from "../../shared/storage/variant_store.ts";
import { countWork } from "../helpers/count_work.ts";
import { fixture } from "../helpers/fixtures.ts";
import { photoOf } from "../helpers/photo_of.ts";

const photo = await fixture("street.jpg");
const GONE = new Error("gone");
const UNUSED: BackgroundRemover = {
  provider: "fake",
  name: "API4.ai",
  variant: "1",
  kind: "mask",
  remove: () => Promise.reject(GONE),
};
const store = {
  save: () => Promise.reject(new Error("nothing may be stored")),
} as unknown as VariantStore;

/** Processes a photo whose caller disconnects meanwhile. */
function process(remover: BackgroundRemover, admission: Admission, signal: AbortSignal) {
  const deps = {
    remover: new CachedRemover(remover),
    store,
    limits: { maxPixels: 1e8 },
    cpuBudgetMs: 0,
    admission,
  };
  return processPhoto(new PhotoJob("r-1", { signal }), photoOf(photo), deps);
}

Deno.test("a disconnect during background removal stops all further steps", async () => {
  const caller = new AbortController();
  const admission = new Admission({ budgetMs: 0 });
  const remover: BackgroundRemover = {
    provider: "fake",
    name: "API4.ai",
    variant: "1",
    kind: "mask",
    remove: () => {
      caller.abort(GONE);
      return Promise.reject(GONE);
    },
  };
  const work = await countWork(async () => {
    await assert.rejects(process(remover, admission, caller.signal), GONE);
  });
  // Decoded and sent to the remover; neither cropped nor rendered.
  assert.equal(work.decodes.length, 1);
  assert.equal(work.jpegs.length, 1);
  assert.deepEqual(work.copies, []);
  assert.equal(admission.idle, true);
});

Deno.test("a disconnect while other photos compute costs nothing", async () => {
  const caller = new AbortController();
  const admission = new Admission({ budgetMs: 0 });
  using _other = await admission.enter(() => ({ prepareMs: 1, finishMs: 1 }));
  const work = await countWork(async () => {
    const processed = assert.rejects(process(UNUSED, admission, caller.signal), GONE);
    caller.abort(GONE);
    await processed;
  });
  assert.deepEqual(work.decodes, []);
});

Deno.test("a disconnect between two steps costs at most the current step", async () => {
  const caller = new AbortController();
  const admission = new Admission({ budgetMs: 0 });
  const work = await countWork(async () => {
    const processed = assert.rejects(process(UNUSED, admission, caller.signal), GONE);
    // The first turn of the event loop after the decoder has begun is the one after it.
    setTimeout(() => caller.abort(GONE));
    await processed;
  });
  assert.deepEqual([work.decodes.length, work.encodes.length], [1, 0]);
});
