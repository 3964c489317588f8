// Proves how the application handles unexpected errors, disconnects and the end of its process.
import assert from "node:assert/strict";
import { Admission } from "../../shared/isolate/admission.ts";
import { Shutdown } from "../../shared/isolate/shutdown.ts";
import { brokenApp } from "../helpers/broken_app.ts";
import { expectError } from "../helpers/call.ts";

const post = (signal?: AbortSignal) =>
  new Request("http://localhost/process-image", {
    method: "POST",
    headers: { apikey: "key", "content-type": "application/json" },
    body: JSON.stringify({ storage_path: { bucket: "b", path: "p" } }),
    signal,
  });

Deno.test("an unexpected error is a 500 without details, and a log line with all details", async () => {
  const logged: string[] = [];
  const original = console.error;
  console.error = (line: string) => logged.push(line);
  try {
    const { body } = await expectError(
      Promise.resolve(brokenApp().fetch(post())),
      "internal_error",
    );
    assert.doesNotMatch(JSON.stringify(body), /hunter2/);
    assert.equal(logged.length, 1);
    const line = JSON.parse(logged[0]);
    assert.equal(line.request_id, body.request_id);
    assert.match(line.error, /hunter2/);
  } finally {
    console.error = original;
  }
});

Deno.test("a disconnect is not logged as a failure of the function", async () => {
  const controller = new AbortController();
  const answer = Promise.resolve(brokenApp().fetch(post(controller.signal)));
  controller.abort();
  await expectError(answer, "request_aborted");
});

Deno.test("an ending process refuses new requests and asks for a retry", async () => {
  const shutdown = new Shutdown(new Admission({ budgetMs: 0 }));
  const app = brokenApp(shutdown);
  await shutdown.begin();
  const { headers } = await expectError(Promise.resolve(app.fetch(post())), "shutting_down");
  assert.equal(headers.get("retry-after"), "1");
  const health = new Request("http://localhost/process-image/health");
  await expectError(Promise.resolve(app.fetch(health)), "shutting_down");
});

Deno.test("a process ends after the last request in flight has its whole answer", async () => {
  const shutdown = new Shutdown(new Admission({ budgetMs: 0 }));
  const log: string[] = [];
  const answer = Promise.withResolvers<void>();
  const sent = Promise.withResolvers<void>();
  const tracked = shutdown.track(() => answer.promise, sent.promise);
  const ended = shutdown.begin().then(() => log.push("ended"));
  const settle = () => new Promise((resolve) => setTimeout(resolve));
  await settle();
  answer.resolve();
  await tracked;
  await settle();
  assert.deepEqual(log, []);
  sent.resolve();
  await ended;
  assert.deepEqual(log, ["ended"]);
});
