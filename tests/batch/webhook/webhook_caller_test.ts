// Proves what a webhook contains, and that its failures are reported.
import assert from "node:assert/strict";
import type { DueWebhook } from "../../../shared/batch/batch_store.ts";
import { SIGNATURE_HEADER, signWebhook } from "../../../shared/batch/webhook/sign_webhook.ts";
import { callWebhooks, type WebhookDeps } from "../../../shared/batch/webhook/webhook_caller.ts";

const SECRET = "a-secret-of-the-receiver";
const COUNTS = { queued: 0, processing: 0, succeeded: 2, failed: 1, cancelled: 0, total: 3 };

/** Calls the webhooks that are due at these addresses. @returns The report on each. */
async function call(urls: string[], deps: Partial<WebhookDeps> = {}): Promise<(string | null)[]> {
  const reports: (string | null)[] = [];
  const due = urls.map((url, index): DueWebhook => ({
    ...{ batchId: `batch-${index}`, url, delivery: 1, tries: 1, state: "finished", counts: COUNTS },
    ...{ createdAt: "2026-01-01T00:00:00Z", finishedAt: "2026-01-01T00:10:00Z" },
  }));
  await callWebhooks({
    store: {
      takeWebhook: () => Promise.resolve(due.shift() ?? null),
      reportWebhook: (_, fault) => Promise.resolve(void reports.push(fault)),
    },
    secret: SECRET,
    allowPrivate: true,
    ...deps,
  });
  return reports;
}

Deno.test("a webhook is a signed POST with the batch's outcome", async () => {
  const requests: { method: string; headers: Headers; body: string }[] = [];
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      requests.push({
        method: request.method,
        headers: request.headers,
        body: await request.text(),
      });
      return new Response(null, { status: 204 });
    },
  );
  const before = Math.floor(Date.now() / 1000);
  assert.deepEqual(await call([`http://127.0.0.1:${server.addr.port}/hook`]), [null]);
  const [{ method, headers, body }] = requests;
  assert.equal(method, "POST");
  assert.equal(headers.get("content-type"), "application/json");
  assert.deepEqual(JSON.parse(body), {
    ...{ type: "batch.finished", batch_id: "batch-0", state: "finished", counts: COUNTS },
    ...{ created_at: "2026-01-01T00:00:00Z", finished_at: "2026-01-01T00:10:00Z" },
  });
  const signature = headers.get(SIGNATURE_HEADER)!;
  const seconds = Number(/^t=(\d+),/.exec(signature)![1]);
  assert.ok(seconds >= before && seconds <= Date.now() / 1000);
  assert.equal(signature, signWebhook(body, SECRET, seconds));
});

Deno.test("a receiver that answers an error or a redirect, or is missing, is reported; others are called all the same", async () => {
  let called = 0;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    called++;
    const path = new URL(request.url).pathname;
    if (path === "/redirect") return Response.redirect(new URL("/good", request.url), 307);
    return new Response("secret text", { status: path === "/good" ? 200 : 500 });
  });
  const base = `http://127.0.0.1:${server.addr.port}`;
  const reports = await call([`${base}/redirect`, `${base}/bad`, `${base}/good`]);
  assert.deepEqual(reports, ["it answered status 307", "it answered status 500", null]);
  assert.equal(called, 3);
  await server.shutdown();
  assert.deepEqual(await call([`${base}/good`]), ["it cannot be reached"]);
});

Deno.test("a webhook is never called at a private address, nor without a signing secret", async () => {
  let called = 0;
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, () => {
    called++;
    return new Response();
  });
  const url = `http://127.0.0.1:${server.addr.port}/`;
  assert.deepEqual(await call([url], { secret: undefined }), ["WEBHOOK_SECRET is not set"]);
  const resolve = () => Promise.resolve(["127.0.0.1"]);
  const strict = { allowPrivate: false, resolve };
  const reports = await call([url, "https://127.0.0.1/", "https://hooks.example.com/"], strict);
  assert.deepEqual(reports, [
    "expected an https address",
    "expected a public address",
    "its name leads to a private address",
  ]);
  assert.equal(called, 0);
});
