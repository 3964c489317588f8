// Proves over HTTP that an identical photo is paid for once, and that only the service sees cached cutouts.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createClient } from "@supabase/supabase-js";
import { startFunction } from "../../dev/function_process.ts";
import { type Stack, startStack } from "../../dev/stack.ts";
import { metricsSchema } from "../../shared/status/metrics_schema.ts";
import type { Reply } from "../../shared/photo/reply_schema.ts";
import { sha256 } from "../../shared/lib/sha256.ts";
import { expectReply, fixture, sendBytes } from "../helpers/call.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";
import { seen, until } from "../helpers/until.ts";

const photo = await fixture("small.jpg");
const OBJECT = /^\/storage\/v1\/object\/car-cutouts\//;
const CACHED = { removed: true, provider: "simulator", cached: true };
const CALLED = { removed: true, provider: "simulator", cached: false };
const codes = (body: Reply) => body.warnings.map(({ code }) => code);

async function send(
  { secretKey, functionUrl }: Stack,
  query = "variants=grid",
  body = photo,
  url = functionUrl,
): Promise<Reply> {
  return (await expectReply(sendBytes(url, { apikey: secretKey }, body, query))).body;
}

/** The cached cutouts, in order. */
async function kept({ supabase }: Stack): Promise<string[]> {
  const rows = await supabase.query<{ name: string }>(
    "select name from storage.objects where bucket_id = 'car-cutouts' order by name",
  );
  return rows.map(({ name }) => name);
}

/** Waits until this many cutouts are cached, which may be after the answer. */
async function untilKept(stack: Stack, cutouts: number): Promise<string[]> {
  return await seen(() => kept(stack), ({ length }) => length >= cutouts);
}

function bucketOf({ url, secretKey }: Stack) {
  return createClient(url, secretKey, { auth: { persistSession: false } })
    .storage.from("car-cutouts");
}

/** Clears the cache, the simulator's requests and the breaker. */
async function forget(stack: Stack): Promise<void> {
  await bucketOf(stack).remove(await kept(stack));
  stack.simulator!.reset();
  stack.faults.clear();
}

