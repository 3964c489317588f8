// Proves that the first frame of an animation is read at its place on the whole canvas, which is transparent around
// it, and that the canvas is the photo's size, also for the checks before decoding.
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { readGifFrame } from "../../../shared/image/decode/gif_frame.ts";
import { inspectPhoto } from "../../../shared/image/decode/inspect_photo.ts";
import type { Rect, Size } from "../../../shared/image/raster.ts";
import { webpAnimation, type WebpFrame } from "../../helpers/bombs.ts";
import { concat, latin1, le16 } from "../../helpers/bytes.ts";
import { expectReply } from "../../helpers/call.ts";
import { partsOf } from "../../helpers/file_parts.ts";
import { decoded } from "../../helpers/fixtures.ts";
import { sendPhoto } from "../../helpers/in_process_photo.ts";
import { fileOf } from "../../helpers/magick_files.ts";
import { assertNear, at, draw, type Rgba, solid, within } from "../../helpers/pixels.ts";
import { assertFails, valueOf } from "../../helpers/result.ts";
import { greyGif } from "../../helpers/tiny_files.ts";

const GREY = 40;
const GREY_COLOR: Rgba = [160, 160, 160, 255];
const CLEAR: Rgba = [0, 0, 0, 0];

/** A GIF of two frames of 8 x 8, the first of one grey. */
function gif({ screen, x, y }: { screen: Size; x: number; y: number }): Uint8Array<ArrayBuffer> {
  const file = greyGif([GREY, 9]);
  file.set([...le16(screen.width), ...le16(screen.height)], 6);
  file.set([...le16(x), ...le16(y)], file.indexOf(0x2c, 13 + 3 * 64) + 1);
  return file;
}

async function assertFrame(
  file: Uint8Array<ArrayBuffer>,
  canvas: Size,
  frame: Rect,
  colorOf: (x: number, y: number) => Rgba,
  tolerance = 0,
): Promise<void> {
  const header = valueOf(inspectPhoto(file, { maxPixels: 1e7 }));
  assert.deepEqual({ width: header.width, height: header.height }, canvas);
  using photo = await decoded(file);
  assert.deepEqual([photo.size, photo.originalSize], [canvas, canvas]);
  const image = photo.read({ x: 0, y: 0, ...canvas });
  for (let y = 0; y < canvas.height; y++) {
    for (let x = 0; x < canvas.width; x++) {
      const inside = within(frame, x, y);
      const expected = inside ? colorOf(x - frame.x, y - frame.y) : CLEAR;
      const seen = at(image, x, y);
      if (!inside) assert.deepEqual(seen, CLEAR, `${x}, ${y}`);
      else if (expected[3] === 0) assert.equal(seen[3], 0, `${x}, ${y}`);
      else assertNear(seen, expected, tolerance, `${x}, ${y}`);
    }
  }
}

const PLACES: [what: string, screen: Size, x: number, y: number, canvas: Size][] = [
  ["in the middle", { width: 30, height: 20 }, 11, 7, { width: 30, height: 20 }],
  ["in the corner", { width: 30, height: 20 }, 0, 0, { width: 30, height: 20 }],
  ["at the far corner", { width: 30, height: 20 }, 22, 12, { width: 30, height: 20 }],
  ["beyond the screen", { width: 30, height: 20 }, 26, 2, { width: 34, height: 20 }],
  ["that is larger than the screen", { width: 4, height: 4 }, 0, 0, { width: 8, height: 8 }],
  ["on a screen of no size", { width: 0, height: 0 }, 3, 1, { width: 11, height: 9 }],
];
for (const [what, screen, x, y, canvas] of PLACES) {
  Deno.test(`decodePhoto() puts the first frame of a GIF ${what} at its place`, async () => {
    const frame = { x, y, width: 8, height: 8 };
    await assertFrame(gif({ screen, x, y }), canvas, frame, () => GREY_COLOR);
  });
}

