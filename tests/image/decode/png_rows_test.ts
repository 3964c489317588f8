// Proves that plain PNGs, which are read row by row, give the pixels and facts that ImageMagick's decoder gives, and that every
// other PNG is left to it. ImageMagick reads the same pixels and chunks in Adam7's order.
import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { decodePhoto } from "../../../shared/image/decode/decode.ts";
import type { DecodedPhoto } from "../../../shared/image/decode/decoded_photo.ts";
import { rgbProfile } from "../../../shared/image/decode/icc_profile.ts";
import { inspectPhoto } from "../../../shared/image/decode/inspect_photo.ts";
import { isPlainPng, readPngRows } from "../../../shared/image/decode/png/read_png_rows.ts";
import { wholeReduction } from "../../../shared/image/plan.ts";
import { rectOf } from "../../../shared/image/raster.ts";
import { concat, latin1, u32 } from "../../helpers/bytes.ts";
import { countInflated } from "../../helpers/count_inflated.ts";
import { DISPLAY_P3 } from "../../helpers/display_p3.ts";
import { exif } from "../../helpers/metadata.ts";
import {
  adam7Rows,
  filteredRows,
  pngOf,
  type PngParts,
  type Samples,
} from "../../helpers/png_files.ts";
import { seeded } from "../../helpers/random.ts";
import { valueOf } from "../../helpers/result.ts";
import { pngChunk } from "../../helpers/tiny_files.ts";

/** Noise; `alphaOf` gives the alpha of RGBA. */
function noise(
  width: number,
  height: number,
  channels: 3 | 4,
  alphaOf: (i: number) => number = (i) => (i * 37) % 256,
): Samples {
  const random = seeded(width * 97 + height);
  const data = Uint8Array.from(
    { length: width * height * channels },
    (_, i) => channels === 4 && i % 4 === 3 ? alphaOf(i >> 2) : random(256),
  );
  return { width, height, channels, data };
}

const colorTypeOf = ({ channels }: Samples) => channels === 4 ? 6 : 2;

function plain(samples: Samples, parts: Partial<PngParts> = {}): Uint8Array<ArrayBuffer> {
  const rows = filteredRows(samples, (y) => (y * y + (y >> 2)) % 5);
  return pngOf({ ...samples, colorType: colorTypeOf(samples), rows, ...parts });
}

function interlaced(samples: Samples, parts: Partial<PngParts> = {}): Uint8Array<ArrayBuffer> {
  const colorType = colorTypeOf(samples);
  return pngOf({ ...samples, colorType, rows: adam7Rows(samples), interlace: 1, ...parts });
}

async function read(file: Uint8Array, longSidePx: number): Promise<DecodedPhoto> {
  const header = valueOf(inspectPhoto(file, { maxPixels: 64e6 }));
  return valueOf(await decodePhoto(file, header, longSidePx, undefined, true));
}

/** Fails unless the rows of a plain PNG give what ImageMagick gives of the interlaced one. */
async function assertSame(
  samples: Samples,
  longSidePx: number,
  parts: Partial<PngParts> = {},
  tolerance = 0,
): Promise<void> {
  const [file, other] = [plain(samples, parts), interlaced(samples, parts)];
  assert.equal(isPlainPng(file), true);
  assert.equal(isPlainPng(other), false);
  using ours = await read(file, longSidePx);
  using theirs = await read(other, longSidePx);
  const factsOf = (photo: DecodedPhoto) => [
    photo.size,
    photo.hasAlpha,
    photo.originalSize,
    photo.damaged,
    photo.endMissing,
    photo.profileIgnored,
  ];
  assert.deepEqual(factsOf(ours), factsOf(theirs));
  const [mine, expected] = [ours, theirs].map((photo) => photo.read(rectOf(photo.size)).data);
  const wrong = mine.findIndex((value, i) => Math.abs(value - expected[i]) > tolerance);
  assert.equal(wrong, -1, `${mine[wrong]}, not ${expected[wrong]}, at ${wrong}`);
}

/** Sizes, and longer sides of the working image: factors 1 to 8, also with a part of a block at the end. */
const SIZES = [
  [1, 1, 100],
  [7, 5, 100],
  [5, 9, 100],
  [64, 33, 32],
  [101, 67, 50],
  [67, 101, 34],
  [161, 3, 40],
  [255, 100, 32],
];

