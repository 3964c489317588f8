import assert from "node:assert/strict";
import { type Manifest, readManifest } from "../../shared/storage/manifest.ts";

const GOOD: Manifest = {
  version: 1,
  pipeline: 1,
  original_size: [4032, 3024],
  background: { removed: true, provider: "api4ai" },
  warnings: [{ code: "image_damaged", message: "Parts may look wrong." }],
  variants: { grid: { width: 600, height: 400, bytes: 28_326, format: "webp" } },
};
const read = (text: string) => readManifest(new TextEncoder().encode(text));

Deno.test("a manifest is read as it was written", () => {
  assert.deepEqual(read(JSON.stringify(GOOD)), GOOD);
});

Deno.test("a manifest that is damaged, or of another version, is none", () => {
  const text = JSON.stringify(GOOD);
  for (let end = 0; end < text.length; end++) assert.equal(read(text.slice(0, end)), null);
  const grid = GOOD.variants.grid!;
  const wrong = [
    { version: 2 },
    { version: "1" },
    { pipeline: null },
    { original_size: [4032] },
    { original_size: [0, 3024] },
    { background: {} },
    { warnings: ["image_damaged"] },
    { variants: { other: grid } },
    { variants: { grid: { ...grid, bytes: -1 } } },
    { variants: { grid: { ...grid, format: "svg" } } },
  ];
  for (const change of wrong) {
    assert.equal(read(JSON.stringify({ ...GOOD, ...change })), null, JSON.stringify(change));
  }
});
