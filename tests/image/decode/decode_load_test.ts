// Proves that the facts that decide a file's decoding cost are read from its headers, for every format.
import assert from "node:assert/strict";
import { ColorSpace, type IMagickImage, MagickFormat } from "@imagemagick/magick-wasm";
import { type DecodeLoad, readDecodeLoad } from "../../../shared/image/decode/decode_load.ts";
import { rgbProfile, srgbProfile } from "../../../shared/image/decode/icc_profile.ts";
import { inspectPhoto } from "../../../shared/image/decode/inspect_photo.ts";
import { box, jpegOfScans } from "../../helpers/bombs.ts";
import { concat, latin1, u16, u32 } from "../../helpers/bytes.ts";
import { DISPLAY_P3 } from "../../helpers/display_p3.ts";
import { fixture } from "../../helpers/fixtures.ts";
import { cmykJpeg, fileOf } from "../../helpers/magick_files.ts";
import { solid } from "../../helpers/pixels.ts";
import { valueOf } from "../../helpers/result.ts";
import { rawTiff } from "../../helpers/raw_tiff.ts";

const SIZE = { width: 40, height: 30 };
const opaque = solid(SIZE, [200, 100, 50, 255]);
const clear = solid(SIZE, [200, 100, 50, 100]);
const p3 = rgbProfile("Display P3", DISPLAY_P3);

function loadOf(file: Uint8Array): DecodeLoad {
  return readDecodeLoad(file, valueOf(inspectPhoto(file, { maxPixels: 64e6 })));
}

/** Opaque files of the formats whose encoders add alpha to every picture. */
const OPAQUE: Record<string, () => Promise<Uint8Array> | Uint8Array> = {
  Avif: () => fixture("formats/medium.avif"),
  Tiff: () => rawTiff({ ...SIZE, samples: 3 }),
  Bmp: () => fileOf(opaque, MagickFormat.Bmp3),
};
const WITH_ALPHA = ["Png", "WebP", "Tiff", "Bmp", "Gif", "Avif"] as const;
for (const format of WITH_ALPHA) {
  Deno.test(`readDecodeLoad() detects whether a ${format} may be transparent`, async () => {
    const seeThrough = format === "Gif" ? solid(SIZE, [0, 0, 0, 0]) : clear;
    assert.equal(loadOf(await fileOf(seeThrough, MagickFormat[format])).alpha, true);
    const file = await (OPAQUE[format]?.() ?? fileOf(opaque, MagickFormat[format]));
    assert.equal(loadOf(file).alpha, false);
    assert.equal(loadOf(file).bytes, file.length);
  });
}

for (const format of ["Jpeg", "Png", "WebP", "Tiff"] as const) {
  Deno.test(`readDecodeLoad() detects whether a ${format} has a profile other than sRGB`, async () => {
    assert.equal(loadOf(await fileOf(opaque, MagickFormat[format], { icc: p3 })).profile, true);
    assert.equal(loadOf(await fileOf(opaque, MagickFormat[format])).profile, false);
  });
}

Deno.test("readDecodeLoad() ignores the cost of sRGB's own profile in a JPEG", async () => {
  const file = await fileOf(opaque, MagickFormat.Jpeg, { icc: srgbProfile() });
  assert.equal(loadOf(file).profile, false);
});

Deno.test("readDecodeLoad() detects a JPEG's inks, grey and scans", async () => {
  const grey = (image: IMagickImage) => void (image.colorSpace = ColorSpace.Gray);
  assert.equal(loadOf(await cmykJpeg(new Uint8Array(40 * 30 * 4), SIZE)).ink, true);
  assert.equal(loadOf(await fileOf(opaque, MagickFormat.Jpeg, { edit: grey })).grey, true);
  const plain = loadOf(await fileOf(opaque, MagickFormat.Jpeg));
  assert.deepEqual([plain.ink, plain.grey, plain.scans], [false, false, 1]);
  const progressive = await fileOf(opaque, MagickFormat.Pjpeg);
  assert.equal(loadOf(jpegOfScans(progressive, 15)).scans, loadOf(progressive).scans + 15);
});

