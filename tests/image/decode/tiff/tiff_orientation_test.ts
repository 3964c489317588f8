// Proves that a TIFF's orientation is applied exactly once, whatever its compression, layout and colour model: the
// picture is the stored one, turned as EXIF defines it.
import assert from "node:assert/strict";
import type { Raster } from "../../../../shared/image/raster.ts";
import { decoded } from "../../../helpers/fixtures.ts";
import { at, draw, type Rgba } from "../../../helpers/pixels.ts";
import { psnr } from "../../../helpers/psnr.ts";
import {
  ENCODERS,
  FAX_ENCODERS,
  type TiffEncoder,
  type TiffPart,
} from "../../../helpers/tiff_codecs.ts";
import {
  type TiffField,
  type TiffLayout,
  tiffOf,
  type TiffPicture,
} from "../../../helpers/tiff_files.ts";

const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8];
const [WIDTH, HEIGHT] = [48, 32];
const BLOCK = 8;

/** Blocks of one colour each: all eight turns look different. */
const picture = draw({ width: WIDTH, height: HEIGHT }, (x, y) => {
  const [column, row] = [Math.floor(x / BLOCK), Math.floor(y / BLOCK)];
  return [40 * column + 10, 70 * row + 20, 30 * ((column * 3 + row) % 6) + 40, 255];
});

/** The same in black and white. */
const facsimile = draw({ width: WIDTH, height: HEIGHT }, (x, y) => {
  const [column, row] = [Math.floor(x / BLOCK), Math.floor(y / BLOCK)];
  const black = column + row < 3 || (column === 4 && row === 1);
  return black ? [0, 0, 0, 255] : [255, 255, 255, 255];
});

/** The stored position of the pixel at x, y, for each orientation. */
const SOURCES: Record<number, (x: number, y: number) => readonly [x: number, y: number]> = {
  1: (x, y) => [x, y],
  2: (x, y) => [WIDTH - 1 - x, y],
  3: (x, y) => [WIDTH - 1 - x, HEIGHT - 1 - y],
  4: (x, y) => [x, HEIGHT - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y) => [y, HEIGHT - 1 - x],
  7: (x, y) => [WIDTH - 1 - y, HEIGHT - 1 - x],
  8: (x, y) => [WIDTH - 1 - y, x],
};

function turned(image: Raster, orientation: number): Raster {
  const [width, height] = orientation > 4 ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT];
  return draw({ width, height }, (x, y) => at(image, ...SOURCES[orientation](x, y)));
}

/** The parts of a picture: strips or tiles of chunky samples. */
function partsOf(
  image: Raster,
  { width, height }: { width: number; height: number },
  samples: (
    pixel: Rgba,
  ) => number[],
): TiffPart[] {
  const parts: TiffPart[] = [];
  for (let top = 0; top < HEIGHT; top += height) {
    for (let left = 0; left < WIDTH; left += width) {
      const bytes: number[] = [];
      for (let y = top; y < top + height; y++) {
        for (let x = left; x < left + width; x++) bytes.push(...samples(at(image, x, y)));
      }
      const each = samples([0, 0, 0, 255]).length;
      parts.push({ width, height, samples: each, bytes: Uint8Array.from(bytes) });
    }
  }
  return parts;
}

const LAYOUTS = {
  strips: { part: { width: WIDTH, height: 16 }, planar: false },
  tiles: { part: { width: 16, height: 16 }, planar: false },
  "planes of strips": { part: { width: WIDTH, height: 16 }, planar: true },
  "planes of tiles": { part: { width: 16, height: 16 }, planar: true },
};

async function rgbTiff(
  { compression, encode }: { compression: number; encode: TiffEncoder },
  { part, planar }: typeof LAYOUTS[keyof typeof LAYOUTS],
  orientation: number,
  layout: TiffLayout = {},
  fields?: TiffField[],
): Promise<Uint8Array<ArrayBuffer>> {
  const planes = planar
    ? [0, 1, 2].flatMap((plane) => partsOf(picture, part, (pixel) => [pixel[plane]]))
    : partsOf(picture, part, ([r, g, b]) => [r, g, b]);
  const parts = await Promise.all(planes.map(encode));
  const sides = part.width < WIDTH ? { tile: part } : { rowsPerStrip: part.height };
  const ycbcr = compression === 7 && !planar;
  return tiffOf({
    ...{ width: WIDTH, height: HEIGHT, parts, compression, orientation, planar, ...sides },
    photometric: ycbcr ? 6 : 2,
    fields: fields ?? (ycbcr ? [[530, 3, [1, 1]]] : []),
  }, layout);
}

async function assertTurned(
  file: Uint8Array,
  expected: Raster,
  least: number,
  what: string,
): Promise<void> {
  using photo = await decoded(file);
  const { width, height } = expected;
  assert.deepEqual([photo.originalSize, photo.damaged], [{ width, height }, false], what);
  const similarity = psnr(photo.read({ x: 0, y: 0, ...photo.size }), expected);
  assert.ok(similarity >= least, `${what}: ${similarity} dB`);
}

