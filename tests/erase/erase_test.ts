// Proves over HTTP that a deleted photo leaves no file: no cutout, no result, no original; and that other photos stay.
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import type { Stack } from "../../dev/stack.ts";
import { type ErasedPhoto, eraseReplySchema } from "../../shared/erase/erase_reply_schema.ts";
import { sha256 } from "../../shared/lib/sha256.ts";
import { expectReply, fixture, sendBytes, sendJson } from "../helpers/call.ts";
import { assertDocumented } from "../helpers/contract.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";
import { seen } from "../helpers/until.ts";

const photo = await fixture("small.jpg");
const hash = await sha256(photo);
const other = await fixture("dark.jpg");
const otherHash = await sha256(other);
const originals = "car-originals";

/** Deletes photos. @returns What the answer says. */
async function erase(
  { functionUrl, secretKey }: Stack,
  photos: unknown[],
  headers: HeadersInit = { apikey: secretKey },
): Promise<ErasedPhoto[]> {
  const response = await sendJson(`${functionUrl}/delete`, headers, { photos });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  assertDocumented(response, text);
  return eraseReplySchema.parse(JSON.parse(text)).photos;
}

/** The paths of all files of a bucket. */
async function filesOf({ supabase }: Stack, bucket: string): Promise<string[]> {
  const rows = await supabase.query<{ name: string }>(
    "select name from storage.objects where bucket_id = $1 order by name",
    [bucket],
  );
  return rows.map(({ name }) => name);
}

const cutoutsOf = async ({ supabase }: Stack, photoHash: string) =>
  (await supabase.query<{ path: string }>(
    "select path from public.photo_cutouts where photo_hash = $1",
    [photoHash],
  )).map(({ path }) => path);

/**
 * Processes a photo, and waits until its run is recorded, which is after the answer: the same call records its cutout. A record
 * that came after a deletion would bring the cutout's path back.
 */
async function send(
  { functionUrl, secretKey, supabase }: Stack,
  bytes: Uint8Array<ArrayBuffer>,
  query: string,
) {
  const { body } = await expectReply(sendBytes(functionUrl, { apikey: secretKey }, bytes, query));
  const sql = "select id from public.processing_runs where request_id = $1";
  await seen(() => supabase.query(sql, [body.request_id]), ({ length }) => length === 1);
  return body;
}

/** Processes a photo into Storage with some options, and waits for the record of its cutout. */
async function store(stack: Stack, bytes: Uint8Array<ArrayBuffer>, ...queries: string[]) {
  for (const query of queries) await send(stack, bytes, `upload_to_storage=true&${query}`);
  const photoHash = await sha256(bytes);
  const [path] = await seen(() => cutoutsOf(stack, photoHash), ({ length }) => length > 0);
  await seen(() => filesOf(stack, "car-cutouts"), (files) => files.includes(path));
}

async function upload({ url, secretKey }: Stack, path: string, bytes = photo): Promise<void> {
  const { error } = await createClient(url, secretKey).storage.from(originals)
    .upload(path.split("/").map(encodeURIComponent).join("/"), bytes, {
      contentType: "image/jpeg",
      upsert: true,
    });
  assert.equal(error, null);
}

onBothDenos("a deleted photo leaves no file", {}, async (t, stack) => {
  const ofPhoto = (files: string[]) => files.filter((file) => file.startsWith(hash));

  await t.step("by its hash: cutout, results with all options, and the original", async () => {
    await store(stack, other, "variants=grid");
    await store(stack, photo, "variants=grid,detail", "variants=grid&shadow=none&format=png");
    await upload(stack, `${hash}.jpg`);
    const [cutout] = await cutoutsOf(stack, hash);
    const part = `working-v1/${hash}/0-12`; // the rest of a photo that isolates decoded in turns
    const octets = { contentType: "application/octet-stream" };
    await createClient(stack.url, stack.secretKey).storage.from("car-cutouts")
      .upload(part, new Uint8Array([1]), octets);
    assert.ok((await filesOf(stack, "car-cutouts")).includes(part));
    assert.equal(ofPhoto(await filesOf(stack, "car-images")).length, 5); // with two manifests

    assert.deepEqual(await erase(stack, [{ photo_hash: hash.toUpperCase() }]), [{
      photo_hash: hash,
      results: 5,
      cutouts: 2,
      originals: [{ bucket: originals, path: `${hash}.jpg`, deleted: true }],
    }]);
    assert.deepEqual(ofPhoto(await filesOf(stack, "car-images")), []);
    const left = await filesOf(stack, "car-cutouts");
    assert.deepEqual([left.includes(cutout), left.includes(part)], [false, false]);
    assert.deepEqual(await filesOf(stack, originals), []);
    assert.deepEqual(await cutoutsOf(stack, hash), []);
  });

  await t.step("other photos keep their files", async () => {
    const results = await filesOf(stack, "car-images");
    assert.equal(results.length, 2);
    assert.ok(results.every((path) => path.startsWith(`${otherHash}/`)));
    assert.deepEqual(await filesOf(stack, "car-cutouts"), await cutoutsOf(stack, otherHash));
  });

  await t.step("a deleted photo that is sent again is a new photo", async () => {
    const body = await send(stack, photo, "variants=grid");
    assert.deepEqual([body.metadata.reused, body.metadata.background.cached], [false, false]);
  });

  await t.step("by the path of its original, with any name, as a signed-in admin", async () => {
    await store(stack, photo, "variants=grid");
    const path = "stock-2026/VIN_1.jpg"; // the embedded Storage does not decode other names
    await upload(stack, path);
    const headers = { authorization: `Bearer ${stack.adminToken}` };
    const storage_path = { bucket: originals, path };
    assert.deepEqual(await erase(stack, [{ storage_path }], headers), [{
      photo_hash: hash,
      results: 2,
      cutouts: 1,
      originals: [{ ...storage_path, deleted: true }],
    }]);
    assert.deepEqual(await filesOf(stack, originals), []);
    assert.deepEqual(ofPhoto(await filesOf(stack, "car-images")), []);
  });

  await t.step("a missing original does not stop the other photos", async () => {
    await store(stack, photo, "variants=grid");
    const missing = { storage_path: { bucket: originals, path: "none.jpg" } };
    const [first, second] = await erase(stack, [missing, { photo_hash: hash }]);
    assert.deepEqual(first, { photo_hash: null, results: 0, cutouts: 0, originals: [] });
    assert.deepEqual([second.results, second.cutouts], [2, 1]);
  });

  await t.step("a repeated request answers zeros", async () => {
    assert.deepEqual(await erase(stack, [{ photo_hash: hash }]), [
      { photo_hash: hash, results: 0, cutouts: 0, originals: [] },
    ]);
  });
});
