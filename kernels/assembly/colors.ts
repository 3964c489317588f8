// From the colours of a profile with three curves and a matrix to sRGB, in whole numbers as LittleCMS computes them.

/** 1, with the fractional bits of linear light and of the matrix. */
const BITS: i32 = 14;
const ONE: i32 = 1 << BITS;

/**
 * Converts pixels in place; an alpha stays as it is.
 *
 * @param pixels The pixels.
 * @param count Their number.
 * @param step Bytes of a pixel: red, green and blue come first.
 * @param light For each value of red, of green and of blue its light: 3 x 256 32-bit numbers with 14 fractional bits.
 * @param matrix For red, green and blue light the share of it in each channel of sRGB: 3 x 4 such numbers, the fourth of them unused.
 * @param encoded For light from 0 to 1 the value in sRGB: 16,385 bytes.
 */
export function convertColors(
  pixels: usize,
  count: i32,
  step: usize,
  light: usize,
  matrix: usize,
  encoded: usize,
): void {
  const reds = v128.load(matrix);
  const greens = v128.load(matrix, 16);
  const blues = v128.load(matrix, 32);
  const half = i32x4.splat(ONE >> 1);
  const zero = i32x4.splat(0);
  const one = i32x4.splat(ONE);
  for (let i = 0; i < count; i++) {
    const red = i32x4.splat(load<i32>(light + (<usize> load<u8>(pixels) << 2)));
    const green = i32x4.splat(load<i32>(light + (<usize> load<u8>(pixels, 1) << 2), 1_024));
    const blue = i32x4.splat(load<i32>(light + (<usize> load<u8>(pixels, 2) << 2), 2_048));
    const sum = i32x4.add(
      i32x4.add(i32x4.mul(reds, red), i32x4.mul(greens, green)),
      i32x4.add(i32x4.mul(blues, blue), half),
    );
    const mixed = i32x4.min_s(i32x4.max_s(i32x4.shr_s(sum, BITS), zero), one);
    store<u8>(pixels, load<u8>(encoded + <usize> i32x4.extract_lane(mixed, 0)));
    store<u8>(pixels, load<u8>(encoded + <usize> i32x4.extract_lane(mixed, 1)), 1);
    store<u8>(pixels, load<u8>(encoded + <usize> i32x4.extract_lane(mixed, 2)), 2);
    pixels += step;
  }
}
