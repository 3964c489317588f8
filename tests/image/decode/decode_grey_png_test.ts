// Proves that the fast decoder of grey PNGs agrees with ImageMagick, and leaves every other file to it.
import { MagickFormat } from "@imagemagick/magick-wasm";
import assert from "node:assert/strict";
import { constants, deflateRawSync, deflateSync } from "node:zlib";
import { decodeGreyPng } from "../../../shared/image/decode/png/decode_grey_png.ts";
import { concat, latin1, u32 } from "../../helpers/bytes.ts";
import { countInflated } from "../../helpers/count_inflated.ts";
import { CARS, fixture } from "../../helpers/fixtures.ts";
import { fileOf, rasterOf } from "../../helpers/magick_files.ts";
import { draw } from "../../helpers/pixels.ts";
import { PNG_SIGNATURE, pngOf, type PngParts } from "../../helpers/png_files.ts";
import { seeded } from "../../helpers/random.ts";
import { pngChunk } from "../../helpers/tiny_files.ts";
import { viewOf } from "../../helpers/view_of.ts";

/** Rows of noise, each after its filter: any bytes are a valid picture. */
function noise(width: number, height: number, filterOf: (y: number) => number): PngParts {
  const random = seeded(width * 97 + height);
  const rows = new Uint8Array((width + 1) * height);
  for (let at = 0; at < rows.length; at++) {
    const [x, y] = [at % (width + 1), Math.floor(at / (width + 1))];
    rows[at] = x === 0 ? filterOf(y) : random(256);
  }
  return { width, height, rows };
}

const SIZES = [[1, 1], [1, 9], [9, 1], [2, 2], [7, 5], [64, 33], [255, 31], [1031, 7]];

/** Fails unless decodeGreyPng() reads the file, with the same result as ImageMagick. */
async function assertSame(file: Uint8Array<ArrayBuffer>, what: string): Promise<void> {
  const mask = await decodeGreyPng(file);
  const image = await rasterOf(file);
  assert.ok(mask, what);
  assert.deepEqual([mask.width, mask.height], [image.width, image.height], what);
  const wrong = mask.data.findIndex((value, i) => value !== image.data[i * 4]);
  assert.equal(
    wrong,
    -1,
    `${what}: ${mask.data[wrong]}, not ${image.data[wrong * 4]}, at ${wrong}`,
  );
}

for (const filter of [0, 1, 2, 3, 4]) {
  Deno.test(`decodeGreyPng() reverses filter ${filter} in every row, including the first`, async () => {
    for (const [width, height] of SIZES) {
      await assertSame(pngOf(noise(width, height, () => filter)), `${width} x ${height}`);
    }
  });
}

Deno.test("decodeGreyPng() reverses different filters in successive rows", async () => {
  for (const [width, height] of [[1, 60], [13, 60], [200, 61]]) {
    const parts = noise(width, height, (y) => (y * y + (y >> 2)) % 5);
    await assertSame(pngOf(parts), `${width} x ${height}`);
  }
});

Deno.test("decodeGreyPng() reads data in several chunks, also of one byte and empty ones", async () => {
  const parts = noise(23, 17, (y) => y % 5);
  for (const chunks of [2, 3, 10, 300, 5_000]) {
    await assertSame(pngOf({ ...parts, chunks }), `${chunks} chunks`);
  }
});

Deno.test("decodeGreyPng() reads data at any compression level", async () => {
  const { width, height, rows } = noise(300, 200, (y) => y % 5);
  for (const level of [0, 1, 9]) {
    await assertSame(pngOf({ width, height, zlib: deflateSync(rows!, { level }) }), `${level}`);
  }
});

Deno.test("decodeGreyPng() ignores chunks that do not affect pixels", async () => {
  const extra = [
    pngChunk("pHYs", concat(u32(2835), u32(2835), [1])),
    pngChunk("tEXt", new TextEncoder().encode("Comment\0IDAT IHDR tRNS")),
  ];
  await assertSame(pngOf({ ...noise(20, 10, () => 4), extra }), "with text");
});

for (const { name } of CARS) {
  Deno.test(`${name}: decodeGreyPng() reads the same mask as ImageMagick`, async () => {
    await assertSame(await fixture(`${name}.mask.png`), name);
  });
}

Deno.test("decodeGreyPng() reads a view from the middle of a buffer and does not change it", async () => {
  const file = pngOf(noise(40, 30, (y) => y % 5));
  const view = viewOf(file);
  assert.deepEqual(await decodeGreyPng(view), await decodeGreyPng(file));
  assert.deepEqual(view, file);
});

const grey = noise(6, 4, () => 1);
const rows = (bytesPerRow: number) => new Uint8Array((bytesPerRow + 1) * 4);

const OTHER_KINDS: Record<string, PngParts> = {
  "RGB": { ...grey, colorType: 2, rows: rows(18) },
  "a palette": { ...grey, colorType: 3, extra: [pngChunk("PLTE", Uint8Array.of(1, 2, 3))] },
  "grey and alpha": { ...grey, colorType: 4, rows: rows(12) },
  "RGBA": { ...grey, colorType: 6, rows: rows(24) },
  "16 bit": { ...grey, depth: 16, rows: rows(12) },
  "4 bit": { ...grey, depth: 4, rows: rows(3) },
  "1 bit": { ...grey, depth: 1, rows: rows(1) },
  "Adam7's order": { ...grey, interlace: 1 },
  "a transparent grey": { ...grey, extra: [pngChunk("tRNS", Uint8Array.of(0, 9))] },
};

for (const [kind, parts] of Object.entries(OTHER_KINDS)) {
  Deno.test(`decodeGreyPng() leaves ${kind} to the full decoder`, async () => {
    assert.equal(await decodeGreyPng(pngOf(parts)), null);
  });
}

