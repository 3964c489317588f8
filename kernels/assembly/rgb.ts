// Pixels of three bytes: red, green, blue.

/**
 * Copies rows of RGB to where a turned or mirrored picture has their pixels.
 *
 * @param from The rows.
 * @param width Their width, in pixels.
 * @param rows Their number.
 * @param to The place of the first pixel.
 * @param stepX Bytes from the place of a pixel to that of the next one, and `stepY` to that of the one below.
 */
export function turnRows(
  from: usize,
  width: i32,
  rows: i32,
  to: usize,
  stepX: i32,
  stepY: i32,
): void {
  for (let y = 0; y < rows; y++) {
    let at = to + <usize> (y * stepY);
    for (let x = 0; x < width; x++) {
      store<u16>(at, load<u16>(from));
      store<u8>(at, load<u8>(from, 2), 2);
      at += <usize> stepX;
      from += 3;
    }
  }
}

/**
 * Adds an alpha of 255 to pixels.
 *
 * @param from RGB, readable up to 13 bytes behind the last.
 * @param to Receives RGBA, and up to 12 bytes behind the last.
 * @param count Their number.
 */
export function addOpaqueAlpha(from: usize, to: usize, count: i32): void {
  const alpha = i32x4.splat(0xff00_0000);
  const zero = i32x4.splat(0);
  for (let i = 0; i < count; i += 4) {
    const rgb = v128.load(from);
    const wide = i8x16.shuffle(rgb, zero, 0, 1, 2, 16, 3, 4, 5, 16, 6, 7, 8, 16, 9, 10, 11, 16);
    v128.store(to, v128.or(wide, alpha));
    from += 12;
    to += 16;
  }
}

/** Whether a pixel is not grey. @param pixels RGB, readable up to 2 bytes behind the last. @param count Their number. */
export function hasColor(pixels: usize, count: i32): bool {
  const end = pixels + <usize> (count * 3);
  // A pixel's bytes are equal if each equals the next one, except the last one of the pixel.
  for (; pixels + 15 <= end; pixels += 15) {
    const five = v128.load(pixels);
    const differs = v128.xor(five, v128.load(pixels, 1));
    if (v128.any_true(v128.and(differs, WITHIN_PIXEL))) return true;
  }
  for (; pixels < end; pixels += 3) {
    const green = load<u8>(pixels, 1);
    if (load<u8>(pixels) != green || load<u8>(pixels, 2) != green) return true;
  }
  return false;
}

/** The bytes of five pixels that have a next byte in their pixel. */
const WITHIN_PIXEL = i8x16(-1, -1, 0, -1, -1, 0, -1, -1, 0, -1, -1, 0, -1, -1, 0, 0);
