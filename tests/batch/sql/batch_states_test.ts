// Proves how the batches' SQL functions requeue, cancel, report and delete batches, and drop stale messages.
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

Deno.test("failed items are requeued with five more tries, all or some", async () => {
  const { batch_id } = await batches.create({ items: 4 });
  const taken = await batches.take(4);
  await batches.finish(taken[0]);
  for (const item of taken.slice(1)) await batches.fail(item, false);
  assert.equal((await batches.status(batch_id)).batch.state, "finished");
  assert.deepEqual(await batches.requeue(batch_id, [0, 2, 99]), { requeued: 1, cancelled: false });
  const { batch, counts, items } = await batches.status(batch_id);
  assert.deepEqual([batch.state, batch.finished_at], ["running", null]);
  assert.deepEqual([counts.queued, counts.failed, counts.succeeded], [1, 2, 1]);
  assert.deepEqual([items[2].tries, items[2].error], [0, null]);
  assert.equal((await batches.deadLetters()).length, 2);
  assert.deepEqual(await batches.requeue(batch_id), { requeued: 2, cancelled: false });
  assert.deepEqual(await batches.requeue(batch_id), { requeued: 0, cancelled: false });
  assert.deepEqual(await batches.deadLetters(), []);
  const again = await batches.take(9);
  assert.deepEqual(again.map(({ tries, attempt }) => [tries, attempt]), [[1, 2], [1, 2], [1, 2]]);
  assert.deepEqual(await batches.finish(taken[1]), NOT_APPLIED);
  for (const item of again) await batches.finish(item);
  assert.equal((await batches.status(batch_id)).batch.state, "finished");
  assert.equal(await batches.requeue(crypto.randomUUID()), null);
});

Deno.test("a cancelled batch starts no more items; items in progress finish", async () => {
  const { batch_id } = await batches.create({ items: 5 });
  const [ends, retries, back, dies] = await batches.take(4);
  assert.deepEqual(await batches.cancel(batch_id), {
    cancelled: 1,
    batch_finished: false,
    webhook_due: false,
  });
  assert.deepEqual((await batches.cancel(batch_id))?.cancelled, 0);
  assert.equal((await batches.status(batch_id)).batch.state, "cancelled");
  assert.equal((await batches.messages()).length, 4);
  assert.equal((await batches.finish(ends)).applied, true);
  assert.equal((await batches.fail(retries, true)).applied, true);
  assert.equal((await batches.giveBack(back)).applied, true);
  await batches.passTime();
  assert.deepEqual(await batches.take(), []);
  assert.deepEqual(await batches.finish(dies), NOT_APPLIED);
  const { counts, batch } = await batches.status(batch_id);
  assert.deepEqual([counts.succeeded, counts.cancelled, counts.processing], [1, 4, 0]);
  assert.notEqual(batch.finished_at, null);
  assert.deepEqual(await batches.messages(), []);
  assert.deepEqual(await batches.requeue(batch_id), { requeued: 0, cancelled: true });
  assert.equal(await batches.cancel(crypto.randomUUID()), null);
});

Deno.test("a finished batch cannot be cancelled", async () => {
  const { batch_id } = await batches.create();
  await batches.finish(await takeOne());
  assert.equal((await batches.cancel(batch_id))?.cancelled, 0);
  assert.equal((await batches.status(batch_id)).batch.state, "finished");
});

Deno.test("duplicate, stale and foreign messages are dropped", async () => {
  const { batch_id } = await batches.create();
  const twice =
    "select pgmq.send('process_image', jsonb_build_object('batch_id', $1::text, 'position', 0))";
  await supabase.query(twice, [batch_id]);
  await supabase.query("select pgmq.send('process_image', '{\"nonsense\": true}'::jsonb)");
  await supabase.query(twice, [crypto.randomUUID()]);
  const taken = await batches.take(9);
  assert.equal(taken.length, 1);
  await supabase.query(twice, [batch_id]);
  assert.deepEqual(await batches.take(9), []);
  assert.equal((await batches.messages()).length, 1);
  await batches.finish(taken[0]);
  await supabase.query(twice, [batch_id]);
  assert.deepEqual(await batches.take(9), []);
  assert.deepEqual(await batches.messages(), []);
});

Deno.test("a status without changes is short", async () => {
  const { batch_id } = await batches.create({ items: 2 });
  assert.deepEqual(await batches.status(batch_id, 0), { changes: 0, unchanged: true });
  let changes = 0;
  const taken = await takeOne();
  for (
    const change of [
      () => Promise.resolve(),
      () => batches.giveBack(taken),
      () => batches.cancel(batch_id),
    ]
  ) {
    await change();
    const status = await batches.status(batch_id, changes);
    assert.equal(status.unchanged, false);
    assert.ok(status.changes > changes);
    changes = status.changes;
  }
  assert.equal(await batches.status(crypto.randomUUID()), null);
});

Deno.test("the work status counts the open tasks", async () => {
  assert.deepEqual(await batches.waiting(), {
    visible: 0,
    processing: 0,
    next_visible_seconds: null,
    webhook_due: false,
    next_webhook_seconds: null,
  });
  await batches.create({ items: 3, webhook: "https://portal.example/hook" });
  await batches.take(1);
  const { visible, processing, next_visible_seconds } = await batches.waiting();
  assert.deepEqual([visible, processing, next_visible_seconds], [2, 1, 0]);
  await batches.take(2);
  assert.deepEqual((await batches.waiting()).processing, 3);
  await batches.passTime();
  assert.deepEqual((await batches.waiting()).processing, 0, "their workers are dead");
});

Deno.test("old finished batches are deleted, with their dead letters", async () => {
  const { batch_id: old } = await batches.create();
  await batches.fail(await takeOne(), false);
  const { batch_id: open } = await batches.create();
  await supabase.query(
    "update public.batches set finished_at = now() - interval '91 days' where id = $1",
    [old],
  );
  await supabase.query("update public.batches set created_at = now() - interval '91 days'");
  await batches.create();
  assert.equal(await batches.status(old), null);
  assert.notEqual(await batches.status(open), null);
  assert.deepEqual(await batches.deadLetters(), []);
});
