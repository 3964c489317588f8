// Proves that work after an answer is awaited, and that its failures are only logged.
import assert from "node:assert/strict";
import { afterResponse, hasWorkLeft, workDone } from "../../shared/telemetry/after_response.ts";

Deno.test("work after an answer is awaited, including the work that it starts", async () => {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  let isDone = false;
  assert.equal(hasWorkLeft(), false);
  afterResponse(first.promise.then(() => afterResponse(second.promise)));
  const done = workDone().then(() => isDone = true);
  first.resolve();
  await first.promise;
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.deepEqual([hasWorkLeft(), isDone], [true, false]);
  second.resolve();
  await done;
  assert.equal(hasWorkLeft(), false);
});

Deno.test("work that fails after an answer is logged, and affects nothing else", async () => {
  const lines: string[] = [];
  const { error } = console;
  console.error = (line: string) => lines.push(line);
  try {
    afterResponse(Promise.reject(new Error("broken")));
    await workDone();
  } finally {
    console.error = error;
  }
  assert.equal(lines.length, 1);
  assert.match(lines[0], /"event":"background_work_failed".*"Error: broken"/);
});

Deno.test("the hosted runtime receives the work, so that it keeps the isolate", async () => {
  const handed: Promise<unknown>[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  Object.defineProperty(globalThis, "EdgeRuntime", {
    value: { waitUntil: (work: Promise<unknown>) => handed.push(work) },
    configurable: true,
  });
  try {
    afterResponse(promise);
  } finally {
    Reflect.deleteProperty(globalThis, "EdgeRuntime");
  }
  assert.equal(handed.length, 1);
  resolve();
  await handed[0];
  assert.equal(hasWorkLeft(), false);
});
