// Proves that a body is refused by its stated length, before any of it is kept, if the isolate has no memory for it.
import assert from "node:assert/strict";
import { MemoryBudget } from "../../../shared/isolate/memory_budget.ts";
import { parseBody } from "../../../shared/photo/body/parse_body.ts";
import { assertFails, valueOf } from "../../helpers/result.ts";

/** A request that states its length, and the number of its pieces that have been read. */
function requestOf(stated: string, pieces: number[]) {
  const seen = { pieces: 0 };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const length = pieces[seen.pieces++];
      if (length) controller.enqueue(new Uint8Array(length));
      else controller.close();
    },
  }, { highWaterMark: 0 });
  const headers = { "content-type": "image/jpeg", "content-length": stated };
  return { request: new Request("http://127.0.0.1/", { method: "POST", headers, body }), seen };
}

Deno.test("a body whose stated length has no room is dropped, and refused at its end", async () => {
  const budget = new MemoryBudget(100);
  using other = budget.reserve();
  other.grow(40);
  using memory = budget.reserve();
  const { request, seen } = requestOf("40", [20, 20]);
  assertFails(await parseBody(request, { maxImageBytes: 1_000, memory }), "isolate_busy");
  assert.equal(memory.bytes, 0);
  assert.equal(seen.pieces, 3);
});

Deno.test("a body that is being dropped takes no room from other bodies", async () => {
  const budget = new MemoryBudget(100);
  using other = budget.reserve();
  other.grow(40);
  using memory = budget.reserve();
  const end = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await end.promise;
      controller.close();
    },
  }, { highWaterMark: 0 });
  const headers = { "content-type": "image/jpeg", "content-length": "40" };
  const request = new Request("http://127.0.0.1/", { method: "POST", headers, body });
  const parsed = parseBody(request, { maxImageBytes: 1_000, memory });
  await new Promise((resolve) => setTimeout(resolve));
  using third = budget.reserve();
  assert.equal(third.grow(50), true);
  end.resolve();
  assertFails(await parsed, "isolate_busy");
});

Deno.test("a body that is longer than it states takes more room as it arrives", async () => {
  const budget = new MemoryBudget(100);
  using other = budget.reserve();
  other.grow(40);
  using memory = budget.reserve();
  const { request } = requestOf("10", [20, 20]);
  assertFails(await parseBody(request, { maxImageBytes: 1_000, memory }), "isolate_busy");
});

for (const stated of ["30", "10", "-1", "1.5", "many"]) {
  Deno.test(`a body of 30 bytes that states "${stated}" is read where there is room`, async () => {
    const budget = new MemoryBudget(100);
    using other = budget.reserve();
    other.grow(40);
    using memory = budget.reserve();
    const { request } = requestOf(stated, [20, 10]);
    const { source } = valueOf(await parseBody(request, { maxImageBytes: 1_000, memory }));
    assert.ok(source.kind === "bytes" && source.bytes.length === 30);
  });
}
