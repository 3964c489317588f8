// Proves how the batches' SQL functions create batches, hand out items and record their outcome.
import assert from "node:assert/strict";
import { startLocalSupabase } from "../../../dev/local_supabase.ts";
import { batchCalls, NOT_APPLIED, type Taken } from "./batch_calls.ts";

const supabase = await startLocalSupabase();
const batches = batchCalls(supabase);
Deno.test.afterAll(() => supabase.close());
Deno.test.beforeEach(() => batches.forget());

async function takeOne(): Promise<Taken> {
  const taken = await batches.take();
  assert.equal(taken.length, 1);
  return taken[0];
}

/** Takes and fails an item several times; the last failure has the given error. */
async function tryTimes(times: number, end: (taken: Taken) => Promise<unknown>): Promise<void> {
  for (let time = 0; time < times; time++) {
    await end(await takeOne());
    await batches.passTime();
  }
}

Deno.test("a batch is created with its items, queued in their order", async () => {
  const settings = { options: { shadow: false }, filename: "front.jpg" };
  const { batch_id, ...rest } = await batches.create({
    items: [
      { bucket: "car-originals", path: "a.jpg", settings },
      { bucket: "car-images", path: "b.jpg" },
    ],
  });
  assert.deepEqual(rest, { created: true, conflict: false, total: 2 });
  const { batch, counts, items, changes } = await batches.status(batch_id);
  assert.deepEqual([batch.state, batch.webhook, changes], ["queued", null, 0]);
  assert.deepEqual([counts.queued, counts.total], [2, 2]);
  assert.deepEqual(items.map(({ path, state }) => [path, state]), [
    ["a.jpg", "queued"],
    ["b.jpg", "queued"],
  ]);
  const [first, second] = await batches.take(9);
  assert.deepEqual(
    [first.bucket, first.path, first.settings, first.position, first.attempt, first.tries],
    ["car-originals", "a.jpg", settings, 0, 1, 1],
  );
  assert.deepEqual([second.bucket, second.path, second.settings], ["car-images", "b.jpg", {}]);
});

Deno.test("a batch has 1 to 500 items, and a refused one leaves nothing behind", async () => {
  assert.equal((await batches.create({ items: 500 })).total, 500);
  await batches.forget();
  for (const items of [0, 501, [{ bucket: "car-originals" }]]) {
    await assert.rejects(batches.create({ items }));
  }
  assert.deepEqual(await batches.messages(), []);
  assert.deepEqual(await supabase.query("select from public.batches"), []);
});

Deno.test("the same key returns the same batch, and is a conflict for another request", async () => {
  const first = await batches.create({ items: 3, key: "user:1", hash: "a" });
  assert.deepEqual(await batches.create({ items: 3, key: "user:1", hash: "a" }), {
    ...first,
    created: false,
  });
  assert.deepEqual(await batches.create({ items: 1, key: "user:1", hash: "b" }), {
    ...first,
    created: false,
    conflict: true,
  });
  assert.notEqual((await batches.create({ key: "user:2", hash: "a" })).batch_id, first.batch_id);
  assert.notEqual((await batches.create()).batch_id, (await batches.create()).batch_id);
  assert.equal((await batches.messages()).length, 6);
});

Deno.test("a scheduled batch is not taken before its time", async () => {
  const notBefore = new Date(Date.now() + 3_600_000).toISOString();
  await batches.create({ notBefore });
  assert.deepEqual(await batches.take(9), []);
  const { visible, next_visible_seconds } = await batches.waiting();
  assert.equal(visible, 0);
  assert.ok(next_visible_seconds! > 3500 && next_visible_seconds! <= 3601);
  await batches.create({ notBefore: "2020-01-01T00:00:00Z" });
  assert.equal((await batches.take(9)).length, 1);
});

Deno.test("a taken item is hidden until its visibility timeout ends", async () => {
  const { batch_id } = await batches.create();
  const taken = await takeOne();
  assert.deepEqual(await batches.take(), []);
  assert.equal((await batches.status(batch_id)).batch.state, "running");
  assert.equal((await batches.status(batch_id)).counts.processing, 1);
  await batches.passTime();
  const again = await takeOne();
  assert.deepEqual([again.position, again.attempt, again.tries], [taken.position, 2, 2]);
});

Deno.test("a worker can extend its item's visibility timeout", async () => {
  await batches.create();
  const taken = await takeOne();
  await batches.passTime();
  assert.equal(await batches.extend(taken, 600), true);
  assert.deepEqual(await batches.take(), []);
  assert.ok((await batches.waiting()).next_visible_seconds! > 500);
  await batches.passTime();
  const other = await takeOne();
  assert.equal(await batches.extend(taken, 600), false, "it is another's now");
  assert.equal((await batches.finish(other)).applied, true);
  assert.equal(await batches.extend(other, 600), false, "it is done");
});

