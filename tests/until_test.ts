// Proves that the tests' own waits end: a feature that never answers fails its test instead of hanging the run.

import assert from "node:assert/strict";
import { FakeTimers } from "./helpers/fake_fetch.ts";
import { readEvents } from "./helpers/read_events.ts";
import { filesIn, textOf, withoutComments } from "./helpers/sources.ts";
import { DeadlineError, seen, until, within } from "./helpers/until.ts";

/** A loop that runs until something else has happened. */
const OPEN_LOOP = /\bfor \(;;\)|\bwhile \(!?\(?await\b/;

Deno.test("until() ends as soon as its condition holds, also an asynchronous one", async () => {
  let looks = 0;
  await until(() => ++looks === 3);
  await until(() => Promise.resolve(++looks === 6));
  assert.equal(looks, 6);
});

Deno.test("until() fails at its deadline and names the condition", async () => {
  const isDone = false;
  await assert.rejects(until(() => isDone, 30), (error) => {
    assert.ok(error instanceof DeadlineError);
    assert.match(error.message, /^Not within \d+ ms: \(\) ?=> ?isDone/);
    return true;
  });
  await assert.rejects(until(() => new Promise<boolean>(() => {}), 30), DeadlineError);
});

Deno.test("seen() returns the value that it waited for", async () => {
  let looks = 0;
  assert.equal(await seen(() => Promise.resolve(++looks), (count) => count === 3), 3);
});

Deno.test("until() rethrows its condition's error", async () => {
  await assert.rejects(until(() => Promise.reject(new TypeError("no"))), TypeError);
});

Deno.test("until() and within() keep their deadline while a test replaces the timers", async () => {
  using timers = new FakeTimers();
  await assert.rejects(until(() => false, 30), DeadlineError);
  await assert.rejects(within(new Promise(() => {}), "an answer", 30), /30 ms: an answer/);
  assert.deepEqual(timers.waits, []);
});

Deno.test("within() returns its promise's value, or rethrows its error", async () => {
  assert.equal(await within(Promise.resolve(7), "seven"), 7);
  await assert.rejects(within(Promise.reject(new TypeError("no")), "nothing"), TypeError);
});

Deno.test("an endless stream of events fails its test", async () => {
  const headers = { "content-type": "text/event-stream", "cache-control": "no-store" };
  const response = new Response(new ReadableStream(), { headers: { ...headers, ...OWN } });
  await assert.rejects(readEvents(response, () => {}, 30), DeadlineError);
});

/** The common fields of the function's answers. */
const OWN = { "x-request-id": "r-1", "access-control-allow-origin": "*" };

Deno.test("every wait in the helpers has a deadline", () => {
  const paths = filesIn("tests/helpers").filter((path) => path.endsWith(".ts"));
  const loops = paths.filter((path) => OPEN_LOOP.test(withoutComments(textOf(path))));
  assert.deepEqual(loops, ["tests/helpers/until.ts"]);
});
