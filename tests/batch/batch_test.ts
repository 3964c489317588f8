// Proves the routes for batches over HTTP: creating, reading, waiting, cancelling and requeuing.
import assert from "node:assert/strict";
import { startStack } from "../../dev/stack.ts";
import { expectError, expectReply, fixture, sendBytes, sendJson } from "../helpers/call.ts";
import {
  batchEnd,
  batchOf,
  batchWhen,
  fetchBatch,
  makeBatch,
  sendBatch,
  storeOriginals,
} from "../helpers/batches.ts";
import { storeOriginal } from "../helpers/store_original.ts";

const photo = await fixture("small.jpg");
const item = (path: string, more = {}) => ({
  storage_path: { bucket: "car-originals", path },
  ...more,
});
const UNKNOWN = "00000000-0000-4000-8000-000000000000";

// On the deployed version of Deno only; the parts are tested on both.
Deno.test("a batch of photos in Storage is processed after the answer", async (t) => {
  const stack = await startStack({ deno: "2.1.4" });
  await using started = new AsyncDisposableStack();
  started.defer(() => stack.close());
  const { functionUrl, adminToken, simulator } = stack;
  const authorization = `Bearer ${adminToken}`;

  await t.step(
    "admins and secret keys create and read batches; only servers start work",
    async () => {
      const authorized = { authorization: `Bearer ${await stack.signer.sign()}` };
      const body = { items: [item("a.jpg")] };
      for (const path of ["batch", `batch/${UNKNOWN}/requeue`, "work"]) {
        await expectError(sendJson(`${functionUrl}/${path}`, {}, body), "missing_credential");
        await expectError(sendJson(`${functionUrl}/${path}`, authorized, body), "forbidden");
      }
      for (const method of ["GET", "DELETE"]) {
        const url = `${functionUrl}/batch/${UNKNOWN}`;
        await expectError(fetch(url, { method }), "missing_credential");
        await expectError(fetch(url, { method, headers: authorized }), "forbidden");
      }
      await expectError(sendJson(`${functionUrl}/work`, { authorization }, {}), "forbidden");
    },
  );
  await t.step("an invalid batch is refused with the reason, and nothing is queued", async () => {
    const wrong = (body: unknown, code: Parameters<typeof expectError>[1], field?: string) =>
      expectError(sendBatch(stack, body), code).then(({ body }) =>
        assert.equal(body.error.details?.field, field)
      );
    const items = [item("a.jpg")];
    await wrong({}, "invalid_request", "items");
    await wrong({ items: [] }, "invalid_request", "items");
    await wrong({ items: Array(501).fill(items[0]) }, "invalid_request", "items");
    await wrong({ items: [...items, {}] }, "invalid_request", "items.1.storage_path");
    await wrong({ items: [item("../a.jpg")] }, "invalid_request", "items.0.storage_path.path");
    for (const filename of ["a\0b", "\ud800"]) {
      await wrong({ items: [item("a.jpg", { filename })] }, "invalid_request", "items.0.filename");
    }
    await wrong({ items, webhook_url: "https://x.example/\0" }, "invalid_request", "webhook_url");
    const requeue = sendJson(`${functionUrl}/batch/${UNKNOWN}/requeue`, { authorization }, {
      positions: [2 ** 31],
    });
    await expectError(requeue, "invalid_request");
    await wrong(
      { items: [item("a", { upload_to_storage: true })] },
      "invalid_request",
      "items.0.upload_to_storage",
    );
    await wrong(
      { items: [item("a", { options: { padding: -1 } })] },
      "invalid_options",
      "items.0.options.padding",
    );
    await wrong({ items, not_before: "tonight" }, "invalid_request", "not_before");
    await wrong({ items, not_before: "2999-01-01T00:00:00Z" }, "invalid_request", "not_before");
    await wrong(
      { items, webhook_url: "http://hooks.example.com" },
      "invalid_request",
      "webhook_url",
    );
    await wrong({ items, webhook_url: "https://10.0.0.1/" }, "invalid_request", "webhook_url");
    // No key exists to sign it with.
    await wrong(
      { items, webhook_url: "https://hooks.example.com" },
      "invalid_request",
      "webhook_url",
    );
    await wrong(
      { items: [{ storage_path: { bucket: "car-images", path: "a" } }] },
      "source_forbidden",
    );
    const huge = { items, webhook_url: "x".repeat(3 << 20) };
    await expectError(sendBatch(stack, huge), "body_too_large");
    const headers = { apikey: stack.secretKey };
    const url = `${functionUrl}/batch`;
    await expectError(
      fetch(url, { method: "POST", headers, body: "{}" }),
      "unsupported_media_type",
    );
    await expectError(
      sendBatch(stack, { items }, { "idempotency-key": "two words" }),
      "invalid_request",
    );
    await expectError(fetch(url, { headers }), "method_not_allowed");
    await expectError(fetchBatch(stack, UNKNOWN, "PUT"), "method_not_allowed");
    const batches = await stack.supabase.query("select id from public.batches");
    assert.equal(batches.length, 0);
  });
  await t.step("each photo ends in its own way, and the counts add up", async () => {
    const [good] = await storeOriginals(stack, photo, 1);
    const bad = await storeOriginal(stack, "bad.jpg", photo.slice(0, 300));
    const created = await makeBatch(stack, {
      items: [
        { ...good, filename: "one.jpg", options: { variants: ["grid"] } },
        { storage_path: bad },
        item("missing.jpg", { filename: "missing.jpg" }),
      ],
    });
    assert.deepEqual([created.total, created.created], [3, true]);
    const batch = await batchEnd(stack, created.batch_id);
    assert.equal(batch.state, "finished");
    assert.deepEqual([batch.counts.succeeded, batch.counts.failed], [1, 2]);
    const [one, two, three] = batch.items;
    assert.deepEqual(batch.items.map(({ position, tries }) => [position, tries]), [[0, 1], [1, 1], [
      2,
      1,
    ]]);
    assert.deepEqual(Object.keys(one.storage_urls!), ["grid"]);
    assert.deepEqual([one.filename, one.metadata!.filename], ["one.jpg", "one.jpg"]);
    assert.deepEqual([one.metadata!.reused, one.warnings], [false, []]);
    const stored = await fetch(one.storage_urls!.grid);
    assert.equal(stored.headers.get("content-type"), "image/webp");
    await stored.body?.cancel();
    assert.equal(two.error!.code, "invalid_image");
    assert.deepEqual([three.error!.code, three.filename], ["source_not_found", "missing.jpg"]);
    const logs = stack.function.logs.filter((line) => line.includes(`batch:${created.batch_id}:`));
    assert.ok(logs.length >= 3);
  });
  await t.step(
    "a photo with a stored result is not rendered or sent to API4.ai again",
    async () => {
      const copy = await storeOriginal(stack, "copy.jpg", photo);
      const query = "upload_to_storage=true&variants=grid";
      const { body } = await expectReply(sendBytes(functionUrl, { authorization }, photo, query));
      const calls = simulator!.requests.length;
      const items = [{ storage_path: copy, options: { variants: ["grid"] } }];
      const { batch_id } = await makeBatch(stack, { items });
      const [{ metadata, storage_urls }] = (await batchEnd(stack, batch_id)).items;
      assert.equal(metadata!.reused, true);
      assert.deepEqual(storage_urls, body.storage_urls);
      assert.equal(simulator!.requests.length, calls);
      const forced = await makeBatch(stack, { items: [{ ...items[0], force: true }] });
      const [again] = (await batchEnd(stack, forced.batch_id)).items;
      assert.deepEqual([again.metadata!.reused, again.storage_urls], [false, storage_urls]);
    },
  );
  await t.step(
    "the same Idempotency-Key returns the same batch, and conflicts with another request",
    async () => {
      const later = {
        items: [item("a.jpg")],
        not_before: new Date(Date.now() + 3_600_000).toISOString(),
      };
      const headers = { "idempotency-key": "night-42" };
      const first = await makeBatch(stack, later, headers);
      const second = await makeBatch(stack, later, headers);
      assert.deepEqual([second.batch_id, second.created], [first.batch_id, false]);
      const other = { ...later, items: [item("b.jpg")] };
      const { body: error } = await expectError(
        sendBatch(stack, other, headers),
        "idempotency_conflict",
      );
      assert.deepEqual(error.error.details, { batch_id: first.batch_id });
      // Another caller's key is independent.
      await storeOriginal(stack, "a.jpg", photo);
      const admin = await sendJson(`${functionUrl}/batch`, { authorization, ...headers }, later);
      assert.equal(admin.status, 202);
      assert.notEqual((await admin.json()).batch_id, first.batch_id);
      assert.equal((await batchOf(fetchBatch(stack, first.batch_id))).state, "queued");
    },
  );
  await t.step("a scheduled batch waits, and can be cancelled", async () => {
    const items = await storeOriginals(stack, photo, 2);
    const not_before = new Date(Date.now() + 3_600_000).toISOString();
    const { batch_id } = await makeBatch(stack, { items, not_before });
    assert.equal(await stack.ticker.tick(), false);
    const waiting = await batchOf(fetchBatch(stack, batch_id));
    assert.deepEqual([waiting.state, waiting.counts.queued], ["queued", 2]);
    assert.equal(Date.parse(waiting.not_before!), Date.parse(not_before));
    const cancelled = await batchOf(fetchBatch(stack, batch_id, "DELETE"));
    assert.deepEqual([cancelled.state, cancelled.counts.cancelled], ["cancelled", 2]);
    assert.deepEqual(
      await batchOf(fetchBatch(stack, batch_id, "DELETE")).then(({ counts }) => counts),
      cancelled.counts,
    );
  });
  await t.step("failed items are retried on request", async () => {
    const path = `${crypto.randomUUID()}.jpg`;
    const { batch_id } = await makeBatch(stack, {
      items: [item(path, { options: { variants: ["grid"] } })],
    });
    assert.equal((await batchEnd(stack, batch_id)).counts.failed, 1);
    await storeOriginal(stack, path, photo);
    const queued = await batchOf(fetchBatch(stack, `${batch_id}/requeue`, "POST"));
    assert.deepEqual([queued.counts.failed, queued.finished_at], [0, null]);
    assert.equal((await batchEnd(stack, batch_id)).counts.succeeded, 1);
    const headers = { apikey: stack.secretKey };
    const url = `${functionUrl}/batch/${batch_id}/requeue`;
    await expectError(sendJson(url, headers, { positions: [-1] }), "invalid_request");
  });
  await t.step("a long poll returns when the batch changes, or at its timeout", async () => {
    stack.faults.next("GET", /car-originals/, { kind: "hang" });
    const items = await storeOriginals(stack, photo, 1);
    const { batch_id } = await makeBatch(stack, { items });
    const begun = await batchWhen(stack, batch_id, ({ counts }) => counts.processing === 1);
    assert.equal(begun.state, "running");
    const same = await batchOf(fetchBatch(stack, `${batch_id}?wait=1&since=${begun.changes}`));
    assert.deepEqual([same.changes, same.items, same.counts], [begun.changes, [], begun.counts]);
    const waiting = batchOf(fetchBatch(stack, `${batch_id}?wait=25`));
    stack.faults.clear();
    assert.ok((await waiting).changes > begun.changes);
    for (const query of ["wait=26", "wait=-1", "wait=x", "since=1.5", "wait="]) {
      await expectError(fetchBatch(stack, `${batch_id}?${query}`), "invalid_request");
    }
  });
  await t.step("an unknown batch is 404", async () => {
    for (const id of [UNKNOWN, "x", "..%2f", "%27"]) {
      await expectError(fetchBatch(stack, id), "batch_not_found");
      await expectError(fetchBatch(stack, id, "DELETE"), "batch_not_found");
      await expectError(fetchBatch(stack, `${id}/requeue`, "POST"), "batch_not_found");
    }
  });
  await t.step("while the database is down, batches answer 503", async () => {
    stack.faults.next("POST", /rpc\/batch_/, { kind: "status", status: 503 }, 100);
    await expectError(sendBatch(stack, { items: [item("a.jpg")] }), "queue_unavailable");
    await expectError(fetchBatch(stack, UNKNOWN), "queue_unavailable");
    stack.faults.clear();
  });
});
