// Proves over HTTP when a stored result is reused, and when it is rendered again.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { startFunction } from "../../dev/function_process.ts";
import { expectError, expectReply, sendBytes, sendJson } from "../helpers/call.ts";
import { storeOriginal } from "../helpers/store_original.ts";
import { comparable, NAMES, pathOf, small, startResults, UPLOAD } from "./stored_results.ts";

const { stack, auth, bucket, nextPadding, sender } = await startResults();
Deno.test.afterAll(() => stack.close());

function calls(): number {
  return stack.simulator!.requests.length;
}

Deno.test("a repeated photo is answered from Storage with the same answer", async () => {
  const send = sender();
  const first = await send();
  const before = calls();
  const second = await send();
  assert.equal(first.metadata.reused, false);
  assert.equal(second.metadata.reused, true);
  assert.deepEqual(comparable(second), comparable(first));
  assert.equal(second.metadata.background.cached, true);
  assert.equal(calls(), before);
  const steps = Object.keys(second.metadata.timings_ms);
  assert.ok(steps.includes("lookup"));
  for (const step of ["queue", "decode", "background", "crop", "store", ...NAMES]) {
    assert.ok(!steps.includes(step), step);
  }
});

Deno.test("the images of a reused result are the stored files", async () => {
  const send = sender();
  await send();
  const stored = await send(`${UPLOAD}&return_images=true`);
  assert.equal(stored.metadata.reused, true);
  const inline = await send(""); // without an upload
  assert.equal(inline.metadata.reused, true);
  assert.equal(inline.storage_urls, undefined);
  const rendered = await send("force=true");
  for (const name of NAMES) {
    const response = await fetch(stored.storage_urls![name]!);
    const file = Buffer.from(await response.arrayBuffer()).toString("base64");
    assert.equal(stored[name], file, name);
    assert.equal(inline[name], file, name);
    assert.equal(rendered[name], file, name);
  }
});

Deno.test("every form of the request reuses the result, and force renders it again in each", async () => {
  const options = { padding: nextPadding() };
  const settings = { options, upload_to_storage: true };
  const ref = await storeOriginal(stack, "repeat/small.jpg", small);
  const json = (body: object) => sendJson(stack.functionUrl, auth, { ...settings, ...body });
  const form = (fields: Record<string, string>) => {
    const body = new FormData();
    body.set("file", new File([small], "a.jpg", { type: "image/jpeg" }));
    body.set("options", JSON.stringify(options));
    body.set("upload_to_storage", "true");
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    return fetch(stack.functionUrl, { method: "POST", headers: auth, body });
  };
  const image_base64 = Buffer.from(small).toString("base64");
  const query = `${UPLOAD}&padding=${options.padding}`;
  const forms: ((force: boolean) => Promise<Response>)[] = [
    (force) => sendBytes(stack.functionUrl, auth, small, `${query}&force=${force}`),
    (force) => json({ storage_path: ref, force }),
    (force) => json({ image_base64, force }),
    (force) => form({ force: String(force) }),
  ];
  await expectReply(forms[0](false));
  for (const send of forms) {
    assert.equal((await expectReply(send(false))).body.metadata.reused, true);
    const { metadata } = (await expectReply(send(true))).body;
    assert.equal(metadata.reused, false);
    assert.equal(metadata.timings_ms.lookup, undefined);
  }
  const { body } = await expectError(json({ image_base64, force: "yes" }), "invalid_request");
  assert.equal(body.error.details?.field, "force");
});

Deno.test("force overwrites the stored files", async () => {
  const send = sender();
  const first = await send();
  const path = pathOf(first, "grid");
  const other = new Uint8Array(first.metadata.grid!.bytes); // of the same size: only its bytes differ
  assert.equal(
    (await bucket.upload(path, other, { contentType: "image/webp", upsert: true })).error,
    null,
  );
  const forced = await send(`${UPLOAD}&force=true&return_images=true`);
  const { data } = await bucket.download(path);
  assert.equal(Buffer.from(await data!.arrayBuffer()).toString("base64"), forced.grid);
  assert.equal((await send()).metadata.reused, true);
});

