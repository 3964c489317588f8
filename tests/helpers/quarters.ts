import assert from "node:assert/strict";
import type { DecodedPhoto } from "../../shared/image/decode/decoded_photo.ts";
import { assertNear, at, type Rgba } from "./pixels.ts";

/** The colours of the pictures in fixtures/phones. */
export const COLORS = {
  red: [220, 30, 30, 255],
  green: [30, 200, 40, 255],
  blue: [30, 50, 220, 255],
  gold: [230, 200, 40, 255],
} satisfies Record<string, Rgba>;

/** The colours of four quarters: upper left, upper right, lower left, lower right. */
export type Quarters = readonly (keyof typeof COLORS)[];

/** The quarters as they are stored. */
export const STORED: Quarters = ["red", "green", "blue", "gold"];

/** The quarters of a stored picture after each EXIF orientation, 1 to 8. */
export const TURNED: Record<number, Quarters> = {
  1: STORED,
  2: ["green", "red", "gold", "blue"],
  3: ["gold", "blue", "green", "red"],
  4: ["blue", "gold", "red", "green"],
  5: ["red", "blue", "green", "gold"],
  6: ["blue", "red", "gold", "green"],
  7: ["gold", "green", "blue", "red"],
  8: ["green", "gold", "red", "blue"],
};

/** Fails unless a picture consists of four quarters in these colours. */
export function assertQuarters(photo: DecodedPhoto, expected: Quarters, tolerance = 8): void {
  const { width, height } = photo.size;
  const image = photo.read({ x: 0, y: 0, width, height });
  expected.forEach((color, i) => {
    const x = Math.floor(width * (i % 2 === 0 ? 0.25 : 0.75));
    const y = Math.floor(height * (i < 2 ? 0.25 : 0.75));
    assertNear(at(image, x, y), COLORS[color], tolerance, `quarter ${i + 1}`);
  });
  assert.equal(photo.hasAlpha, false);
}
