// Proves that parts which are loaded late are loaded once, and again after a failure.
import assert from "node:assert/strict";
import { once } from "../../shared/lib/once.ts";
import { onFirstUse } from "../../shared/lib/on_first_use.ts";

Deno.test("once() makes a value for simultaneous and later callers together", async () => {
  let made = 0;
  const load = once(() => Promise.resolve(++made));
  assert.equal(made, 0);
  assert.deepEqual(await Promise.all([load(), load()]), [1, 1]);
  assert.equal(await load(), 1);
});

Deno.test("once() tries again after a failed attempt", async () => {
  let tries = 0;
  const load = once(() => ++tries === 1 ? Promise.reject(new Error("no")) : Promise.resolve(tries));
  await assert.rejects(load(), /no/);
  assert.equal(await load(), 2);
});

Deno.test("onFirstUse() builds a value at the first call, even if it is undefined", () => {
  let built = 0;
  const value = onFirstUse(() => void built++);
  assert.equal(built, 0);
  assert.deepEqual([value(), value(), built], [undefined, undefined, 1]);
});
