// Proves that unusual encodings are refused from the header under a budget, and that the estimate counts everything
// costly.
import assert from "node:assert/strict";
import type { DecodeLoad } from "../../shared/image/decode/decode_load.ts";
import type { InputFormat } from "../../shared/image/image_format.ts";
import { inspectPhoto } from "../../shared/image/decode/inspect_photo.ts";
import { readDecodeLoad } from "../../shared/image/decode/decode_load.ts";
import { checkCpuBudget } from "../../shared/photo/check_cpu_budget.ts";
import { estimateDecodeMs } from "../../shared/photo/estimate_decode.ts";
import { rawTiff } from "../helpers/raw_tiff.ts";
import { assertFails, valueOf } from "../helpers/result.ts";

const LIMITS = { maxPixels: 64e6 };
const plain: DecodeLoad = {
  bytes: 1e6,
  alpha: false,
  profile: false,
  ink: false,
  grey: false,
  scans: 1,
};

function estimateOf(format: InputFormat, load: Partial<DecodeLoad>): number {
  return estimateDecodeMs({ format, width: 2_400, height: 1_800, load: { ...plain, ...load } });
}

Deno.test("a fax of 2,122 bytes is refused under a budget, and one of 9 megapixels always", () => {
  const data = new Uint8Array(2_000).fill(255);
  const fax = (width: number, height: number) =>
    rawTiff({ width, height, samples: 1, bits: 1, photometric: 0, compression: 4, data });
  const small = fax(1_000, 1_000);
  const header = valueOf(inspectPhoto(small, LIMITS));
  const full = { ...header, load: readDecodeLoad(small, header) };
  const refusal = checkCpuBudget(full, "webp", 2_000);
  assert.equal(refusal?.code, "image_too_costly");
  assert.match(refusal!.message, /compressed like a fax.*Convert it to JPEG/);
  assert.equal(checkCpuBudget(full, "webp", 0), null);
  for (const [width, height] of [[3_300, 3_000], [4_280, 3_200]]) {
    assertFails(inspectPhoto(fax(width, height), LIMITS), "image_too_costly");
  }
});

Deno.test("samples of 64 bits in 234 bytes are refused, with and without a CPU budget", () => {
  const file = rawTiff({ width: 5_000, height: 5_000, samples: 3, bits: 64, format: 3, bytes: 8 });
  assert.ok(file.length < 300);
  assertFails(inspectPhoto(file, LIMITS), "image_too_costly");
});

Deno.test("a WebP of 34 bytes and 8000 x 8000 pixels is refused without a budget", () => {
  const file = new Uint8Array(34);
  const view = new DataView(file.buffer);
  file.set(new TextEncoder().encode("RIFF\x1a\0\0\0WEBPVP8L"));
  view.setUint32(16, 14, true);
  file[20] = 0x2f;
  view.setUint32(21, (7_999 << 14 | 7_999) >>> 0, true);
  assertFails(inspectPhoto(file, LIMITS), "image_too_costly");
});

Deno.test("the estimate grows with each cost", () => {
  const formats: InputFormat[] = ["jpeg", "png", "webp", "heic", "avif", "tiff", "bmp", "gif"];
  for (const format of formats) {
    const usual = estimateOf(format, {});
    for (const load of [{ alpha: true }, { profile: true }, { ink: true }]) {
      assert.ok(estimateOf(format, load) > 1.1 * usual, `${format} ${JSON.stringify(load)}`);
    }
  }
  for (const format of ["webp", "heic", "avif", "jpeg"] as const) {
    assert.ok(estimateOf(format, { bytes: 8e6 }) > estimateOf(format, {}), format);
  }
  assert.ok(estimateOf("jpeg", { scans: 30, bytes: 8e6 }) > 3 * estimateOf("jpeg", { bytes: 8e6 }));
});