for (const [name, encoder] of Object.entries(ENCODERS)) {
  for (const [layout, parts] of Object.entries(LAYOUTS)) {
    Deno.test(`decodePhoto() applies each orientation once to a TIFF of ${layout}, compression ${name}`, async () => {
      for (const orientation of ORIENTATIONS) {
        const file = await rgbTiff(encoder, parts, orientation);
        const least = name === "JPEG" ? 40 : Infinity;
        await assertTurned(file, turned(picture, orientation), least, `orientation ${orientation}`);
      }
    });
  }
}

for (const [name, { compression, encode }] of Object.entries(FAX_ENCODERS)) {
  Deno.test(`decodePhoto() applies each orientation once to a TIFF of ${name}`, async () => {
    for (const orientation of ORIENTATIONS) {
      const bytes = Uint8Array.from(
        { length: WIDTH * HEIGHT / 8 },
        (_, i) => at(facsimile, (i * 8) % WIDTH, Math.floor(i * 8 / WIDTH))[0] === 0 ? 255 : 0,
      );
      const parts = [encode({ width: WIDTH, height: HEIGHT, samples: 1, bytes })];
      const form = { compression, bits: 1, samples: 1, photometric: 0, orientation };
      const file = tiffOf({ width: WIDTH, height: HEIGHT, parts, ...form });
      await assertTurned(
        file,
        turned(facsimile, orientation),
        Infinity,
        `orientation ${orientation}`,
      );
    }
  });
}

const grey = draw({ width: WIDTH, height: HEIGHT }, (x, y) => {
  const [r, g] = at(picture, x, y);
  return [(r + g) / 2, (r + g) / 2, (r + g) / 2, 255];
});

/** Colour models of uncompressed files: a pixel's samples, and the expected similarity, in dB. */
const MODELS: Record<
  string,
  { picture: Raster; samples: (pixel: Rgba) => number[]; form: Partial<TiffPicture>; least: number }
> = {
  grey: { picture: grey, samples: ([v]) => [v], form: { photometric: 1 }, least: Infinity },
  "grey, 0 is white": {
    ...{ picture: grey, samples: ([v]) => [255 - v], least: Infinity },
    form: { photometric: 0 },
  },
  CMYK: {
    ...{ picture, samples: ([r, g, b]) => [255 - r, 255 - g, 255 - b, 0], least: 45 },
    form: { photometric: 5 },
  },
  YCbCr: {
    picture,
    samples: ([r, g, b]) =>
      [
        0.299 * r + 0.587 * g + 0.114 * b,
        128 - 0.168736 * r - 0.331264 * g + 0.5 * b,
        128 + 0.5 * r - 0.418688 * g - 0.081312 * b,
      ].map(Math.round),
    form: { photometric: 6, fields: [[530, 3, [1, 1]]] },
    least: 40,
  },
  "RGB and alpha": {
    ...{ picture, samples: ([r, g, b]) => [r, g, b, 255], least: Infinity },
    form: { photometric: 2, fields: [[338, 3, [2]]] },
  },
};

for (const [name, { picture, samples, form, least }] of Object.entries(MODELS)) {
  Deno.test(`decodePhoto() applies each orientation once to an uncompressed TIFF of ${name}`, async () => {
    const [part] = partsOf(picture, { width: WIDTH, height: HEIGHT }, samples);
    for (const orientation of ORIENTATIONS) {
      const size = { width: WIDTH, height: HEIGHT, samples: part.samples };
      const file = tiffOf({ ...size, parts: [part.bytes], orientation, ...form });
      await assertTurned(file, turned(picture, orientation), least, `orientation ${orientation}`);
    }
  });
}

for (const littleEndian of [true, false]) {
  const order = littleEndian ? "little" : "big";
  for (const type of [1, 3, 4]) {
    Deno.test(`decodePhoto() turns a ${order}-endian JPEG-compressed TIFF whose orientation has type ${type} once`, async () => {
      for (const orientation of ORIENTATIONS) {
        const fields: TiffField[] = [[530, 3, [1, 1]], [274, type, [orientation]]];
        const file = await rgbTiff(ENCODERS.JPEG, LAYOUTS.strips, 1, { littleEndian }, fields);
        await assertTurned(file, turned(picture, orientation), 40, `orientation ${orientation}`);
      }
    });
  }
}

Deno.test("decodePhoto() reads a TIFF of an unknown orientation as upright", async () => {
  for (const littleEndian of [true, false]) {
    for (const type of [3, 4]) {
      for (const orientation of [0, 9, 10, 65_535]) {
        const fields: TiffField[] = [[274, type, [orientation]]];
        const file = await rgbTiff(ENCODERS.none, LAYOUTS.strips, 1, { littleEndian }, fields);
        await assertTurned(file, picture, Infinity, `orientation ${orientation}`);
      }
    }
  }
});

Deno.test("decodePhoto() does not change the caller's file", async () => {
  const file = await rgbTiff(ENCODERS.JPEG, LAYOUTS.strips, 6);
  const before = file.slice();
  (await decoded(file))[Symbol.dispose]();
  assert.deepEqual(file, before);
});
