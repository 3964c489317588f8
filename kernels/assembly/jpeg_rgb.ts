// From a JPEG's brightness and colours to RGB, as libjpeg computes it (jdcolor.c).

/** 1.402, 0.34414, 0.71414 and 1.772, with 16 fractional bits, less whole numbers: a factor has 15 bits. */
const RED_OF_RED: i32 = 91_881 - 65_536;
const GREEN_OF_BLUE: i32 = -22_554;
const GREEN_OF_RED: i32 = -46_802 + 65_536;
const BLUE_OF_BLUE: i32 = 116_130 - 2 * 65_536;

/**
 * Converts a row.
 *
 * @param brightness Its brightness: bytes, readable up to 7 behind the last.
 * @param blue Its blue differences, and `red` its red ones, likewise.
 * @param width Its width, in pixels.
 * @param to Receives RGB, and up to 24 bytes behind it.
 */
export function convertToRgb(
  brightness: usize,
  blue: usize,
  red: usize,
  width: i32,
  to: usize,
): void {
  const centre = i16x8.splat(128);
  const redFactors = pair(0, RED_OF_RED);
  const greenFactors = pair(GREEN_OF_BLUE, GREEN_OF_RED);
  const blueFactors = pair(BLUE_OF_BLUE, 0);
  for (let x = 0; x < width; x += 8) {
    const at = <usize> x;
    const y = v128.load_ext<u8>(brightness + at);
    const b = i16x8.sub(v128.load_ext<u8>(blue + at), centre);
    const r = i16x8.sub(v128.load_ext<u8>(red + at), centre);
    const first = v128.shuffle<u16>(b, r, 0, 8, 1, 9, 2, 10, 3, 11);
    const second = v128.shuffle<u16>(b, r, 4, 12, 5, 13, 6, 14, 7, 15);
    const reds = i16x8.add(i16x8.add(y, r), share(first, second, redFactors));
    const greens = i16x8.add(i16x8.sub(y, r), share(first, second, greenFactors));
    const blues = i16x8.add(i16x8.add(y, i16x8.shl(b, 1)), share(first, second, blueFactors));
    const rg = i8x16.narrow_i16x8_u(reds, greens);
    const bb = i8x16.narrow_i16x8_u(blues, blues);
    v128.store(to, i8x16.shuffle(rg, bb, 0, 8, 16, 1, 9, 17, 2, 10, 18, 3, 11, 19, 4, 12, 20, 5));
    v128.store_lane<u64>(
      to + 16,
      i8x16.shuffle(rg, bb, 13, 21, 6, 14, 22, 7, 15, 23, 0, 0, 0, 0, 0, 0, 0, 0),
      0,
    );
    to += 24;
  }
}

/**
 * Doubles a row of colours, as libjpeg does (jdsample.c): a sample is three quarters of the nearer one and a quarter of the other.
 *
 * @param from The row.
 * @param width Its width, in samples.
 * @param isSmooth Whether to mix samples at all; libjpeg does not at an eighth of the size.
 * @param to Receives twice as many samples.
 */
export function widenRow(from: usize, width: i32, isSmooth: bool, to: usize): void {
  const last = <usize> (width - 1);
  if (!isSmooth || width <= 2) {
    for (let x: usize = 0; x <= last; x++) {
      const sample = load<u8>(from + x);
      store<u8>(to + 2 * x, sample);
      store<u8>(to + 2 * x, sample, 1);
    }
    return;
  }
  store<u8>(to, load<u8>(from));
  for (let x: usize = 0; x < last; x++) {
    const left = <i32> load<u8>(from + x);
    const right = <i32> load<u8>(from + x, 1);
    store<u8>(to + 2 * x, (3 * left + right + 2) >> 2, 1);
    store<u8>(to + 2 * x, (3 * right + left + 1) >> 2, 2);
  }
  store<u8>(to + 2 * last, load<u8>(from + last), 1);
}

function pair(first: i32, second: i32): v128 {
  return i32x4.splat((second << 16) | (first & 0xffff));
}

/** The whole part of the differences' sums by two factors, rounded. */
function share(first: v128, second: v128, factors: v128): v128 {
  const half = i32x4.splat(32_768);
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(first, factors), half), 16),
    i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(second, factors), half), 16),
  );
}
