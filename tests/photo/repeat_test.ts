// Proves over HTTP when a stored result is reused, and when it is rendered again.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createClient } from "@supabase/supabase-js";
import { startFunction } from "../../dev/function_process.ts";
import { startHostedRuntime } from "../../dev/hosted_runtime.ts";
import { type Stack, startStack } from "../../dev/stack.ts";
import type { Reply } from "../../shared/photo/reply_schema.ts";
import { expectError, expectReply, fixture, sendBytes, sendJson } from "../helpers/call.ts";
import { storeOriginal } from "../helpers/store_original.ts";
import { WASM_LINE } from "../helpers/watch_wasm.ts";

const NAMES = ["processed", "grid", "detail"] as const;
const UPLOAD = "upload_to_storage=true";
/** Counts the lookups of a result: no other call lists. */
const LIST = /^\/storage\/v1\/object\/list\/car-images$/;
const MANIFEST = /\/manifest\.json$/;

const small = await fixture("small.jpg");
const street = await fixture("street.jpg");
const stack = await startStack();
Deno.test.afterAll(() => stack.close());

const auth = { authorization: `Bearer ${stack.adminToken}` };
const bucket = createClient(stack.url, stack.secretKey).storage.from("car-images");
/** Each test has its own paths: no result of one affects another. */
let padding = 0;

/** Sends the small photo, always with the same options. */
function sender(options = ""): (query?: string) => Promise<Reply> {
  const own = `padding=${padding++}&${options}`;
  return async (query = UPLOAD) =>
    (await expectReply(sendBytes(stack.functionUrl, auth, small, `${own}&${query}`))).body;
}

function calls(): number {
  return stack.simulator!.requests.length;
}

/** Returns a variant's path in its bucket. */
function pathOf(reply: Reply, name: typeof NAMES[number]): string {
  return reply.storage_urls![name]!.split("/car-images/")[1];
}

function manifestPath(reply: Reply): string {
  return pathOf(reply, "grid").replace(/[^/]*$/, "manifest.json");
}

async function manifestOf(reply: Reply): Promise<Record<string, unknown>> {
  const { data, error } = await bucket.download(manifestPath(reply));
  if (error) throw error;
  return JSON.parse(await data.text());
}

async function writeManifest(reply: Reply, text: string): Promise<void> {
  const { error } = await bucket.upload(manifestPath(reply), new TextEncoder().encode(text), {
    contentType: "application/json",
    upsert: true,
  });
  if (error) throw error;
}

/** Returns the parts of an answer that do not depend on the request. */
function toldBy({ metadata, request_id: _, ...reply }: Reply) {
  const { timings_ms: _timings, reused: _reused, background, ...rest } = metadata;
  const { cached: _cached, ...subject } = background;
  return { ...reply, metadata: { ...rest, background: subject } };
}