Deno.test("an item is done once, and the last one ends the batch", async () => {
  const { batch_id } = await batches.create({ items: 2 });
  const [first, second] = await batches.take(2);
  const result = { storage_urls: { processed: "https://x" }, metadata: {}, warnings: [] };
  assert.deepEqual(await batches.finish(first, result), { ...NOT_APPLIED, applied: true });
  assert.deepEqual(await batches.finish(first, { other: true }), NOT_APPLIED);
  assert.deepEqual(await batches.fail(first, true), NOT_APPLIED);
  assert.deepEqual(await batches.finish(second), {
    applied: true,
    batch_finished: true,
    webhook_due: false,
  });
  const { batch, items, counts } = await batches.status(batch_id);
  assert.equal(batch.state, "finished");
  assert.notEqual(batch.finished_at, null);
  assert.equal(counts.succeeded, 2);
  assert.deepEqual(items[0].result, result);
  assert.deepEqual(await batches.messages(), []);
});

Deno.test("only the current worker's report on an item counts", async () => {
  const { batch_id } = await batches.create();
  const late = await takeOne();
  await batches.passTime();
  const current = await takeOne();
  for (const word of [batches.finish, batches.giveBack] as const) {
    assert.deepEqual(await word(late), NOT_APPLIED);
  }
  assert.deepEqual(await batches.fail(late, false), NOT_APPLIED);
  assert.deepEqual(await batches.finish({ ...current, msg_id: current.msg_id + 1 }), NOT_APPLIED);
  assert.equal((await batches.finish(current)).applied, true);
  assert.equal((await batches.status(batch_id)).counts.succeeded, 1);
});

Deno.test("a late report counts if no other worker has taken the item", async () => {
  await batches.create();
  const taken = await takeOne();
  await batches.passTime();
  assert.equal((await batches.finish(taken)).applied, true);
  assert.deepEqual(await batches.take(), []);
});

Deno.test("a released item is visible at once, and the try does not count", async () => {
  await batches.create();
  const taken = await takeOne();
  assert.equal((await batches.giveBack(taken)).applied, true);
  assert.deepEqual(await batches.giveBack(taken), NOT_APPLIED);
  const again = await takeOne();
  assert.deepEqual([again.attempt, again.tries], [2, 1]);
  assert.deepEqual(await batches.finish(taken), NOT_APPLIED, "it was given back");
});

Deno.test("a retryable item waits, and shows its last error", async () => {
  const { batch_id } = await batches.create();
  assert.equal((await batches.fail(await takeOne(), true, 60)).applied, true);
  assert.deepEqual(await batches.take(), []);
  const [item] = (await batches.status(batch_id)).items;
  assert.deepEqual([item.state, item.tries, item.error?.code], ["queued", 1, "storage_failed"]);
  assert.ok((await batches.waiting()).next_visible_seconds! > 50);
  await batches.passTime();
  await takeOne();
  assert.equal((await batches.status(batch_id)).items[0].error, null);
});

Deno.test("an item that fails permanently becomes a dead letter", async () => {
  const { batch_id } = await batches.create();
  const { batch_finished } = await batches.fail(await takeOne(), false);
  assert.equal(batch_finished, true);
  assert.equal((await batches.status(batch_id)).items[0].state, "failed");
  assert.deepEqual(await batches.messages(), []);
  assert.deepEqual((await batches.deadLetters()).map((letter) => letter.batch_id), [batch_id]);
});

Deno.test("after five failed tries an item becomes a dead letter with its last error", async () => {
  const { batch_id } = await batches.create();
  await tryTimes(4, (taken) => batches.fail(taken, true));
  assert.equal((await batches.fail(await takeOne(), true)).batch_finished, true);
  assert.deepEqual(await batches.messages(), []);
  const { items, batch } = await batches.status(batch_id);
  assert.deepEqual([items[0].state, items[0].tries, batch.state], ["failed", 5, "finished"]);
  assert.equal((await batches.deadLetters())[0].error.code, "storage_failed");
});

Deno.test("an item whose worker died five times becomes a dead letter", async () => {
  const { batch_id } = await batches.create();
  await tryTimes(5, () => Promise.resolve());
  assert.deepEqual(await batches.take(), []);
  assert.equal((await batches.deadLetters())[0].error.code, "worker_died");
  const { items, batch } = await batches.status(batch_id);
  assert.deepEqual([items[0].error?.code, batch.state], ["worker_died", "finished"]);
  assert.deepEqual(await batches.messages(), []);
});

Deno.test("an item can be released any number of times without failing", async () => {
  await batches.create();
  await tryTimes(12, (taken) => batches.giveBack(taken));
  assert.equal((await takeOne()).tries, 1);
});
