// Proves how simultaneous bodies share an isolate's memory.
import assert from "node:assert/strict";
import { MemoryBudget } from "../../shared/isolate/memory_budget.ts";

Deno.test("bodies share the available memory", () => {
  const room = new MemoryBudget(100);
  using first = room.reserve();
  using second = room.reserve();
  assert.equal(first.grow(60), true);
  assert.equal(second.grow(40), true);
  assert.equal(second.grow(1), false);
  assert.equal(second.refused, true);
  assert.equal(first.refused, false);
});

Deno.test("a single body may use the memory of its own limit", () => {
  const room = new MemoryBudget(100);
  using only = room.reserve();
  assert.equal(only.grow(1_000), true);
});

Deno.test("memory is released after a body is read, and at its request's end", () => {
  const room = new MemoryBudget(100);
  using first = room.reserve();
  first.grow(90);
  first.shrinkTo(30);
  {
    using second = room.reserve();
    assert.equal(second.grow(70), true);
  }
  using third = room.reserve();
  assert.equal(third.grow(70), true);
});