Deno.test("a repeated photo is answered from Storage with the same answer", async () => {
  const send = sender();
  const first = await send();
  const before = calls();
  const second = await send();
  assert.equal(first.metadata.reused, false);
  assert.equal(second.metadata.reused, true);
  assert.deepEqual(toldBy(second), toldBy(first));
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
  const options = { padding: padding++ };
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

Deno.test("a damaged manifest, or one of another version, is ignored and replaced", async () => {
  const send = sender();
  const first = await send();
  const good = await manifestOf(first);
  const damaged = [
    "{",
    "null",
    JSON.stringify({ ...good, version: 3 }),
    JSON.stringify({ ...good, pipeline: 0 }),
    JSON.stringify({ ...good, original_size: [0, -1] }),
    JSON.stringify({ ...good, variants: { grid: { bytes: "many" } } }),
  ];
  for (const text of damaged) {
    await writeManifest(first, text);
    const again = await send(`${UPLOAD}&variants=grid`);
    assert.equal(again.metadata.reused, false, text);
    assert.deepEqual(toldBy(again).metadata.grid, first.metadata.grid);
    assert.equal((await send(`${UPLOAD}&variants=grid`)).metadata.reused, true, text);
  }
});

Deno.test("the manifest is written last, and contains nothing about the caller", async () => {
  const name = "Annas Porsche.jpg";
  const send = sender();
  stack.faults.next(
    "POST",
    /car-images\/.*\/detail\.webp$/,
    { kind: "status", status: 403 },
    Infinity,
  );
  const query = `padding=${padding}&${UPLOAD}`;
  await expectError(sendBytes(stack.functionUrl, auth, small, query), "storage_rejected");
  stack.faults.clear();
  // Without it nothing is reused.
  assert.equal((await send(`${UPLOAD}&padding=${padding++}`)).metadata.reused, false);
  const reply = await send(`${UPLOAD}&filename=${encodeURIComponent(name)}`);
  const manifest = await manifestOf(reply);
  assert.ok(!JSON.stringify(manifest).includes("Anna"));
  assert.deepEqual(Object.keys(manifest).sort(), [
    "background",
    "original_size",
    "pipeline",
    "variants",
    "version",
    "warnings",
  ]);
  assert.equal((await send(`${UPLOAD}&filename=b.jpg`)).metadata.filename, "b.jpg");
});

Deno.test("a manifest that cannot be written costs only the next request's time", async () => {
  const send = sender();
  for (const kind of ["status", "hang"] as const) {
    stack.faults.next("POST", MANIFEST, kind === "hang" ? { kind } : { kind, status: 500 });
    const reply = await send();
    stack.faults.clear();
    assert.equal(reply.metadata.reused, false);
    for (const url of Object.values(reply.storage_urls!)) {
      const response = await fetch(url);
      await response.body?.cancel();
      assert.equal(response.status, 200);
    }
  }
  const lines = stack.function.logs.filter((line) => line.includes('"manifest_not_stored"'));
  assert.equal(lines.length, 2);
});

Deno.test("a Storage that fails or hangs at the lookup is not asked again, and the photo is processed", async () => {
  const send = sender();
  await send();
  const told = () => stack.function.logs.filter((line) => line.includes('"lookup_failed"')).length;
  const atFirst = told(); // a lookup on a cold, busy machine may take too long by itself
  const faults: [method: string, path: RegExp, query?: string][] = [
    ["POST", LIST],
    ["GET", MANIFEST],
    ["GET", /car-images\/.*\/grid\.webp$/, "return_images=true"],
  ];
  for (const [method, path, query] of faults) {
    const before = told();
    stack.faults.next(method, path, { kind: "status", status: 500 }, Infinity);
    const reply = await send(`${UPLOAD}&${query ?? ""}`);
    // After that, only the manifest's writing lists the folder.
    assert.equal(stack.faults.calls.length, path === LIST ? 2 : 1);
    stack.faults.clear();
    assert.equal(reply.metadata.reused, false);
    assert.equal(told(), before + 1);
  }
  stack.faults.next("POST", LIST, { kind: "hang" }, Infinity);
  const { metadata } = await send();
  stack.faults.clear();
  assert.equal(metadata.reused, false);
  assert.ok(metadata.timings_ms.lookup < 5_000); // the client itself would wait for ten seconds
  assert.equal(told(), atFirst + 4);
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
  assert.deepEqual(removed.warnings, []);
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
    const send = (query: string) =>
      expectReply(sendBytes(url, auth, small, `${UPLOAD}&padding=${padding}&${query}`));
    const [first, again] = [(await send("")).body, (await send("")).body];
    assert.deepEqual([first.metadata.reused, again.metadata.reused], [false, true]);
    assert.equal(first.warnings[0].code, "background_removal_not_configured");
    assert.deepEqual(again.warnings, first.warnings);
    assert.deepEqual((await send("skip_background_removal=true")).body.warnings, []);
  } finally {
    padding++;
    await keyless.close();
  }
});

Deno.test("every process, cold or warm, renders a photo to the same bytes", async (t) => {
  const images = async (url: string, query = "") => {
    const { body } = await expectReply(sendBytes(url, auth, street, query));
    assert.equal(body.metadata.background.removed, true);
    return body;
  };
  const { detail, grid, processed } = await images(stack.functionUrl, "force=true");
  const same = (reply: Reply) =>
    NAMES.every((name) => reply[name] === ({ detail, grid, processed })[name]);
  await t.step("a warm process gives the same bytes", async () => {
    assert.ok(same(await images(stack.functionUrl, "force=true")));
  });
  await t.step("the hosted runtime gives the same bytes, cold and warm", async () => {
    await onHosted(stack, async (url) => {
      const stored = await images(url, `${UPLOAD}&return_images=true`);
      assert.equal(stored.metadata.reused, false);
      assert.ok(same(stored));
      assert.ok(same(await images(url, "force=true")));
    });
  });
  await t.step(
    "a fresh isolate gives the same bytes, and answers a stored result without any engine",
    async () => {
      await onHosted(stack, async (url, logs) => {
        const reply = await images(url, `${UPLOAD}&return_images=true`);
        assert.equal(reply.metadata.reused, true);
        assert.ok(same(reply));
        assert.deepEqual(logs.filter((line) => line.startsWith(WASM_LINE)), []);
        await images(url, "force=true&variants=grid");
        assert.ok(logs.some((line) => line.startsWith(WASM_LINE)), "they are counted");
      });
    },
  );
});

/** A fresh isolate of Deno 2.1.4 under the hosted limits, or a fresh process if isolates are not available. */
async function onHosted(
  { env }: Stack,
  run: (url: string, logs: readonly string[]) => Promise<void>,
): Promise<void> {
  const entrypoint = "tests/helpers/watched_entry.ts";
  const running = Deno.build.os === "linux"
    ? await startHostedRuntime({ env, entrypoint })
    : await startFunction({ deno: "2.1.4", env, entrypoint });
  try {
    await run(`${running.url}/process-image`, running.logs);
  } finally {
    await running.close();
  }
}
