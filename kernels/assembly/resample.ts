// Resampling on premultiplied alpha. A row of premultiplied pixels has four signed 16-bit values a pixel: red, green, blue, alpha,
// 16,320 (64 x 255) for the most. Weights have 14 fractional bits and an even number of taps.

/** 64 / 255, with 16 fractional bits. */
const SCALE: i32 = 16_448;

/**
 * Premultiplies straight RGBA of 8 bits.
 *
 * @param from The pixels, readable up to an even number of pixels.
 * @param to Receives a row of premultiplied pixels, up to an even number of pixels.
 * @param count Number of pixels.
 */
export function premultiply(from: usize, to: usize, count: i32): void {
  const scale = i16x8.splat(<i16> SCALE);
  const half = i32x4.splat(32_768);
  const whole = i16x8(0, 0, 0, 255, 0, 0, 0, 255);
  const end = from + (<usize> count << 2);
  for (; from < end; from += 8, to += 16) {
    const pixels = v128.load_ext<u8>(from);
    const alpha = v128.shuffle<u16>(pixels, pixels, 3, 3, 3, 3, 7, 7, 7, 7);
    const products = i16x8.mul(v128.or(pixels, whole), alpha);
    const low = i32x4.add(i32x4.extmul_low_i16x8_u(products, scale), half);
    const high = i32x4.add(i32x4.extmul_high_i16x8_u(products, scale), half);
    v128.store(to, i16x8.narrow_i32x4_u(i32x4.shr_u(low, 16), i32x4.shr_u(high, 16)));
  }
}

/**
 * Scales a row of premultiplied pixels.
 *
 * @param from The row, with zeros behind it as far as the last pixel's taps reach.
 * @param to Receives the scaled row.
 * @param count Number of scaled pixels.
 * @param starts For each scaled pixel its first tap, as an unsigned 32-bit index into the row.
 * @param weights For each scaled pixel `taps` signed 16-bit weights.
 * @param taps Number of weights of each pixel, even.
 */
export function scaleRow(
  from: usize,
  to: usize,
  count: i32,
  starts: usize,
  weights: usize,
  taps: i32,
): void {
  const half = i32x4.splat(1 << 13);
  for (let i = 0; i < count; i++, starts += 4, to += 8) {
    let at = from + (<usize> load<u32>(starts) << 3);
    let sum = half;
    for (let tap = 0; tap < taps; tap += 2, at += 16, weights += 4) {
      const two = v128.load(at);
      const pairs = v128.shuffle<u16>(two, two, 0, 4, 1, 5, 2, 6, 3, 7);
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(pairs, v128.load_splat<u32>(weights)));
    }
    const scaled = i32x4.shr_s(sum, 14);
    v128.store_lane<u64>(to, i16x8.narrow_i32x4_s(scaled, scaled), 0);
  }
}

/**
 * Weighs rows of premultiplied pixels to one row of straight RGBA of 8 bits.
 *
 * @param rows The addresses of `taps` rows, readable up to an even number of pixels, as unsigned 32-bit numbers.
 * @param weights Their signed 16-bit weights.
 * @param taps Number of rows, even.
 * @param to Receives the pixels, up to an even number of pixels.
 * @param count Number of pixels.
 */
export function joinRows(rows: usize, weights: usize, taps: i32, to: usize, count: i32): void {
  const half = i32x4.splat(1 << 13);
  const bytes = <usize> count << 3;
  for (let x: usize = 0; x < bytes; x += 16, to += 8) {
    let low = half;
    let high = half;
    for (let tap: usize = 0; tap < <usize> taps; tap += 2) {
      const upper = v128.load(<usize> load<u32>(rows + (tap << 2)) + x);
      const lower = v128.load(<usize> load<u32>(rows + (tap << 2), 4) + x);
      const weight = v128.load_splat<u32>(weights + (tap << 1));
      const left = v128.shuffle<u16>(upper, lower, 0, 8, 1, 9, 2, 10, 3, 11);
      const right = v128.shuffle<u16>(upper, lower, 4, 12, 5, 13, 6, 14, 7, 15);
      low = i32x4.add(low, i32x4.dot_i16x8_s(left, weight));
      high = i32x4.add(high, i32x4.dot_i16x8_s(right, weight));
    }
    const two = i16x8.narrow_i32x4_s(
      straight(i32x4.shr_s(low, 14)),
      straight(i32x4.shr_s(high, 14)),
    );
    v128.store_lane<u64>(to, i8x16.narrow_i16x8_u(two, two), 0);
  }
}

/** Divides a premultiplied pixel by its alpha. A pixel whose alpha rounds to 0 is transparent black. */
function straight(pixel: v128): v128 {
  const alpha = i32x4.extract_lane(pixel, 3);
  const rounded = (alpha + 32) >> 6;
  if (rounded <= 0) return i32x4.splat(0);
  const scaled = f32x4.mul(f32x4.convert_i32x4_s(pixel), f32x4.splat(255));
  const colour = f32x4.add(f32x4.div(scaled, f32x4.splat(<f32> alpha)), f32x4.splat(0.5));
  return i32x4.replace_lane(i32x4.trunc_sat_f32x4_s(colour), 3, rounded);
}
