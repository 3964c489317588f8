/**
 * Proves that a photo that crashes the image engine is tried twice in all, in any isolates, and that other photos
 * cost nothing more.
 */
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { type FunctionProcess, startFunction } from "../../dev/function_process.ts";
import { startStack } from "../../dev/stack.ts";
import { batchWhen, makeBatch } from "../helpers/batches.ts";
import { concat } from "../helpers/bytes.ts";
import { expectError, expectReply, fixture, sendBytes } from "../helpers/call.ts";
import { fileOf, rasterOf } from "../helpers/magick_files.ts";
import { storeOriginal } from "../helpers/store_original.ts";

const ENTRY = "tests/helpers/crashing_entry.ts";
/** A photo that needs more memory than an engine starts with: without more it crashes the engine. */
const large = await fileOf(
  await rasterOf(await fixture("dark.jpg"), (image) => image.resize(3000, 2000)),
  MagickFormat.Png,
);
const QUERY = "variants=grid&skip_background_removal=true&upload_to_storage=true";
const CRASH = { "x-deny-memory": "1" };
const RECORD = /\/rest\/v1\/rpc\/photo_crash_record$/;

const stack = await startStack({ deno: "2.1.4" });
const opened: FunctionProcess[] = [];
Deno.test.afterAll(async () => {
  await Promise.all(opened.map((process) => process.close()));
  await stack.close();
});

/** Another isolate of the function, on the same Supabase. */
async function isolate() {
  const process = await startFunction({ deno: "2.1.4", env: stack.env, entrypoint: ENTRY });
  opened.push(process);
  const send = (photo: Uint8Array<ArrayBuffer>, headers: HeadersInit = {}, query = QUERY) =>
    sendBytes(
      `${process.url}/process-image`,
      { apikey: stack.secretKey, ...headers },
      photo,
      query,
    );
  const crashes = () => process.logs.filter((line) => line.includes('"engine_crashed"')).length;
  return { send, crashes };
}

const counted = async () =>
  (await stack.supabase.query<{ crashes: number }>(
    "select crashes from public.photo_crashes order by last_at desc",
  )).map(({ crashes }) => crashes);

Deno.test("a photo that crashed the engine in two isolates is refused by a third without a try", async (t) => {
  const [one, two, three] = await Promise.all([isolate(), isolate(), isolate()]);
  await t.step("the first crash is retryable, the second is not", async () => {
    const first = await expectError(one.send(large, CRASH), "engine_failed");
    assert.equal(first.body.error.retryable, true);
    const second = await expectError(two.send(large, CRASH), "image_crashes_engine");
    assert.match(
      second.body.error.message,
      /crashed on this photo twice, so it is not tried again/,
    );
    assert.deepEqual(await counted(), [2]);
  });
  await t.step(
    "an isolate without own crashes refuses it by the record in Storage",
    async () => {
      await expectError(three.send(large), "image_crashes_engine");
      assert.deepEqual([one.crashes(), two.crashes(), three.crashes()], [1, 1, 0]);
      assert.deepEqual(await counted(), [2]);
    },
  );
  await t.step("an isolate with own crashes refuses it with any options", async () => {
    await expectError(two.send(large, {}, `${QUERY}&padding=3`), "image_crashes_engine");
    assert.equal(two.crashes(), 1);
  });
  await t.step("a third crash elsewhere, with other options, is not retryable either", async () => {
    const sent = three.send(large, CRASH, `${QUERY}&padding=4`);
    await expectError(sent, "image_crashes_engine");
    assert.deepEqual(await counted(), [3]);
  });
  await t.step("other photos are processed as before", async () => {
    await expectReply(three.send(concat(large, [0])));
  });
  await t.step(
    "force tries it at once, and its result then takes precedence over the refusal",
    async () => {
      await expectReply(three.send(large, {}, `${QUERY}&force=true`));
      const { body } = await expectReply(two.send(large));
      assert.equal(body.metadata.reused, true);
    },
  );
});

Deno.test("the record in Storage expires after 30 days", async () => {
  const [one, two] = await Promise.all([isolate(), isolate()]);
  const photo = concat(large, [1]);
  await expectError(one.send(photo, CRASH), "engine_failed");
  await expectError(one.send(photo, CRASH), "image_crashes_engine");
  const [{ name }] = await stack.supabase.query<{ name: string }>(
    "select name from storage.objects where name like '%/refused.json' order by created_at desc limit 1",
  );
  const old = new Date(Date.now() - 31 * 86_400_000).toISOString();
  const written = await fetch(`${stack.url}/storage/v1/object/car-images/${name}`, {
    method: "POST",
    headers: {
      ...{ apikey: stack.secretKey, authorization: `Bearer ${stack.secretKey}` },
      ...{ "content-type": "application/json", "x-upsert": "true" },
    },
    body: JSON.stringify({ version: 1, crashed_at: old }),
  });
  assert.equal(written.status, 200, await written.text());
  await expectReply(two.send(photo));
});

Deno.test("without the database an isolate counts by itself, and still answers", async () => {
  const one = await isolate();
  const photo = concat(large, [2]);
  stack.faults.next("POST", RECORD, { kind: "status", status: 503 }, 2);
  await expectError(one.send(photo, CRASH), "engine_failed");
  await expectError(one.send(photo, CRASH), "image_crashes_engine");
  await expectError(one.send(photo), "image_crashes_engine");
  assert.equal(stack.faults.calls.filter((call) => RECORD.test(call)).length, 2);
  assert.equal(one.crashes(), 2);
  await expectReply(one.send(concat(large, [3])));
  stack.faults.clear();
});

Deno.test("a batch gives a crashing photo up after two tries", async () => {
  const crashing = await startStack({
    deno: "2.1.4",
    entrypoint: ENTRY,
    env: { DENY_MEMORY: "1" },
    tickEveryMs: 200,
  });
  try {
    const storage_path = await storeOriginal(crashing, "poison.png", large);
    const { batch_id } = await makeBatch(crashing, { items: [{ storage_path }] });
    const tried = await batchWhen(crashing, batch_id, ({ items }) => !!items[0].error);
    assert.deepEqual([tried.items[0].state, tried.items[0].tries], ["queued", 1]);
    assert.equal(tried.items[0].error?.code, "engine_failed");
    // Its wait before the next try has ended.
    await crashing.supabase.query("update pgmq.q_process_image set vt = clock_timestamp()");
    const { items: [item] } = await batchWhen(crashing, batch_id, (one) => !!one.finished_at);
    assert.deepEqual([item.state, item.tries, item.error?.code], [
      "failed",
      2,
      "image_crashes_engine",
    ]);
  } finally {
    await crashing.close();
  }
});
