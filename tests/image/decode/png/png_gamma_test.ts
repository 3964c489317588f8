// Proves that sRGB and an ICC profile precede a PNG's gAMA, as the PNG specification demands (third edition, clause 4.3), for
// plain PNGs and for those that ImageMagick reads.
import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { rgbProfile } from "../../../../shared/image/decode/icc_profile.ts";
import { dropOverriddenGamma } from "../../../../shared/image/decode/mended_file.ts";
import { concat, latin1, u32 } from "../../../helpers/bytes.ts";
import { DISPLAY_P3 } from "../../../helpers/display_p3.ts";
import { decoded } from "../../../helpers/fixtures.ts";
import { adam7Rows, filteredRows, pngOf } from "../../../helpers/png_files.ts";
import { pngChunk } from "../../../helpers/tiny_files.ts";

const SIZE = { width: 32, height: 24 };
const data = Uint8Array.from({ length: 32 * 24 * 3 }, (_, i) => (i * 37) % 256);
const samples = { ...SIZE, channels: 3, data };

const gamma = (value: number) => pngChunk("gAMA", Uint8Array.from(u32(value)));
const OVERRIDING = {
  sRGB: pngChunk("sRGB", Uint8Array.of(0)),
  "an ICC profile": pngChunk(
    "iCCP",
    concat(latin1("P3\0"), [0], deflateSync(rgbProfile("P3", DISPLAY_P3))),
  ),
};

const FORMS = {
  "a plain PNG": (extra: Uint8Array[]) =>
    pngOf({ ...SIZE, colorType: 2, rows: filteredRows(samples, () => 1), extra }),
  "an interlaced PNG": (extra: Uint8Array[]) =>
    pngOf({ ...SIZE, colorType: 2, rows: adam7Rows(samples), interlace: 1, extra }),
  "a grey PNG": (extra: Uint8Array[]) =>
    pngOf({
      ...SIZE,
      rows: filteredRows({ ...SIZE, channels: 1, data: data.subarray(0, 32 * 24) }, () => 0),
      extra,
    }),
};

async function pixelsOf(file: Uint8Array): Promise<Uint8ClampedArray> {
  using photo = await decoded(file);
  return photo.read({ x: 0, y: 0, ...SIZE }).data;
}

for (const [form, pngWith] of Object.entries(FORMS)) {
  for (const [name, chunk] of Object.entries(OVERRIDING)) {
    if (form === "a grey PNG" && name !== "sRGB") continue;
    Deno.test(`${name} in ${form} precedes a gamma, in either order`, async () => {
      const expected = await pixelsOf(pngWith([chunk]));
      for (const value of [100_000, 55_556, 1_000_000]) {
        for (const extra of [[gamma(value), chunk], [chunk, gamma(value)]]) {
          assert.deepEqual(await pixelsOf(pngWith(extra)), expected, `${value}`);
        }
        const twice = pngWith([gamma(value), chunk, gamma(value)]);
        assert.deepEqual(await pixelsOf(twice), expected, `${value} twice`);
      }
    });
  }

  Deno.test(`a linear gamma alone counts in ${form}`, async () => {
    assert.notDeepEqual(await pixelsOf(pngWith([gamma(100_000)])), await pixelsOf(pngWith([])));
  });
}

Deno.test("a PNG of the usual gamma, of no gamma, or of a gamma alone, is not copied", () => {
  const pngWith = FORMS["a plain PNG"];
  const { sRGB } = OVERRIDING;
  for (const extra of [[gamma(45_455), sRGB], [sRGB], [], [gamma(100_000)]]) {
    const file = pngWith(extra);
    assert.equal(dropOverriddenGamma(file), file);
  }
});
