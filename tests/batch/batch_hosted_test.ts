import assert from "node:assert/strict";
import { runBatch } from "../../bench/load/run_batch.ts";
import { type Stack, startStack } from "../../dev/stack.ts";
import type { BatchReply } from "../../shared/batch/batch_reply_schema.ts";
import { SIGNATURE_HEADER, signWebhook } from "../../shared/batch/webhook/sign_webhook.ts";
import { askBatch, batchOf, batchWhen, makeBatch, storeOriginals } from "../helpers/batches.ts";
import { fixture } from "../helpers/call.ts";
import { webhookFaults } from "../helpers/contract.ts";
import { seen, until } from "../helpers/until.ts";

// In the stand-in for the hosted runtime: `deno task load-batch` runs 500, and `bench/BATCH.md` has the figures.

/** More than an isolate does in its life, by far. */
const ITEMS = 8;
const SECRET = "a-secret-of-the-receiver";

const onLinux = Deno.build.os === "linux";

/** The time passes for which a dead worker's items are nobody else's. */
async function letVisibilityPass({ supabase }: Stack): Promise<void> {
  await supabase.query(
    "update pgmq.q_process_image set vt = clock_timestamp() - interval '1 second'",
  );
}

/** More than the tries that an item has: what has not ended by then never ends. */
const MOST_PASSES = 12;

/**
 * The batch's end. What a worker had asked for can be carried out after its death, so that an item is a dead one's again:
 * wherever nothing changes for some seconds, the visibility passes once more.
 */
async function endWithoutTheDead(stack: Stack, batchId: string): Promise<BatchReply> {
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    await letVisibilityPass(stack);
    let before = -1;
    let reply = await batchOf(askBatch(stack, batchId));
    while (reply.changes > before) {
      if (reply.finished_at !== null) return reply;
      before = reply.changes;
      reply = await batchOf(askBatch(stack, `${batchId}?wait=5&since=${before}`));
    }
  }
  throw new Error(`The batch has not ended after ${MOST_PASSES} visibilities.`);
}

/** The state of a batch's only item. */
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
  name:
    "isolates that live for a few photos work a batch off, one after the other, and none is killed",
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
    "a worker may be killed at any time: its photos are done by another once their visibility has passed",
  ignore: !onLinux,
  fn: async (t) => {
    const stack = await startStack({
      runtime: "hosted",
      tickEveryMs: 300, // a call that meets an isolate as it ends is repeated by the next
      env: { WEBHOOK_SECRET: SECRET, WEBHOOK_ALLOW_PRIVATE: "true" },
    });
    const small = await fixture("small.jpg");
    const { faults, hosted, ticker } = stack;
    const options = { variants: ["grid"] };
    try {
      /**
       * Kills it once it hangs there: before the call has been carried out, or after it has brought the item into a state.
       *
       * @returns How often the photo was tried until it was done.
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
      await t.step("while it takes an item, which then is taken already", async () => {
        assert.ok(await killedAt("POST", /rpc\/batch_take/, "processing") >= 2);
      });
      await t.step("while it stores the variants", async () => {
        assert.ok(await killedAt("POST", /object\/car-images\/.+webp/) >= 2);
      });
      await t.step("before it could report", async () => {
        assert.ok(await killedAt("POST", /rpc\/batch_finish/) >= 2);
      });
      await t.step("after it has reported", async () => {
        assert.equal(await killedAt("POST", /rpc\/batch_finish/, "succeeded"), 1);
      });
      await t.step("then nothing is left to do", async () => {
        assert.equal(await ticker.tick(), false);
      });
      await t.step(
        "who wants to know is called at the end, in a way that can be verified",
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
