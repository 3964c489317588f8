// Proves that batches end in the simulated hosted runtime, although isolates are retired and workers are killed at
// any stage.
import assert from "node:assert/strict";
import { runBatch } from "../../bench/load/run_batch.ts";
import { type Stack, startStack } from "../../dev/stack.ts";
import type { BatchReply } from "../../shared/batch/batch_reply_schema.ts";
import { SIGNATURE_HEADER, signWebhook } from "../../shared/batch/webhook/sign_webhook.ts";
import { batchOf, batchWhen, fetchBatch, makeBatch, storeOriginals } from "../helpers/batches.ts";
import { fixture } from "../helpers/call.ts";
import { webhookFaults } from "../helpers/contract.ts";
import { seen, until } from "../helpers/until.ts";

// In the simulated hosted runtime: `deno task load-batch` runs 500 photos, and `bench/BATCH.md` has the figures.

/**
 * Three times as many photos as an isolate of the development machine processes in its life: more than one isolate is
 * needed on a faster machine too.
 */
const ITEMS = 24;
const SECRET = "a-secret-of-the-receiver";

const onLinux = Deno.build.os === "linux";

/** Ends the visibility timeout of a dead worker's items. */
async function letVisibilityPass({ supabase }: Stack): Promise<void> {
  await supabase.query(
    "update pgmq.q_process_image set vt = clock_timestamp() - interval '1 second'",
  );
}

/** More than an item's tries: a batch that has not ended by then never ends. */
const MAX_PASSES = 12;

/**
 * Waits for the batch's end. A dead worker's last call may still take an item afterwards: whenever nothing changes
 * for some seconds, the visibility timeout ends again.
 */
async function endWithoutTheDead(stack: Stack, batchId: string): Promise<BatchReply> {
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    await letVisibilityPass(stack);
    let before = -1;
    let reply = await batchOf(fetchBatch(stack, batchId));
    while (reply.changes > before) {
      if (reply.finished_at !== null) return reply;
      before = reply.changes;
      reply = await batchOf(fetchBatch(stack, `${batchId}?wait=5&since=${before}`));
    }
  }
  throw new Error(`The batch has not ended after ${MAX_PASSES} visibility timeouts.`);
}

/** Reads the state of a batch's only item. */
async function stateOf({ supabase }: Stack, batchId: string): Promise<string> {
  const sql = "select state from public.batch_items where batch_id = $1::uuid";
  return (await supabase.query<{ state: string }>(sql, [batchId]))[0].state;
}

async function objectsOf({ supabase, env }: Stack): Promise<string[]> {
  const rows = await supabase.query<{ name: string }>(
    "select name from storage.objects where bucket_id = $1 and name like '%.webp'",
    [env.STORAGE_BUCKET],
  );
  return rows.map(({ name }) => name);
}

Deno.test({
  name: "isolates with a short life pass a batch on until it is done, and none is killed",
  ignore: !onLinux,
  fn: async () => {
    const result = await runBatch({ items: ITEMS, photo: await fixture("small.jpg") });
    const { batch, isolates, calls, objects, faults } = result;
    assert.deepEqual(faults, []);
    assert.deepEqual([batch.state, batch.counts.succeeded], ["finished", ITEMS]);
    assert.deepEqual(batch.items.filter(({ tries }) => tries !== 1), []);
    assert.deepEqual([calls, objects], [ITEMS, 3 * ITEMS]);
    assert.ok(isolates.length >= 2);
    assert.deepEqual(isolates.filter(({ endedBecause }) => endedBecause === "cpu"), []);
  },
});

Deno.test({
  name:
    "a worker can be killed at any stage: another one processes its photos after the visibility timeout",
  ignore: !onLinux,
  fn: async (t) => {
    const stack = await startStack({
      runtime: "hosted",
      tickEveryMs: 300, // a call that meets an ending isolate is repeated
      env: { WEBHOOK_SECRET: SECRET, WEBHOOK_ALLOW_PRIVATE: "true" },
    });
    const small = await fixture("small.jpg");
    const { faults, hosted, ticker } = stack;
    const options = { variants: ["grid"] };
    try {
      /**
       * Kills the worker while its call hangs: before the call runs, or after it has brought the item into a state.
       *
       * @returns The number of tries until the photo was done.
       */
      const killedAt = async (method: string, path: RegExp, state?: string) => {
        const [item] = await storeOriginals(stack, small, 1);
        const before = (await objectsOf(stack)).length;
        faults.next(method, path, { kind: state ? "lost-answer" : "hang" }, 10); // lanes race
        const { batch_id } = await makeBatch(stack, { items: [{ ...item, options }] });
        await until(() => faults.calls.length > 0);
        if (state) await seen(() => stateOf(stack, batch_id), (now) => now === state);
        hosted!.killAll();
        faults.clear();
        const { counts, items: [{ tries, storage_urls }] } = await endWithoutTheDead(
          stack,
          batch_id,
        );
        assert.deepEqual([counts.succeeded, Object.keys(storage_urls!)], [1, ["grid"]]);
        assert.equal((await objectsOf(stack)).length, before + 1);
        return tries;
      };
      await t.step("while it takes an item that is already taken", async () => {
        assert.ok(await killedAt("POST", /rpc\/batch_take/, "processing") >= 2);
      });
      await t.step("while it stores the variants", async () => {
        assert.ok(await killedAt("POST", /object\/car-images\/.+webp/) >= 2);
      });
      await t.step("before its report", async () => {
        assert.ok(await killedAt("POST", /rpc\/batch_finish/) >= 2);
      });
      await t.step("after its report", async () => {
        assert.equal(await killedAt("POST", /rpc\/batch_finish/, "succeeded"), 1);
      });
      await t.step("after the last item", async () => {
        assert.equal(await ticker.tick(), false);
      });
      await t.step(
        "the webhook is called at the end with a verifiable signature",
        async () => {
          const called = Promise.withResolvers<Request>();
          await using receiver = Deno.serve(
            { port: 0, hostname: "127.0.0.1", onListen: () => {} },
            (request) => (called.resolve(request.clone()), new Response()),
          );
          const items = (await storeOriginals(stack, small, 1)).map((item) => ({
            ...item,
            options,
          }));
          const webhook_url = `http://127.0.0.1:${receiver.addr.port}/hook`;
          const { batch_id } = await makeBatch(stack, { items, webhook_url });
          const request = await called.promise;
          const body = await request.text();
          const { type, state, counts, ...rest } = JSON.parse(body);
          assert.deepEqual([type, state, counts.succeeded], ["batch.finished", "finished", 1]);
          assert.equal(rest.batch_id, batch_id);
          const { method, headers } = request;
          assert.deepEqual(webhookFaults("batchFinished", method, headers, body), []);
          const signature = request.headers.get(SIGNATURE_HEADER)!;
          const seconds = Number(/^t=(\d+)/.exec(signature)![1]);
          assert.equal(signature, signWebhook(body, SECRET, seconds));
          const told = await batchWhen(stack, batch_id, ({ webhook }) => webhook!.state === "sent");
          assert.equal(told.webhook!.tries, 1);
        },
      );
    } finally {
      await stack.close();
    }
  },
});
