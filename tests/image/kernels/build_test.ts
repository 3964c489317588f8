// Proves that the committed WebAssembly is what the compiler makes of its source.
import assert from "node:assert/strict";
import { buildKernels } from "../../../dev/build_kernels.ts";
import { textOf } from "../../helpers/sources.ts";

Deno.test("deno task kernels gives the committed bytes", async () => {
  assert.equal(await buildKernels(), textOf("shared/image/kernels/kernels_wasm.ts"));
});
