// Proves the calls for galleries and batches against the local stack.
import assert from "node:assert/strict";
import {
  type Batch,
  cancelBatch,
  createBatch,
  type Photo,
  processGallery,
  requeueBatch,
  uploadPhoto,
  watchBatch,
} from "../../client/mod.ts";
import { neverSeen } from "../../bench/send_photo.ts";
import { startStack } from "../../dev/stack.ts";
import { fixture } from "../helpers/call.ts";
import { storeOriginal } from "../helpers/store_original.ts";
import { fakeFunction } from "./fake_function.ts";
import { QuickClock } from "./quick_clock.ts";
import { signedIn } from "./signed_in.ts";

const stack = await startStack({ keepImages: false, tickEveryMs: 200 });
Deno.test.afterAll(() => stack.close());
const small = await fixture("small.jpg");
const supabase = signedIn(stack);
const newPhoto = () => new File([neverSeen(small)], "car.jpg");
const options = { variants: ["grid"] as ["grid"] };

Deno.test("a gallery processes several photos at a time, independently of each other", async () => {
  let inFlight = 0;
  let max = 0;
  const counted = signedIn(stack, {
    fetch: async (input, init) => {
      max = Math.max(max, ++inFlight);
      // Reads the body too, as another call may begin meanwhile.
      const response = await fetch(input, init);
      const body = await response.blob();
      inFlight--;
      return new Response(body, response);
    },
  });
  const photos: Photo[] = [
    newPhoto(),
    new Blob(["text"]),
    newPhoto(),
    newPhoto(),
    {
      bucket: "car-originals",
      path: "missing.jpg",
    },
  ];
  const done: number[] = [];
  const ended = new Set<number>();
  const gallery = await processGallery(counted, photos, {
    options,
    concurrency: 2,
    onProgress: (index, photo, { stage }) => {
      assert.equal(photo, photos[index]);
      if (stage === "done") ended.add(index);
    },
    onResult: (index, { photo }) => {
      assert.equal(photo, photos[index]);
      done.push(index);
    },
  });
  assert.equal(max, 2);
  assert.deepEqual([gallery.succeeded, gallery.failed], [3, 2]);
  assert.deepEqual(gallery.results.map(({ photo }) => photo), photos);
  assert.deepEqual(gallery.results.map(({ error }) => error?.code), [
    ...[undefined, "unsupported_image_type", undefined, undefined, "source_not_found"],
  ]);
  assert.deepEqual(done.toSorted(), [0, 1, 2, 3, 4]);
  assert.deepEqual([...ended].sort(), [0, 2, 3]);
});

Deno.test("after an abort the remaining photos of a gallery end with aborted", async () => {
  const controller = new AbortController();
  const { results, succeeded, failed } = await processGallery(
    supabase,
    [newPhoto(), newPhoto(), newPhoto()],
    {
      options,
      concurrency: 1,
      signal: controller.signal,
      onResult: () => controller.abort(),
    },
  );
  assert.deepEqual([succeeded, failed], [1, 2]);
  assert.deepEqual(results.map(({ error }) => error?.code), [undefined, "aborted", "aborted"]);
  const none = await processGallery(supabase, []);
  assert.deepEqual(none, { results: [], succeeded: 0, failed: 0 });
  await assert.rejects(processGallery(supabase, [], { concurrency: 0 }), TypeError);
});

const broken = await storeOriginal(stack, "broken.jpg", small.slice(0, 300));

