// Proves that a stored result is reused only if the function wrote its files: other bytes of the same length are not
// reused.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createClient } from "@supabase/supabase-js";
import { startStack } from "../../dev/stack.ts";
import type { Reply } from "../../shared/photo/reply_schema.ts";
import { batchEnd, makeBatch } from "../helpers/batches.ts";
import { expectReply, fixture, sendBytes } from "../helpers/call.ts";
import { storeOriginal } from "../helpers/store_original.ts";

const small = await fixture("small.jpg");
const stack = await startStack();
Deno.test.afterAll(() => stack.close());

const UPLOAD = "upload_to_storage=true";
const auth = { authorization: `Bearer ${stack.adminToken}` };
const bucket = createClient(stack.url, stack.secretKey).storage.from("car-images");
/** Each test has its own paths. */
let padding = 0;

/** Sends the small photo, always with the same options. */
function sender(): (query?: string) => Promise<Reply> {
  const own = `padding=${padding++}`;
  return async (query = UPLOAD) =>
    (await expectReply(sendBytes(stack.functionUrl, auth, small, `${own}&${query}`))).body;
}

const pathOf = (reply: Reply) => reply.storage_urls!.grid!.split("/car-images/")[1];
const manifestPathOf = (reply: Reply) => pathOf(reply).replace(/[^/]*$/, "manifest.json");

async function servedAt(reply: Reply): Promise<Buffer> {
  const response = await fetch(reply.storage_urls!.grid!);
  return Buffer.from(await response.arrayBuffer());
}

/**
 * Overwrites a result's grid with other bytes of the same length, with the service's key. @returns The original
 * bytes.
 */
async function alter(reply: Reply): Promise<Buffer> {
  const before = await servedAt(reply);
  const other = new Uint8Array(before);
  other[other.length >> 1] ^= 1;
  const { error } = await bucket.upload(pathOf(reply), other, {
    contentType: "image/webp",
    upsert: true,
  });
  assert.equal(error, null);
  assert.notDeepEqual(await servedAt(reply), before);
  return before;
}

/** Changes the metadata of a result's grid in Storage's list. */
async function setEtag(reply: Reply, etag: string | null): Promise<void> {
  await stack.supabase.query(
    etag === null
      ? "update storage.objects set metadata = metadata - 'eTag' where name = $1"
      : "update storage.objects set metadata = jsonb_set(metadata, '{eTag}', to_jsonb($2::text)) where name = $1",
    [pathOf(reply), ...(etag === null ? [] : [etag])],
  );
}

async function etagOf(reply: Reply): Promise<string> {
  const [row] = await stack.supabase.query<{ etag: string }>(
    "select metadata ->> 'eTag' as etag from storage.objects where name = $1",
    [pathOf(reply)],
  );
  return row.etag;
}

const told = () => stack.function.logs.filter((line) => line.includes('"result_altered"'));

Deno.test("other bytes of the same length are not reused in an answer of URLs", async () => {
  const send = sender();
  const original = await alter(await send());
  const again = await send();
  assert.equal(again.metadata.reused, false);
  assert.deepEqual(await servedAt(again), original);
  assert.deepEqual(JSON.parse(told().at(-1)!).variants, ["grid"]);
  assert.equal((await send()).metadata.reused, true);
});

Deno.test("other bytes of the same length are not reused in an answer of images, with or without an upload", async () => {
  for (const query of [`${UPLOAD}&return_images=true`, ""]) {
    const send = sender();
    const original = await alter(await send());
    const again = await send(query);
    assert.equal(again.metadata.reused, false, query);
    assert.equal(again.grid, original.toString("base64"), query);
  }
});

Deno.test("other bytes of the same length are not reused in a batch", async () => {
  const own = { options: { padding: padding++, variants: ["grid"] } };
  const storage_path = await storeOriginal(stack, "altered.jpg", small);
  const run = async () => {
    const { batch_id } = await makeBatch(stack, { items: [{ storage_path, ...own }] });
    const [{ metadata, storage_urls }] = (await batchEnd(stack, batch_id)).items;
    return { metadata, storage_urls } as unknown as Reply;
  };
  const first = await run();
  assert.equal((await run()).metadata.reused, true);
  const original = await alter(first);
  assert.equal((await run()).metadata.reused, false);
  assert.deepEqual(await servedAt(first), original);
});

Deno.test("the unaltered variants are reused without it", async () => {
  const send = sender();
  await alter(await send());
  assert.equal((await send(`${UPLOAD}&variants=processed,detail`)).metadata.reused, true);
  assert.equal((await send(`${UPLOAD}&variants=grid`)).metadata.reused, false);
  assert.equal((await send()).metadata.reused, true);
});

Deno.test("files that are read must match their SHA-256, whatever Storage lists", async () => {
  const send = sender();
  const first = await send();
  const etag = await etagOf(first);
  const original = await alter(first);
  await setEtag(first, etag);
  const again = await send(`${UPLOAD}&return_images=true`);
  assert.equal(again.metadata.reused, false);
  assert.equal(again.grid, original.toString("base64"));
});

Deno.test("if Storage lists no ETag, the files are read and must match their SHA-256", async () => {
  const send = sender();
  const first = await send();
  await setEtag(first, null);
  assert.equal((await send()).metadata.reused, true);
  const original = await alter(first);
  await setEtag(first, null);
  const again = await send();
  assert.equal(again.metadata.reused, false);
  assert.deepEqual(await servedAt(again), original);
  // The same holds if it listed none when the result was written.
  const { data } = await bucket.download(manifestPathOf(first));
  const manifest = JSON.parse(await data!.text());
  manifest.variants.grid.etag = null;
  await writeManifest(first, manifest);
  assert.equal((await send()).metadata.reused, true);
  await alter(first);
  assert.equal((await send()).metadata.reused, false);
});

Deno.test("a result that was stored without digests is rendered again, and then has digests", async () => {
  const send = sender();
  const first = await send();
  const { data } = await bucket.download(manifestPathOf(first));
  const manifest = JSON.parse(await data!.text());
  for (const variant of Object.values<Record<string, unknown>>(manifest.variants)) {
    assert.match(String(variant.sha256), /^[0-9a-f]{64}$/);
    assert.ok(variant.etag);
    delete variant.sha256;
    delete variant.etag;
  }
  await writeManifest(first, { ...manifest, version: 1 });
  const again = await send();
  assert.equal(again.metadata.reused, false);
  assert.deepEqual(again.metadata.grid, first.metadata.grid);
  assert.deepEqual(Object.keys(again.metadata.grid!).sort(), [
    "bytes",
    "crop",
    "format",
    "height",
    "scale",
    "width",
  ]);
  const reused = await send();
  assert.equal(reused.metadata.reused, true);
  assert.deepEqual(reused.metadata.grid, first.metadata.grid);
});

async function writeManifest(reply: Reply, manifest: unknown): Promise<void> {
  const file = new TextEncoder().encode(JSON.stringify(manifest));
  const { error } = await bucket.upload(manifestPathOf(reply), file, {
    contentType: "application/json",
    upsert: true,
  });
  assert.equal(error, null);
}
