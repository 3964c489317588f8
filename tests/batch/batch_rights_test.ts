// Proves that a batch processes only photos that its creator may read: each item is checked with the caller's own
// rights, when the batch is created and when its failures are requeued.
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { startStack } from "../../dev/stack.ts";
import { batchEnd, batchOf, fetchBatch, makeBatch } from "../helpers/batches.ts";
import { expectError, fixture, sendJson } from "../helpers/call.ts";
import { storeOriginal } from "../helpers/store_original.ts";
import { until } from "../helpers/until.ts";

const photo = await fixture("small.jpg");
const stack = await startStack({
  env: { ADMIN_ROLES: "admin,editor", SOURCE_BUCKETS: "car-originals,private-files,public-files" },
});
Deno.test.afterAll(() => stack.close());

const token = await stack.signer.sign({ app_metadata: { role: "editor" } });
const editor = { authorization: `Bearer ${token}` };
const server = createClient(stack.url, stack.secretKey);
const item = (bucket: string, path: string) => ({
  storage_path: { bucket, path },
  options: { variants: ["grid"], skip_background_removal: true },
});
const send = (items: unknown[], headers: HeadersInit = editor) =>
  sendJson(`${stack.functionUrl}/batch`, headers, { items });
const batches = async () =>
  (await stack.supabase.query<{ id: string }>("select id from public.batches")).length;

await server.storage.createBucket("private-files", { public: false });
await server.storage.createBucket("public-files", { public: true });
const jpeg = { contentType: "image/jpeg" };
await server.storage.from("private-files").upload("secret.jpg", photo, jpeg);
await server.storage.from("private-files").upload("broken.jpg", photo.slice(0, 300), jpeg);
await server.storage.from("public-files").upload("shown.jpg", photo, jpeg);
const mine = await storeOriginal(stack, "mine.jpg", photo);

Deno.test("a batch with a photo that its creator may not read is refused, and the error names the photo", async () => {
  // Writes ADMIN_ROLES to the database, which lets the editor read originals.
  await expectError(send([]), "invalid_request");
  await until(async () =>
    (await stack.supabase.query(
      "select from public.process_image_settings where 'editor' = any (admin_roles)",
    )).length > 0
  );
  const secret = item("private-files", "secret.jpg");
  const single = { ...secret, upload_to_storage: true };
  await expectError(sendJson(stack.functionUrl, editor, single), "source_not_found");
  const { body: { error } } = await expectError(
    send([item("car-originals", mine.path), secret, item("car-originals", "missing.jpg")]),
    "source_not_found",
  );
  assert.deepEqual(error.details, {
    positions: [1, 2],
    items: [
      { position: 1, storage_path: secret.storage_path },
      { position: 2, storage_path: { bucket: "car-originals", path: "missing.jpg" } },
    ],
    more: 0,
  });
  assert.match(
    error.message,
    /^Photos are not in Storage, or the caller may not read them: 2 of 3, at positions \d, \d\. /,
  );
  assert.equal(await batches(), 0);
  const results = await stack.supabase.query(
    "select name from storage.objects where bucket_id = 'car-images'",
  );
  assert.deepEqual(results, []);
});

Deno.test("the error names at most twenty unreadable photos, and the positions of all", async () => {
  const items = Array.from(
    { length: 500 },
    (_, index) =>
      index % 10 === 0 ? item("car-originals", mine.path) : item("private-files", `${index}.jpg`),
  );
  const { body: { error } } = await expectError(send(items), "source_not_found");
  const { positions, items: named, more } = error.details as {
    positions: number[];
    items: { position: number }[];
    more: number;
  };
  assert.equal(positions.length, 450);
  assert.deepEqual(named.map(({ position }) => position), positions.slice(0, 20));
  assert.equal(more, 430);
  assert.ok(error.message.length < 400, error.message);
  assert.equal(await batches(), 0);
});

Deno.test("a photo that its creator may read is processed, also from a public bucket", async () => {
  const created = await send([
    item("car-originals", mine.path),
    item("public-files", "shown.jpg"),
  ]);
  assert.equal(created.status, 202);
  const { counts } = await batchEnd(stack, (await created.json()).batch_id);
  assert.deepEqual([counts.succeeded, counts.total], [2, 2]);
});

Deno.test("a secret key's batch uses the service's rights, and may contain missing photos", async () => {
  const items = [item("private-files", "secret.jpg"), item("private-files", "missing.jpg")];
  const { batch_id } = await makeBatch(stack, { items });
  const batch = await batchEnd(stack, batch_id);
  assert.deepEqual([batch.counts.succeeded, batch.counts.failed], [1, 1]);
  assert.equal(batch.items[1].error?.code, "source_not_found");
});

Deno.test("failures are requeued with the rights of the requeuing caller", async () => {
  await storeOriginal(stack, "broken.jpg", photo.slice(0, 300));
  const items = [item("private-files", "broken.jpg"), item("car-originals", "broken.jpg")];
  const { batch_id } = await makeBatch(stack, { items });
  assert.equal((await batchEnd(stack, batch_id)).counts.failed, 2);
  const requeue = (body: unknown) =>
    sendJson(`${stack.functionUrl}/batch/${batch_id}/requeue`, editor, body);
  for (const body of [{}, { positions: [0] }, { positions: [1, 0] }]) {
    const { body: { error } } = await expectError(requeue(body), "source_not_found");
    assert.deepEqual(error.details!.positions, [0]);
  }
  assert.equal((await batchOf(fetchBatch(stack, batch_id))).counts.failed, 2);
  const own = await batchOf(requeue({ positions: [1] }));
  assert.deepEqual([own.items[0].state, own.counts.failed], ["failed", 1]);
  assert.equal((await batchEnd(stack, batch_id)).counts.failed, 2);
  // Only failed items are checked.
  assert.equal((await batchOf(requeue({ positions: [7] }))).counts.failed, 2);
  const all = await batchOf(fetchBatch(stack, `${batch_id}/requeue`, "POST"));
  assert.equal(all.counts.failed, 0);
  await batchEnd(stack, batch_id);
});

Deno.test("no batch is created while the database cannot check the caller's rights", async () => {
  const before = await batches();
  stack.faults.next("POST", /rpc\/process_image_unreadable/, { kind: "status", status: 503 }, 10);
  await expectError(send([item("car-originals", mine.path)]), "queue_unavailable");
  stack.faults.clear();
  assert.equal(await batches(), before);
});
