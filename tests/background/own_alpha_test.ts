// Proves which alpha channels count as a cutout from another tool, and which do not.
import assert from "node:assert/strict";
import { isOwnCutout } from "../../shared/background/own_alpha.ts";
import type { Rect } from "../../shared/image/raster.ts";
import { fixture } from "../helpers/fixtures.ts";
import { rasterOf } from "../helpers/magick_files.ts";
import { drawMask, within } from "../helpers/pixels.ts";

const SIZE = { width: 400, height: 300 };
const FRAME = { x: 0, y: 0, ...SIZE };
/** An ellipse that fills a rectangle and covers 79 % of it. */
const ellipse = ({ x, y, width, height }: Rect) => (px: number, py: number) =>
  Math.hypot((2 * (px + 0.5 - x)) / width - 1, (2 * (py + 0.5 - y)) / height - 1) <= 1;
const alpha = (cover: (x: number, y: number) => number | boolean) =>
  drawMask(SIZE, (x, y) => {
    const value = cover(x, y);
    return typeof value === "number" ? value : value ? 255 : 0;
  });

/** A rectangle with round corners of a radius. */
const rounded = (radius: number) => (x: number, y: number) => {
  const [dx, dy] = [
    Math.max(radius - x - 0.5, x + 0.5 - (SIZE.width - radius), 0),
    Math.max(radius - y - 0.5, y + 0.5 - (SIZE.height - radius), 0),
  ];
  return Math.hypot(dx, dy) <= radius;
};

for (const name of ["street", "studio", "dark"]) {
  Deno.test(`isOwnCutout() accepts the cutout of ${name}.jpg, also cropped to the car`, async () => {
    const { width, height, data } = await rasterOf(await fixture(`${name}.cutout.png`), (image) => {
      image.resize(500, 375);
    });
    const mask = drawMask({ width, height }, (x, y) => data[4 * (y * width + x) + 3]);
    assert.ok(isOwnCutout(mask));
    const cropped = await rasterOf(await fixture(`${name}.cutout.png`), (image) => image.trim());
    const tight = drawMask(cropped, (x, y) => cropped.data[4 * (y * cropped.width + x) + 3]);
    assert.ok(isOwnCutout(tight));
  });
}

const CUTOUTS: [what: string, cover: (x: number, y: number) => number | boolean][] = [
  ["a subject in the middle", ellipse({ x: 100, y: 80, width: 200, height: 120 })],
  ["a subject that fills the picture", ellipse(FRAME)],
  ["a subject that the picture cuts", ellipse({ x: -100, y: 50, width: 300, height: 400 })],
  ["a subject with a soft shadow", (x, y) => {
    const car = ellipse({ x: 100, y: 80, width: 200, height: 120 })(x, y);
    return car ? 255 : ellipse({ x: 80, y: 170, width: 240, height: 60 })(x, y) ? 90 : 0;
  }],
  ["a box with wheels", (x, y) =>
    within({ x: 50, y: 50, width: 300, height: 180 }, x, y) ||
    (y >= 230 && y < 250 && (Math.abs(x - 100) < 20 || Math.abs(x - 300) < 20))],
];
for (const [what, cover] of CUTOUTS) {
  Deno.test(`isOwnCutout() accepts ${what}`, () => assert.ok(isOwnCutout(alpha(cover))));
}

const OTHERS: [what: string, cover: (x: number, y: number) => number | boolean][] = [
  ["an opaque picture", () => true],
  ["an empty picture", () => false],
  ["a few stray transparent pixels", (x, y) => (x * 7 + y * 13) % 101 !== 0],
  ["a few stray opaque pixels", (x, y) => x < 15 && y < 15 && (x + y) % 2 === 0],
  ["the round corners of a screenshot", rounded(25)],
  [
    "an opaque frame on a larger transparent canvas",
    (x, y) => within({ x: 120, y: 90, width: 160, height: 120 }, x, y),
  ],
  ["transparent bars above and below", (_, y) => y >= 40 && y < 260],
  ["a hole in the middle", (x, y) => !within({ x: 150, y: 200, width: 100, height: 30 }, x, y)],
  ["a watermark's opacity everywhere", () => 100],
  ["an opacity of 80 % everywhere", () => 204],
  ["one covered row", (_, y) => y === 100],
];
for (const [what, cover] of OTHERS) {
  Deno.test(`isOwnCutout() refuses ${what}`, () => assert.ok(!isOwnCutout(alpha(cover))));
}

Deno.test("isOwnCutout() accepts uncovered shares of 2 % and more in the subject's box, and refuses smaller ones", () => {
  /** A corner of a side length is uncovered: its share of 120,000 pixels is the square of the side. */
  const cornerOf = (side: number) => alpha((x, y) => x >= side || y >= side);
  assert.ok(!isOwnCutout(cornerOf(48))); // 1.92 %
  assert.ok(isOwnCutout(cornerOf(49))); // 2.0008 %
});

Deno.test("isOwnCutout() counts a pixel as covered if it is more than half opaque", () => {
  const shape = ellipse(FRAME);
  assert.ok(isOwnCutout(alpha((x, y) => shape(x, y) ? 128 : 127)));
  assert.ok(!isOwnCutout(alpha((x, y) => shape(x, y) ? 127 : 0)));
});