for (const channels of [3, 4] as const) {
  Deno.test(`a plain PNG of ${channels} channels has the pixels of ImageMagick's decoder`, async () => {
    for (const [width, height, longSidePx] of SIZES) {
      await assertSame(noise(width, height, channels), longSidePx);
    }
  });
}

Deno.test("an RGBA picture without transparency is opaque", async () => {
  await assertSame(noise(64, 33, 4, () => 255), 32);
});

Deno.test("a picture that is transparent as a whole keeps its alpha", async () => {
  await assertSame(noise(64, 33, 4, () => 0), 32);
});

Deno.test("the data may be in several chunks, of any size and compression", async () => {
  const samples = noise(64, 33, 3);
  for (const chunks of [2, 3, 300]) await assertSame(samples, 32, { chunks });
  const stored = deflateSync(filteredRows(samples, () => 4), { level: 0 });
  const file = plain(samples, { zlib: stored });
  using ours = await read(file, 32);
  using theirs = await read(interlaced(samples), 32);
  assert.deepEqual(ours.read(rectOf(ours.size)), theirs.read(rectOf(theirs.size)));
});

const chunk = (name: string, data: ArrayLike<number>) => pngChunk(name, Uint8Array.from(data));
const CHUNKS: Record<string, Uint8Array> = {
  "a profile for a wide gamut": chunk(
    "iCCP",
    concat(latin1("P3\0"), [0], deflateSync(rgbProfile("P3", DISPLAY_P3))),
  ),
  "a damaged profile": chunk("iCCP", concat(latin1("P3\0"), [0], deflateSync(new Uint8Array(200)))),
  "sRGB": chunk("sRGB", Uint8Array.of(0)),
  "a usual gamma": chunk("gAMA", u32(45_455)),
  "a linear gamma": chunk("gAMA", u32(100_000)),
  "a gamma of 1.8": chunk("gAMA", u32(55_556)),
  "primaries": chunk(
    "cHRM",
    concat(...[31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000].map((n) => u32(n))),
  ),
  "a resolution and a time": concat(
    chunk("pHYs", concat(u32(2_835), u32(2_835), [1])),
    chunk("tIME", Uint8Array.of(7, 233, 11, 29, 1, 2, 3)),
  ),
  "a background colour": chunk("bKGD", Uint8Array.of(0, 9, 0, 9, 0, 9)),
  "fewer significant bits": chunk("sBIT", Uint8Array.of(5, 6, 5)),
  "a palette as a suggestion": chunk("PLTE", Uint8Array.of(1, 2, 3, 4, 5, 6)),
  "a text": chunk("tEXt", latin1("Comment\0IDAT IHDR tRNS")),
};
for (const [what, extra] of Object.entries(CHUNKS)) {
  Deno.test(`a plain PNG with ${what} is read as ImageMagick reads it`, async () => {
    // ImageMagick scales a linear picture by itself, and rounds differently; its dark levels are far apart.
    await assertSame(noise(64, 32, 3), 32, { extra: [extra] }, what === "a linear gamma" ? 6 : 0);
  });
}

Deno.test("a plain PNG is turned as its EXIF block says, and its size is that of the upright photo", async () => {
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const extra = [chunk("eXIf", exif(orientation).subarray(6))];
    // Whole blocks only: ImageMagick's are counted from the upright picture's edges.
    await assertSame(noise(64, 32, 3), 32, { extra });
    await assertSame(noise(32, 64, 4), 32, { extra });
  }
});

const OTHERS: Record<string, Partial<PngParts>> = {
  "grey": { colorType: 0 },
  "a palette": { colorType: 3 },
  "grey and alpha": { colorType: 4 },
  "16 bits": { depth: 16 },
  "Adam7's order": { interlace: 1 },
  "a transparent colour": { extra: [chunk("tRNS", Uint8Array.of(0, 9, 0, 9, 0, 9))] },
  "no data": { chunks: 0 },
};
Deno.test("a PNG whose header is not its first chunk is left to ImageMagick, which refuses it", async () => {
  const file = plain(noise(40, 30, 3));
  file.set(latin1("iHDr"), 12);
  assert.equal(isPlainPng(file), false);
  const header = inspectPhoto(file, { maxPixels: 64e6 });
  const photo = header.ok ? await decodePhoto(file, header.value, 20) : header;
  assert.equal(photo.ok ? "" : photo.error.code, "invalid_image");
});

