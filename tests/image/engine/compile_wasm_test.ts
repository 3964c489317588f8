// Proves that compiling a WASM file leaves no copy of the file in memory.
import assert from "node:assert/strict";
import { compileWasm } from "../../../shared/image/engine/compile_wasm.ts";

Deno.test("a compiled WASM file's bytes are freed at once", async () => {
  const file = new URL("x86/magick.wasm", import.meta.resolve("@imagemagick/magick-wasm"));
  const { size } = await Deno.stat(file);
  const before = Deno.memoryUsage().external;
  const module = await compileWasm(file);
  const kept = Deno.memoryUsage().external - before;
  assert.ok(kept < size / 10, `${kept} of ${size} bytes are kept`);
  assert.ok(WebAssembly.Module.exports(module).length > 0);
});