Deno.test("readDecodeLoad() skips the bytes before the image", async () => {
  const file = await fileOf(opaque, MagickFormat.Jpeg, { icc: p3 });
  const behind = concat([0x0d, 0x0a], file);
  assert.deepEqual(loadOf(behind), loadOf(file));
});

const USUAL = [
  rawTiff({ ...SIZE, samples: 3 }),
  rawTiff({ ...SIZE, samples: 4, photometric: 5 }),
  rawTiff({ ...SIZE, samples: 4, bits: 16 }),
  rawTiff({ ...SIZE, samples: 1, photometric: 1 }),
];
const UNUSUAL: [Parameters<typeof rawTiff>[0], RegExp][] = [
  [{ ...SIZE, samples: 1, bits: 1, photometric: 0, compression: 4 }, /like a fax/],
  [{ ...SIZE, samples: 3, photometric: 8 }, /Lab/],
  [{ ...SIZE, samples: 3, bits: 32 }, /32 bits a sample/],
  [{ ...SIZE, samples: 3, bits: 64, format: 3 }, /64 bits a sample/],
  [{ ...SIZE, samples: 16 }, /16 samples a pixel/],
  [{ ...SIZE, samples: 3, tile: 8_192 }, /tiles of 8192 x 8192/],
  [{ width: 16_000, height: 2_000, samples: 3, compression: 8 }, /strips of 96 MB/],
];

Deno.test("a TIFF is unusual by its compression, colours, bits, samples, tiles or strips", () => {
  for (const file of USUAL) assert.equal(loadOf(file).unusual, undefined);
  for (const [parts, expected] of UNUSUAL) {
    assert.match(loadOf(rawTiff({ ...parts, bytes: 20_000 })).unusual ?? "", expected);
  }
});

/** Creates a HEIC of boxes only: items with sizes, and which items consist of which others. */
function heifOf(sizes: [width: number, height: number][], made: [of: number, parts: number[]][]) {
  const ispe = sizes.map(([width, height]) => box("ispe", u32(0), u32(width), u32(height)));
  const associations = sizes.map((_, i) => concat(u16(i + 1), [1, i + 1]));
  return concat(
    box("ftyp", latin1("heic"), u32(0), latin1("mif1heic")),
    box(
      "meta",
      u32(0),
      box("iprp", box("ipco", ...ispe), box("ipma", u32(0), u32(sizes.length), ...associations)),
      box(
        "iref",
        u32(0),
        ...made.map(([of, parts]) => box("dimg", u16(of), u16(parts.length), ...parts.map(u16))),
      ),
    ),
  );
}

Deno.test("a HEIC is unusual if its decoded parts are larger than its picture", async () => {
  const grid = heifOf([[4_000, 3_000], ...Array(48).fill([512, 512])], [
    [1, Array.from({ length: 48 }, (_, i) => i + 2)],
  ]);
  assert.equal(loadOf(concat(grid, new Uint8Array(9_000))).unusual, undefined);
  assert.equal(loadOf(await fixture("formats/medium.heic")).unusual, undefined);
  const bombs = [
    heifOf([[2_000, 1_000], [2_000, 1_000]], [[1, Array(1_000).fill(2)]]), // an overlay of the same picture
    heifOf([[64, 64], [2_000, 2_000]], [[1, [2, 2, 2]]]), // tiles larger than their grid
    heifOf([[2_000, 1_000], [64, 64], [2_000, 1_000]], [[1, Array(50).fill(2)], [2, [3]]]), // indirectly
    heifOf([[64, 64]], [[1, [1]]]), // of itself
  ];
  for (const file of bombs) assert.match(loadOf(file).unusual ?? "", /composed/);
});