for (const [what, parts] of Object.entries(OTHERS)) {
  Deno.test(`a PNG with ${what} is left to ImageMagick`, () => {
    assert.equal(isPlainPng(plain(noise(40, 30, 3), parts)), false);
  });
}

Deno.test("a picture that no whole number reduces is reduced by the next smaller one, and scaled by ImageMagick", async () => {
  assert.equal(wholeReduction({ width: 40, height: 30 }, 31), 1);
  for (const channels of [3, 4] as const) await assertSame(noise(40, 30, channels), 31);
  assert.equal(wholeReduction({ width: 92, height: 60 }, 40), 2);
  using photo = await read(plain(noise(92, 60, 3)), 40);
  assert.deepEqual([photo.size, photo.originalSize], [
    { width: 40, height: 26 },
    { width: 92, height: 60 },
  ]);
});

const samples = noise(40, 30, 3);
const filtered = filteredRows(samples, () => 1);
const zlib = Uint8Array.from(deflateSync(filtered));
const changed = (bytes: Uint8Array, at: number, value: number) => bytes.with(at, value);
const DAMAGED: Record<string, Partial<PngParts>> = {
  "is cut off": { zlib: zlib.subarray(0, zlib.length / 2) },
  "has a wrong checksum": { zlib: changed(zlib, zlib.length - 1, zlib[zlib.length - 1] ^ 1) },
  "has an unknown filter": { rows: changed(filtered, 121 * 7, 5) },
  "has too few rows": { rows: filtered.subarray(0, 121 * 20) },
  "is not zlib's": { zlib: new Uint8Array(100) },
};
for (const [how, parts] of Object.entries(DAMAGED)) {
  Deno.test(`a plain PNG whose data ${how} is refused as damaged`, async () => {
    const file = plain(samples, parts);
    const header = valueOf(inspectPhoto(file, { maxPixels: 64e6 }));
    const photo = await decodePhoto(file, header, 20);
    assert.equal(photo.ok ? "" : photo.error.code, "invalid_image");
    assert.match(
      photo.ok ? "" : photo.error.message,
      /^The png file is damaged: .+ Send it again\.$/,
    );
  });
}

Deno.test("a picture is read whose data continues behind it, or lacks its checksum", async () => {
  const expected = valueOf(await readPngRows(plain(samples), samples, 2));
  const more = (bytes: number, fill: number) => concat(filtered, new Uint8Array(bytes).fill(fill));
  const parts: Partial<PngParts>[] = [
    { rows: more(1 << 20, 0) },
    { rows: more(200, 9) },
    { zlib: zlib.subarray(0, zlib.length - 4) },
  ];
  for (const part of parts) {
    assert.deepEqual(
      valueOf(await readPngRows(plain(samples, part), samples, 2)),
      expected,
    );
  }
});

Deno.test("data behind the picture is not inflated", async () => {
  const rows = concat(filtered, new Uint8Array(64 << 20));
  const file = plain(samples, { rows });
  const { inflated } = await countInflated(() => readPngRows(file, samples, 2));
  assert.ok(inflated < 34 << 20, `${inflated}`);
});

Deno.test("a listener stops the reading at a row", async () => {
  const file = plain(samples);
  let steps = 0;
  const stopped = await readPngRows(file, samples, 2, () => ++steps < 5);
  assert.equal(stopped.ok ? "" : stopped.error.code, "image_too_costly");
  assert.equal(steps, 5);
});

Deno.test("one wrong byte anywhere is damage or another picture, and never throws", async () => {
  const file = plain(noise(9, 7, 3), { chunks: 3 });
  for (let at = 0; at < file.length; at++) {
    const broken = file.slice();
    broken[at] ^= 0xff;
    const header = inspectPhoto(broken, { maxPixels: 64e6 });
    if (!header.ok) continue;
    const photo = await decodePhoto(broken, header.value, 2_048);
    if (photo.ok) photo.value[Symbol.dispose]();
    else assert.equal(photo.error.code, "invalid_image", `byte ${at}`);
  }
});