Deno.test("decodePhoto() keeps the transparent pixels of a GIF's first frame", async () => {
  const file = gif({ screen: { width: 30, height: 20 }, x: 4, y: 6 });
  const control = file.indexOf(0x21, 13 + 3 * 64);
  file[control + 3] = 1; // has a transparent colour
  file[control + 6] = GREY;
  using photo = await decoded(file);
  assert.deepEqual(photo.size, { width: 30, height: 20 });
  assert.ok(
    photo.read({ x: 0, y: 0, ...photo.size }).data.every((value, i) => i % 4 < 3 || value === 0),
  );
});

const FRAME = { width: 20, height: 12 };
const picture = draw(FRAME, (x, y) => [x * 12, y * 20, 90, x < 6 ? 0 : 255]);
const chunk = async (file: Promise<Uint8Array>, name: string) =>
  partsOf(await file).find((part) => part.name === name)!.data;
const frames: [what: string, frame: WebpFrame, colorOf: (x: number, y: number) => Rgba, number][] =
  [
    [
      "lossy",
      {
        ...FRAME,
        vp8: await chunk(fileOf(solid(FRAME, [200, 60, 40, 255]), MagickFormat.WebP), "VP8 "),
      },
      () => [200, 60, 40, 255],
      4,
    ],
    [
      "lossless, partly transparent",
      {
        ...FRAME,
        vp8l: await chunk(
          fileOf(picture, MagickFormat.WebP, {
            quality: 100,
            edit: (image) => image.settings.setDefine(MagickFormat.WebP, "lossless", true),
          }),
          "VP8L",
        ),
      },
      (x, y) => x < 6 ? CLEAR : at(picture, x, y),
      0,
    ],
  ];
for (const [what, frame, colorOf, tolerance] of frames) {
  for (const [x, y] of [[0, 0], [14, 8], [40, 28]]) {
    Deno.test(`decodePhoto() puts a ${what} first frame of a WebP at ${x}, ${y} of its canvas`, async () => {
      const canvas = { width: 60, height: 40 };
      const file = webpAnimation(canvas, { ...frame, x, y }, 2);
      await assertFrame(file, canvas, { x, y, ...FRAME }, colorOf, tolerance);
    });
  }
}

Deno.test("inspectPhoto() applies the limits to the canvas, not to the first frame", () => {
  const large = gif({ screen: { width: 4_000, height: 3_000 }, x: 0, y: 0 });
  assertFails(inspectPhoto(large, { maxPixels: 1e7 }), "image_too_large");
  const far = gif({ screen: { width: 8, height: 8 }, x: 60_000, y: 60_000 });
  assertFails(inspectPhoto(far, { maxPixels: 1e7 }), "image_too_large");
  const webp = webpAnimation({ width: 4_000, height: 3_000 }, frames[0][1], 1);
  assertFails(inspectPhoto(webp, { maxPixels: 1e7 }), "image_too_large");
});

Deno.test("the answer's original_size is an animation's canvas, even if its first frame is smaller", async () => {
  const canvas = { width: 300, height: 200 };
  for (
    const file of [
      gif({ screen: canvas, x: 90, y: 50 }),
      webpAnimation(canvas, { ...frames[0][1], x: 90, y: 50 }, 2),
    ]
  ) {
    const { body } = await expectReply(sendPhoto(file));
    assert.deepEqual(body.metadata.original_size, [300, 200]);
  }
});

Deno.test("readGifFrame() finds the frame after extensions, a palette and stray bytes, or nothing if there is none", () => {
  const file = gif({ screen: { width: 30, height: 20 }, x: 11, y: 7 });
  const frame = { x: 11, y: 7, width: 8, height: 8 };
  const start = 13 + 3 * 64;
  const comment = concat([0x21, 0xfe], [5], latin1("a,;!,"), [3], latin1(",,,"), [0]);
  const more = concat(file.subarray(0, start), comment, [0, 0, 0x55], file.subarray(start));
  assert.deepEqual(readGifFrame(more), { canvas: { width: 30, height: 20 }, frame });
  assert.equal(readGifFrame(concat(file.subarray(0, start), [0x3b], file.subarray(start))), null);
  const bare = concat(file.subarray(0, start), [0x21, 0xfe, 200], new Uint8Array(10));
  assert.equal(readGifFrame(bare), null);
  for (let length = 0; length < start + 18; length++) {
    assert.equal(readGifFrame(file.subarray(0, length))?.frame.width ?? 8, 8);
  }
});
