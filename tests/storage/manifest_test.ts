// Proves which manifests are readable.
import assert from "node:assert/strict";
import { type Manifest, readManifest } from "../../shared/storage/manifest.ts";

const GOOD: Manifest = {
  version: 3,
  pipeline: 1,
  original_size: [4032, 3024],
  crop: { x: 608, y: 1066, width: 2634, height: 1360 },
  quality: {
    ...{ edge_contact: 0, edge_width: 1.3, brightness: 0.5, overexposed: null, subjects: 1 },
    half_transparent: 0.01,
  },
  background: { removed: true, provider: "api4ai" },
  warnings: [{ code: "image_damaged", message: "Parts may look wrong." }],
  variants: {
    grid: {
      width: 600,
      height: 400,
      bytes: 28_326,
      format: "webp",
      scale: 0.456,
      crop: { x: 0, y: -45, width: 600, height: 310 },
      subject: null,
      sha256: "0123456789abcdef".repeat(4),
      etag: '"9b2cf535f27731c974343645a3985328"',
    },
  },
};
const read = (text: string) => readManifest(new TextEncoder().encode(text));

Deno.test("a manifest is read as it was written", () => {
  assert.deepEqual(read(JSON.stringify(GOOD)), GOOD);
});

Deno.test("a damaged manifest, or one of another version, is null", () => {
  const text = JSON.stringify(GOOD);
  for (let end = 0; end < text.length; end++) assert.equal(read(text.slice(0, end)), null);
  const grid = GOOD.variants.grid!;
  const wrong = [
    { version: 1 },
    { version: 2 },
    { version: 4 },
    { version: "3" },
    { pipeline: null },
    { original_size: [4032] },
    { original_size: [0, 3024] },
    { crop: undefined },
    { crop: { ...GOOD.crop, width: 0 } },
    { quality: undefined },
    { quality: { ...GOOD.quality, overexposed: 2 } },
    { background: {} },
    { warnings: ["image_damaged"] },
    { variants: { "Other": grid } },
    { variants: { "other-1": grid } },
    { variants: { grid: { ...grid, bytes: -1 } } },
    { variants: { grid: { ...grid, format: "svg" } } },
    { variants: { grid: { ...grid, scale: -1 } } },
    { variants: { grid: { ...grid, crop: undefined } } },
    { variants: { grid: { ...grid, subject: undefined } } },
    { variants: { grid: { ...grid, sha256: undefined } } },
    { variants: { grid: { ...grid, sha256: grid.sha256.slice(1) } } },
    { variants: { grid: { ...grid, sha256: grid.sha256.toUpperCase() } } },
    { variants: { grid: { ...grid, etag: undefined } } },
    { variants: { grid: { ...grid, etag: "" } } },
    { variants: { grid: { ...grid, etag: "e".repeat(201) } } },
  ];
  for (const change of wrong) {
    assert.equal(read(JSON.stringify({ ...GOOD, ...change })), null, JSON.stringify(change));
  }
});
