// Proves that one caller at a time holds the mutex, and that aborted callers do not block others.
import assert from "node:assert/strict";
import { Mutex } from "../../shared/lib/mutex.ts";

/** Acquires the mutex and reports it. */
async function take(mutex: Mutex, name: string, had: string[], signal?: AbortSignal) {
  await mutex.acquire(signal);
  had.push(name);
}

/** Runs everything that is ready. */
const settle = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("one caller at a time holds the mutex, in the order of requests", async () => {
  const mutex = new Mutex();
  const had: string[] = [];
  const all = ["a", "b", "c"].map((name) => take(mutex, name, had));
  await settle();
  assert.deepEqual(had, ["a"]);
  mutex.release();
  await settle();
  assert.deepEqual(had, ["a", "b"]);
  mutex.release();
  await Promise.all(all);
  assert.deepEqual(had, ["a", "b", "c"]);
  mutex.release();
  await take(mutex, "d", had);
  assert.deepEqual(had, ["a", "b", "c", "d"]);
});

Deno.test("a caller that stops waiting does not block the others", async () => {
  const mutex = new Mutex();
  const had: string[] = [];
  await take(mutex, "a", had);
  const gone = new AbortController();
  const waiting = assert.rejects(take(mutex, "b", had, gone.signal), /gone/);
  const next = take(mutex, "c", had);
  gone.abort(new Error("gone"));
  await waiting;
  mutex.release();
  await next;
  assert.deepEqual(had, ["a", "c"]);
});

Deno.test("an aborted caller does not acquire the mutex", async () => {
  const mutex = new Mutex();
  await assert.rejects(mutex.acquire(AbortSignal.abort(new Error("gone"))), /gone/);
  await mutex.acquire();
});