Deno.test("other options give another result", async () => {
  const send = sender();
  await send();
  for (const other of ["quality=50", "format=jpeg", "fit=cover", "background=%23ffffff"]) {
    assert.equal((await send(`${UPLOAD}&variants=grid&${other}`)).metadata.reused, false, other);
    assert.equal((await send(`${UPLOAD}&variants=grid&${other}`)).metadata.reused, true, other);
  }
});

Deno.test("a subset of the variants is answered, and a missing one is rendered", async () => {
  const send = sender();
  await send(`${UPLOAD}&variants=grid`);
  assert.equal((await send(`${UPLOAD}&variants=grid,detail`)).metadata.reused, false);
  const detail = await send(`${UPLOAD}&variants=detail`);
  assert.equal(detail.metadata.reused, true);
  assert.deepEqual(Object.keys(detail.storage_urls!), ["detail"]);
  assert.equal(detail.metadata.grid, undefined);
  // Newly rendered variants are added to the stored ones.
  assert.equal((await send(`${UPLOAD}&variants=processed`)).metadata.reused, false);
  assert.equal((await send()).metadata.reused, true);
});

Deno.test("a deleted variant is rendered again", async () => {
  const send = sender();
  const first = await send();
  await bucket.remove([pathOf(first, "grid")]);
  assert.equal((await send(`${UPLOAD}&variants=detail`)).metadata.reused, true);
  const again = await send();
  assert.equal(again.metadata.reused, false);
  assert.equal((await fetch(again.storage_urls!.grid!)).status, 200);
  assert.equal((await send()).metadata.reused, true);
});

Deno.test("a variant whose size differs from the manifest is rendered again", async () => {
  const send = sender();
  const path = pathOf(await send(), "detail");
  await bucket.upload(path, small, { contentType: "image/jpeg", upsert: true });
  assert.equal((await send()).metadata.reused, false);
  assert.equal((await send()).metadata.reused, true);
});

Deno.test("a photo that kept its background is never the answer to a request that removes it", async () => {
  const send = sender();
  await stack.supabase.query("delete from storage.objects where bucket_id = 'car-cutouts'");
  stack.simulator!.behave({ kind: "failure", message: "no" });
  const kept = await send();
  assert.equal(kept.metadata.background.removed, false);
  assert.equal(kept.warnings.length, 1);
  stack.simulator!.reset();
  const removed = await send();
  assert.equal(removed.metadata.reused, false);
  assert.equal(removed.metadata.background.removed, true);
  assert.deepEqual(removed.warnings.map(({ code }) => code), ["car_small"]); // in detail
  // A request that keeps the background gets it, without the other's warning.
  const skipped = await send(`${UPLOAD}&skip_background_removal=true`);
  assert.equal(skipped.metadata.reused, true);
  assert.deepEqual(skipped.metadata.background, { removed: false, provider: null, cached: false });
  assert.deepEqual(skipped.warnings, []);
  assert.deepEqual(skipped.storage_urls, kept.storage_urls);
});

Deno.test("without API4.ai a repeated photo has its warning again", async () => {
  const env = { ...stack.env, API4AI_KEY: "", API4AI_URL: "" };
  const keyless = await startFunction({ env });
  try {
    const url = `${keyless.url}/process-image`;
    const padding = nextPadding();
    const send = (query: string) =>
      expectReply(sendBytes(url, auth, small, `${UPLOAD}&padding=${padding}&${query}`));
    const [first, again] = [(await send("")).body, (await send("")).body];
    assert.deepEqual([first.metadata.reused, again.metadata.reused], [false, true]);
    assert.equal(first.warnings[0].code, "background_removal_not_configured");
    assert.deepEqual(again.warnings, first.warnings);
    assert.deepEqual((await send("skip_background_removal=true")).body.warnings, []);
  } finally {
    await keyless.close();
  }
});
