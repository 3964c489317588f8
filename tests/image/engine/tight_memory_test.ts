// Proves that an engine's memory grows by no more than it needs once it is large.
import assert from "node:assert/strict";
import { growTightly } from "../../../shared/image/engine/tight_memory.ts";

const PAGE_BYTES = 65_536;

/** Grows a memory as Emscripten does: it needs some bytes, and prefers a surplus. */
function grow(memory: WebAssembly.Memory, toBytes: number): number {
  const bytes = memory.buffer.byteLength;
  for (const share of [0.2, 0.1, 0.05]) {
    const target = Math.max(toBytes, Math.min(bytes * (1 + share), toBytes + (96 << 20)));
    try {
      memory.grow(Math.ceil(target / PAGE_BYTES) - bytes / PAGE_BYTES);
      return memory.buffer.byteLength;
    } catch {
      continue;
    }
  }
  throw new Error("The memory does not grow.");
}

Deno.test("a memory of more than 64 MB grows by 5 %, or by what is needed", () => {
  growTightly();
  growTightly(); // again without effect
  const memory = new WebAssembly.Memory({ initial: 160, maximum: 8_192 });
  const MB = 1 << 20;
  assert.equal(grow(memory, 11 * MB), 12 * MB);
  assert.equal(grow(memory, 100 * MB), 100 * MB);
  assert.equal(grow(memory, 101 * MB), 105 * MB);
  assert.equal(grow(memory, 150 * MB), 150 * MB);
});
