// Proves that one caller at a time holds the mutex, and that aborted callers do not block others.
import assert from "node:assert/strict";
import { Mutex } from "../../shared/isolate/mutex.ts";

/** Acquires the mutex and reports it. */
async function take(turns: Mutex, name: string, had: string[], signal?: AbortSignal) {
  await turns.take(signal);
  had.push(name);
}

/** Runs everything that is ready. */
const settle = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("one caller at a time holds the mutex, in the order of requests", async () => {
  const turns = new Mutex();
  const had: string[] = [];
  const all = ["a", "b", "c"].map((name) => take(turns, name, had));
  await settle();
  assert.deepEqual(had, ["a"]);
  turns.give();
  await settle();
  assert.deepEqual(had, ["a", "b"]);
  turns.give();
  await Promise.all(all);
  assert.deepEqual(had, ["a", "b", "c"]);
  turns.give();
  await take(turns, "d", had);
  assert.deepEqual(had, ["a", "b", "c", "d"]);
});

Deno.test("a caller that stops waiting does not block the others", async () => {
  const turns = new Mutex();
  const had: string[] = [];
  await take(turns, "a", had);
  const gone = new AbortController();
  const waiting = assert.rejects(take(turns, "b", had, gone.signal), /gone/);
  const next = take(turns, "c", had);
  gone.abort(new Error("gone"));
  await waiting;
  turns.give();
  await next;
  assert.deepEqual(had, ["a", "c"]);
});

Deno.test("an aborted caller does not acquire the mutex", async () => {
  const turns = new Mutex();
  await assert.rejects(turns.take(AbortSignal.abort(new Error("gone"))), /gone/);
  await turns.take();
});
