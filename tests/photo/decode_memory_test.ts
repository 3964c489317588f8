// Proves which photos' decoding fills or exceeds an isolate's memory.
import assert from "node:assert/strict";
import type { DecodeLoad } from "../../shared/image/decode/decode_load.ts";
import type { InputFormat } from "../../shared/image/image_format.ts";
import type { PhotoHeader } from "../../shared/image/decode/inspect_photo.ts";
import { exceedsMemory, fillsMemory } from "../../shared/photo/decode_memory.ts";

function headerOf(
  format: InputFormat,
  megapixels: number,
  megabytes: number,
  load: Partial<DecodeLoad> = {},
): PhotoHeader {
  const height = Math.round(Math.sqrt(megapixels * 1e6 * 3 / 4));
  return {
    format,
    width: Math.round(height * 4 / 3),
    height,
    load: { bytes: megabytes * 1e6, ...load },
  } as PhotoHeader;
}

const PHOTOS: [what: string, header: PhotoHeader, fills: boolean, exceeds: boolean][] = [
  ["a JPEG of 200 megapixels", headerOf("jpeg", 200, 60), false, false],
  ["a PNG of 12 megapixels", headerOf("png", 12.2, 22), false, false],
  ["a TIFF of 12 megapixels", headerOf("tiff", 12.2, 36.6), false, false],
  ["a BMP of 12 megapixels", headerOf("bmp", 12.2, 36.6), true, false],
  ["a WebP of 12 megapixels", headerOf("webp", 12.2, 1.2), false, false],
  ["a WebP of 24 megapixels", headerOf("webp", 24, 2.7), true, false],
  ["a WebP of 24 megapixels with alpha", headerOf("webp", 24, 2.7, { alpha: true }), true, true],
  ["an AVIF of 12 megapixels", headerOf("avif", 12.2, 0.9), true, false],
  ["the same with full chroma", headerOf("avif", 12.2, 0.9, { fullChroma: true }), true, true],
  ["an AVIF of 24 megapixels", headerOf("avif", 24, 1.5), true, true],
  ["a HEIC of 12 megapixels", headerOf("heic", 12.2, 1.7), false, false],
  ["the same with 10 bits", headerOf("heic", 12.2, 1.7, { deep: true }), true, false],
  ["a HEIC of 48 megapixels", headerOf("heic", 48, 6), true, true],
];
for (const [what, header, fills, exceeds] of PHOTOS) {
  Deno.test(`decoding ${what} ${exceeds ? "exceeds" : fills ? "fills" : "fits into"} an isolate's memory`, () => {
    assert.deepEqual([fillsMemory(header), exceedsMemory(header)], [fills, exceeds]);
  });
}

Deno.test("a row of a HEIC's tiles counts for itself", () => {
  const header = headerOf("heic", 48, 6);
  assert.equal(exceedsMemory(header, { width: 8_192, height: 512 }), false);
});
