// Proves who may delete photos, which requests are refused, and what a failure in the middle leaves.
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { startStack } from "../../dev/stack.ts";
import { sha256 } from "../../shared/lib/sha256.ts";
import { expectError, expectReply, fixture, sendBytes, sendJson } from "../helpers/call.ts";
import { seen } from "../helpers/until.ts";

const photo = await fixture("small.jpg");
const photo_hash = await sha256(photo);
const stack = await startStack({
  tickEveryMs: 0,
  env: { SOURCE_BUCKETS: "car-originals,shared-photos", STORAGE_TIMEOUT_MS: "3000" },
});
Deno.test.afterAll(() => stack.close());

const admin = { authorization: `Bearer ${stack.adminToken}` };
const server = { apikey: stack.secretKey };
const service = createClient(stack.url, stack.secretKey);
const send = (body: unknown, headers: HeadersInit = server) =>
  sendJson(`${stack.functionUrl}/delete`, headers, body);
const results = async () =>
  (await stack.supabase.query<{ name: string }>(
    "select name from storage.objects where bucket_id = 'car-images'",
  )).length;

async function storeResult(): Promise<void> {
  const query = "upload_to_storage=true&variants=grid";
  await expectReply(sendBytes(stack.functionUrl, server, photo, query));
  await seen(
    () => stack.supabase.query("select from public.photo_cutouts"),
    (rows) => rows.length > 0,
  );
}

Deno.test("only admins and servers delete photos", async () => {
  await storeResult();
  const body = { photos: [{ photo_hash }] };
  await expectError(send(body, {}), "missing_credential");
  const user = { authorization: `Bearer ${await stack.signer.sign()}` };
  await expectError(send(body, user), "forbidden");
  assert.equal(await results(), 2);
});

Deno.test("a request names each photo by its hash or by its path, and not by both", async () => {
  const storage_path = { bucket: "car-originals", path: "a.jpg" };
  for (
    const body of [
      {},
      { photos: [] },
      { photos: [{}] },
      { photos: [{ photo_hash, storage_path }] },
      { photos: [{ photo_hash: "../other" }] },
      { photos: [{ photo_hash: photo_hash.slice(1) }] },
      { photos: [{ storage_path: { bucket: "car-originals", path: "../x.jpg" } }] },
      { photos: Array.from({ length: 51 }, () => ({ photo_hash })) },
      { photos: [{ photo_hash }], all: true },
    ]
  ) {
    await expectError(send(body), "invalid_request");
  }
  const elsewhere = { storage_path: { bucket: "car-images", path: "a.webp" } };
  await expectError(send({ photos: [elsewhere] }), "source_forbidden");
  assert.equal(await results(), 2);
});

Deno.test("an original that the caller may read but not delete stays, and the answer says so", async () => {
  await service.storage.createBucket("shared-photos", { public: false });
  await stack.supabase.query(
    `create policy "Everyone reads shared photos" on storage.objects for select to authenticated
     using (bucket_id = 'shared-photos')`,
  );
  const jpeg = { contentType: "image/jpeg" };
  await service.storage.from("shared-photos").upload("car.jpg", photo, jpeg);
  const storage_path = { bucket: "shared-photos", path: "car.jpg" };
  const response = await send({ photos: [{ storage_path }] }, admin);
  const { photos: [erased] } = await response.json();
  assert.deepEqual([erased.results, erased.cutouts], [2, 1]);
  assert.deepEqual(erased.originals, [{ ...storage_path, deleted: false }]);
  assert.equal((await service.storage.from("shared-photos").download("car.jpg")).error, null);
});

Deno.test("a failing Storage is an error to retry, and the original stays until the rest is deleted", async () => {
  await storeResult();
  const jpeg = { contentType: "image/jpeg" };
  await service.storage.from("car-originals").upload("sold.jpg", photo, jpeg);
  const body = { photos: [{ storage_path: { bucket: "car-originals", path: "sold.jpg" } }] };
  const tries = 3;
  const removal = /^\/storage\/v1\/object\/car-images$/;
  stack.faults.next("DELETE", removal, { kind: "status", status: 503 }, tries);
  const { body: { error } } = await expectError(send(body), "storage_failed");
  assert.match(error.message, /what is deleted stays deleted/);
  assert.equal(stack.faults.calls.length, tries);
  stack.faults.clear();
  const { photos: [erased] } = await (await send(body)).json();
  assert.equal(erased.results, 2);
  assert.deepEqual(erased.originals.map(({ deleted }: { deleted: boolean }) => deleted), [true]);
  assert.equal(await results(), 0);
});

Deno.test("without the database nothing is deleted, since the cutouts are not known", async () => {
  await storeResult();
  stack.faults.next("GET", /\/rest\/v1\/photo_cutouts$/, { kind: "status", status: 503 }, 99);
  await expectError(send({ photos: [{ photo_hash }] }), "queue_unavailable");
  stack.faults.clear();
  assert.equal(await results(), 2);
});