Deno.test("a batch is created once despite a lost answer, watched despite failures, and requeued", async () => {
  using clock = new QuickClock();
  const { data: stored } = await uploadPhoto(supabase, newPhoto());
  const items = [{ storage_path: stored!, options }, {
    storage_path: broken,
    options,
  }];
  // The first answer is lost: the retry must not create a second batch.
  let isLost = false;
  const losesFirstAnswer = signedIn(stack, {
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (isLost) return response;
      isLost = true;
      await response.body?.cancel();
      throw new TypeError("connection lost");
    },
  });
  const { data: created, error } = await createBatch(losesFirstAnswer, items);
  assert.equal(error, null);
  assert.deepEqual([created.created, created.total], [false, 2]);

  let asked = 0;
  const flaky = signedIn(stack, {
    fetch: (input, init) => {
      if (++asked % 2 === 1) return Promise.reject(new TypeError("no network"));
      return fetch(input, init);
    },
  });
  const seen: Batch[] = [];
  const { data: ended } = await watchBatch(flaky, created.batch_id, {
    onChange: (batch) => seen.push(batch),
  });
  assert.equal(ended!.state, "finished");
  assert.deepEqual(
    ended!.items.map(({ state, error }) => error?.code ?? state),
    ["succeeded", "invalid_image"],
  );
  assert.equal(seen.at(-1), ended);
  const changes = seen.map((batch) => batch.changes);
  assert.deepEqual(changes, [...new Set(changes)].toSorted((a, b) => a - b));
  assert.ok(clock.waits.length >= 1);

  const { data: requeued } = await requeueBatch(supabase, created.batch_id, {
    positions: [1],
  });
  assert.notEqual(requeued!.state, "finished");
  const again = await watchBatch(supabase, created.batch_id);
  assert.deepEqual([again.data!.counts.failed, again.data!.counts.succeeded], [1, 1]);
});

Deno.test("watchBatch() reports changes only, and waits for the next one", async () => {
  using clock = new QuickClock();
  const statusOf = (state: string, changes: number) =>
    Response.json({ state, changes, items: state === "queued" ? [] : [{}], request_id: "r-1" });
  const { supabase, calls } = fakeFunction(
    ...[
      statusOf("running", 5),
      statusOf("queued", 5),
      statusOf("running", 6),
      statusOf("finished", 7),
    ],
  );
  const seen: unknown[] = [];
  await watchBatch(supabase, "b 1", {
    onChange: ({ state, changes, items }) => seen.push([state, changes, items.length]),
  });
  assert.deepEqual(seen, [["running", 5, 1], ["running", 6, 1], ["finished", 7, 1]]);
  assert.deepEqual(calls.map(({ url, method }) => [method, url.split("/batch/")[1]]), [
    ...[["GET", "b%201"], ["GET", "b%201?wait=25&since=5"], ["GET", "b%201?wait=25&since=5"]],
    ["GET", "b%201?wait=25&since=6"],
  ]);
  assert.deepEqual(clock.waits, [1_000, 1_000, 1_000]);
});

Deno.test("cancelling a scheduled batch ends its watch", async () => {
  using _clock = new QuickClock();
  const notBefore = new Date(Date.now() + 3_600_000);
  const { data } = await createBatch(supabase, [{ storage_path: broken }], {
    notBefore,
  });
  const watching = watchBatch(supabase, data!.batch_id, {
    onChange: ({ state }) => void (state === "queued" && cancelBatch(supabase, data!.batch_id)),
  });
  assert.equal((await watching).data!.state, "cancelled");
});

Deno.test("an abort ends a watch at once, and invalid batches have their error codes", async () => {
  const notBefore = new Date(Date.now() + 3_600_000).toISOString();
  const key = { idempotencyKey: crypto.randomUUID() };
  const { data } = await createBatch(supabase, [{ storage_path: broken }], {
    notBefore,
    ...key,
  });
  const controller = new AbortController();
  const { error } = await watchBatch(supabase, data!.batch_id, {
    signal: controller.signal,
    onChange: () => controller.abort(),
  });
  assert.equal(error?.code, "aborted");
  const codeOf = async (pending: Promise<{ error: { code: string } | null }>) =>
    (await pending).error?.code;
  const none = crypto.randomUUID();
  assert.equal(await codeOf(watchBatch(supabase, none)), "batch_not_found");
  assert.equal(await codeOf(cancelBatch(supabase, "no/id?x#y")), "batch_not_found");
  assert.equal(await codeOf(createBatch(supabase, [])), "invalid_request");
  const missing = { bucket: "car-originals", path: "missing.jpg" };
  assert.equal(
    await codeOf(createBatch(supabase, [{ storage_path: missing }])),
    "source_not_found",
  );
  const others = [{ storage_path: broken, force: true }];
  assert.equal(await codeOf(createBatch(supabase, others, key)), "idempotency_conflict");
});