onBothDenos("a photo is paid for once", {}, async (t, stack) => {
  const simulator = stack.simulator!;
  const failures = () =>
    stack.function.logs.filter((line) => line.includes("cutout_cache_failed")).length;

  await t.step("API4.ai's reply is cached by the hash of the request's image", async () => {
    const { metadata } = await send(stack);
    assert.deepEqual(metadata.background, CALLED);
    const [{ image }] = simulator.requests;
    const sent = await sha256(Uint8Array.from(image!));
    assert.deepEqual(await untilKept(stack, 1), [`v1/simulator-fg-mask/${sent}.png`]);
  });
  await t.step("the same photo with other options costs no call", async () => {
    const first = await send(stack, "variants=detail&shadow=none&format=png");
    assert.deepEqual(first.metadata.background, CACHED);
    for (const query of ["shadow=drop&background=%23ff0000&format=jpeg", "padding=0&fit=cover"]) {
      const { metadata } = await send(stack, `variants=grid&${query}`);
      assert.deepEqual(metadata.background, CACHED);
    }
    assert.equal(simulator.requests.length, 1);
    assert.equal((await kept(stack)).length, 1);
  });
  await t.step("the metrics distinguish calls from cached cutouts", async () => {
    const response = await fetch(`${stack.functionUrl}/metrics`, {
      headers: { apikey: stack.secretKey },
    });
    const { requests, api4ai_calls, cached_cutouts } = metricsSchema.parse(await response.json());
    assert.deepEqual([requests, api4ai_calls, cached_cutouts], [4, 1, 3]);
  });
  await t.step("an unusable reply is not cached", async () => {
    await forget(stack);
    for (const kind of ["all-opaque", "wrong-size", "failure"] as const) {
      simulator.behave({ kind });
      assert.equal(codes(await send(stack)).length, 1);
    }
    assert.deepEqual(await kept(stack), []);
    simulator.reset();
    assert.deepEqual((await send(stack)).metadata.background, CALLED);
    await untilKept(stack, 1);
  });
  await t.step("a damaged cached cutout is deleted and requested again", async () => {
    const [path] = await kept(stack);
    const good = (await bucketOf(stack).download(path)).data!;
    simulator.reset();
    const damaged = Buffer.from(await good.arrayBuffer()).subarray(0, 200);
    await bucketOf(stack).upload(path, damaged, { contentType: "image/png", upsert: true });
    assert.deepEqual((await send(stack)).metadata.background, CALLED);
    assert.equal(simulator.requests.length, 1);
    assert.deepEqual(await untilKept(stack, 1), [path]);
    assert.deepEqual((await send(stack)).metadata.background, CACHED);
  });
  await t.step("two simultaneous requests make one call", async () => {
    await forget(stack);
    simulator.behave({ kind: "ok", latencyMs: 300 });
    const both = await Promise.all([send(stack), send(stack, "variants=grid&shadow=none")]);
    const cached = both.map(({ metadata }) => metadata.background.cached);
    assert.deepEqual(cached.toSorted(), [false, true]);
    assert.equal(simulator.requests.length, 1);
  });
  await t.step("a cache that fails costs a call and a log line, not the photo", async () => {
    await forget(stack);
    await send(stack);
    await untilKept(stack, 1);
    const before = failures();
    stack.faults.next("GET", OBJECT, { kind: "status", status: 503 });
    stack.faults.next("POST", OBJECT, { kind: "status", status: 400 });
    const body = await send(stack);
    assert.deepEqual(body.metadata.background, CALLED);
    assert.deepEqual(body.warnings, []);
    await until(() => failures() === before + 2);
  });
  const other = await startFunction({ env: stack.env });
  const otherUrl = `${other.url}/process-image`;
  await t.step(
    "another process uses the same key; two simultaneous processes both succeed",
    async () => {
      await forget(stack);
      simulator.behave({ kind: "ok", latencyMs: 200 });
      const both = [send(stack), send(stack, undefined, photo, otherUrl)];
      for (const { metadata } of await Promise.all(both)) {
        assert.equal(metadata.background.removed, true);
      }
      const [path, ...more] = await untilKept(stack, 1);
      assert.deepEqual(more, [], "cold on this version of Deno and warm on that: one key");
      const calls = simulator.requests.length;
      for (const url of [stack.functionUrl, otherUrl]) {
        const { metadata } = await send(stack, undefined, photo, url);
        assert.deepEqual(metadata.background, CACHED);
      }
      assert.equal(simulator.requests.length, calls);
      assert.deepEqual(await kept(stack), [path]);
    },
  );
  await t.step(
    "a run that is killed after API4.ai's reply continues without another call",
    async () => {
      await forget(stack);
      stack.faults.next("POST", /\/object\/car-images\//, { kind: "hang" }, Infinity);
      const query = "variants=grid&upload_to_storage=true";
      const killed = assert.rejects(send(stack, query, photo, otherUrl));
      await untilKept(stack, 1);
      Deno.kill(other.pid, "SIGKILL");
      await Promise.all([killed, other.ended]);
      stack.faults.clear();
      const { metadata, storage_urls } = await send(stack, query);
      assert.deepEqual(metadata.background, CACHED);
      assert.ok(storage_urls!.grid);
      assert.equal(simulator.requests.length, 1);
    },
  );
  // The last step: from here on this process's breaker is open.
  await t.step("cached cutouts are used while API4.ai is down or paused", async () => {
    simulator.behave({ kind: "status", status: 503, headers: { "retry-after": "60" } });
    const others = [await fixture("studio.jpg"), await fixture("dark.jpg")];
    const met = [];
    for (const other of others) met.push(...codes(await send(stack, undefined, other)));
    assert.deepEqual(met, ["background_removal_failed", "background_removal_paused"]);
    const body = await send(stack);
    assert.deepEqual(body.metadata.background, CACHED);
    assert.deepEqual(body.warnings, []);
  });
});

Deno.test("other modes have separate caches, and only the service sees the cutouts", async (t) => {
  const stack = await startStack({ deno: "2.1.4", env: { API4AI_MODE: "fg-image" } });
  try {
    await t.step("a mode that returns pictures caches them", async () => {
      assert.deepEqual((await send(stack)).metadata.background, CALLED);
      const [path] = await untilKept(stack, 1);
      assert.match(path, /^v1\/simulator-fg-image\/[0-9a-f]{64}\.png$/);
      assert.deepEqual((await send(stack)).metadata.background, CACHED);
    });
    await t.step("cutouts of another version or mode are not used", async () => {
      const [path] = await kept(stack);
      const bucket = bucketOf(stack);
      for (const [moved, folder] of ["v0/simulator-fg-image", "v1/simulator-fg-mask"].entries()) {
        const { error } = await bucket.move(path, `${folder}/${path.split("/").at(-1)}`);
        assert.equal(error, null);
        assert.deepEqual((await send(stack)).metadata.background, CALLED);
        assert.ok((await untilKept(stack, moved + 2)).includes(path));
      }
    });
    await t.step("not even an admin can list, read, replace or remove a cutout", async () => {
      const before = await kept(stack);
      const [path] = before;
      const folder = path.slice(0, path.lastIndexOf("/"));
      const { publishableKey, adminToken, url } = stack;
      for (const accessToken of [undefined, () => Promise.resolve(adminToken)]) {
        const outsider = createClient(url, publishableKey, { accessToken })
          .storage.from("car-cutouts");
        assert.deepEqual((await outsider.list(folder)).data ?? [], []);
        assert.ok((await outsider.download(path)).error);
        const options = { contentType: "image/png", upsert: true };
        assert.ok((await outsider.upload(path, photo, options)).error);
        assert.deepEqual((await outsider.remove([path])).data ?? [], []);
      }
      const open = await fetch(`${url}/storage/v1/object/public/car-cutouts/${path}`);
      assert.equal(open.ok, false);
      await open.body?.cancel();
      assert.deepEqual(await kept(stack), before);
    });
  } finally {
    await stack.close();
  }
});
