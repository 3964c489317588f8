import assert from "node:assert/strict";
import { MemoryBudget } from "../../shared/isolate/memory_budget.ts";

Deno.test("bodies share the room that there is", () => {
  const room = new MemoryBudget(100);
  using first = room.hold();
  using second = room.hold();
  assert.equal(first.take(60), true);
  assert.equal(second.take(40), true);
  assert.equal(second.take(1), false);
  assert.equal(second.refused, true);
  assert.equal(first.refused, false);
});

Deno.test("a body that is alone has the room that its own limit gives it", () => {
  const room = new MemoryBudget(100);
  using only = room.hold();
  assert.equal(only.take(1_000), true);
});

Deno.test("room comes back when a body is read, and when its request is over", () => {
  const room = new MemoryBudget(100);
  using first = room.hold();
  first.take(90);
  first.settle(30);
  {
    using second = room.hold();
    assert.equal(second.take(70), true);
  }
  using third = room.hold();
  assert.equal(third.take(70), true);
});