Deno.test("decodeGreyPng() leaves ImageMagick's colour PNGs to the full decoder", async () => {
  const picture = draw({ width: 20, height: 10 }, (x, y) => [x * 9, y * 20, 7, 255 - x]);
  assert.equal(await decodeGreyPng(await fileOf(picture, MagickFormat.Png)), null);
});

Deno.test("decodeGreyPng() is null for a file that is truncated anywhere", async () => {
  const file = await fixture("dark.mask.png");
  for (let percent = 0; percent < 100; percent += 2) {
    const part = file.slice(0, Math.floor((file.length * percent) / 100));
    assert.equal(await decodeGreyPng(part), null, `${percent} %`);
  }
});

Deno.test("decodeGreyPng() never throws for a file with any one wrong byte", async () => {
  const file = pngOf({ ...noise(9, 7, (y) => y % 5), chunks: 3 });
  const good = await decodeGreyPng(file);
  for (let at = 0; at < file.length; at++) {
    for (const flip of [1, 0x80, 0xff]) {
      const broken = file.slice();
      broken[at] ^= flip;
      const mask = await decodeGreyPng(broken);
      if (mask) assert.deepEqual(mask, good, `byte ${at} ^ ${flip}`);
    }
  }
});

Deno.test("decodeGreyPng() is null for data that is not zlib's", async () => {
  const random = seeded(3);
  const zlib = deflateSync(grey.rows!);
  const wrong: Record<string, Uint8Array> = {
    "nothing": new Uint8Array(),
    "zeros": new Uint8Array(40),
    "noise": Uint8Array.from({ length: 400 }, () => random(256)),
    "no header": deflateRawSync(grey.rows!),
    "a wrong checksum": zlib.map((byte, i) => i === zlib.length - 1 ? byte ^ 1 : byte),
  };
  for (const [what, data] of Object.entries(wrong)) {
    assert.equal(await decodeGreyPng(pngOf({ ...grey, zlib: data })), null, what);
  }
});

Deno.test("decodeGreyPng() is null for rows that are too short or too long", async () => {
  const whole = grey.rows!;
  for (const wrong of [whole.subarray(1), whole.subarray(0, -1), concat(whole, [0]), rows(600)]) {
    assert.equal(await decodeGreyPng(pngOf({ ...grey, rows: wrong })), null, `${wrong.length}`);
  }
});

for (const filter of [5, 6, 128, 255]) {
  Deno.test(`decodeGreyPng() is null for the unknown filter ${filter}`, async () => {
    for (const row of [0, 3]) {
      const parts = noise(6, 4, (y) => y === row ? filter : 0);
      assert.equal(await decodeGreyPng(pngOf(parts)), null, `row ${row}`);
    }
  });
}

Deno.test("decodeGreyPng() never throws for wrong chunk lengths, nor reads other bytes as rows", async () => {
  const file = pngOf({ ...grey, chunks: 2 });
  const good = await decodeGreyPng(file);
  const [header, first, second] = [8, 33, 33 + 12 + new DataView(file.buffer).getUint32(33)];
  for (const at of [header, first, second]) {
    const { length } = file;
    for (const lie of [0, 1, 12, 14, length, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff]) {
      const broken = file.slice();
      new DataView(broken.buffer).setUint32(at, lie);
      const mask = await decodeGreyPng(broken); // removing only zlib's checksum goes unnoticed
      if (mask) assert.deepEqual(mask, good, `${lie} at ${at}`);
    }
  }
});

Deno.test("decodeGreyPng() is null for a file without a header, a picture or any chunk", async () => {
  const header = pngOf(grey).subarray(8, 33);
  const data = pngChunk("IDAT", deflateSync(grey.rows!));
  for (const parts of [[], [header], [data], [pngChunk("IHDR", new Uint8Array(12)), data]]) {
    assert.equal(await decodeGreyPng(concat(PNG_SIGNATURE, ...parts)), null);
  }
  assert.equal(await decodeGreyPng(new Uint8Array()), null);
});

Deno.test("decodeGreyPng() is null for a header that is not the first chunk", async () => {
  // The earlier size check reads Apple's PNGs too: there the header is the second chunk, at a fixed place.
  const decoy = concat(new Uint8Array(12), latin1("IHDR"), u32(10), u32(10), new Uint8Array(20));
  for (const first of [pngChunk("CgBI", decoy), pngChunk("tEXt", decoy)]) {
    const file = concat(PNG_SIGNATURE, first, pngOf(grey).subarray(8));
    assert.equal(await decodeGreyPng(file), null);
  }
});

Deno.test("decodeGreyPng() is null for an invalid or oversized size", async () => {
  for (
    const [width, height] of [[0, 4], [6, 0], [0, 0], [0xffffffff, 0xffffffff], [0x7fffffff, 1]]
  ) {
    const file = pngOf({ ...grey, width, height });
    assert.equal(await decodeGreyPng(file), null, `${width} x ${height}`);
  }
});

Deno.test("decodeGreyPng() stops soon after the picture's length, however much the data inflates", async () => {
  const zeros = deflateRawSync(new Uint8Array(16 << 20), { finishFlush: constants.Z_SYNC_FLUSH });
  const gigabyte = concat([0x78, 0x9c], ...new Array<Uint8Array>(64).fill(zeros));
  for (const chunks of [1, 7, 5_000]) {
    const file = pngOf({ width: 100, height: 100, zlib: gigabyte, chunks });
    const { inflated, result } = await countInflated(() => decodeGreyPng(file));
    assert.equal(result, null);
    assert.ok(inflated > 0 && inflated <= 32 << 20, `${inflated} bytes of ${chunks} chunks`);
  }
});
