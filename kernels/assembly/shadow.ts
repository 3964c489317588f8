// The drop shadow: alpha reduced by whole numbers, blurred, and composited under the pixels.

/**
 * Adds a row's alpha to a row of sums, each for `step` pixels.
 *
 * @param pixels The pixels, RGBA of 8 bits.
 * @param count Number of pixels.
 * @param step Pixels of a sum.
 * @param sums The sums, 32-bit floats.
 */
export function addAlpha(pixels: usize, count: i32, step: i32, sums: usize): void {
  for (let x = 0; x < count; sums += 4) {
    let sum = 0;
    for (const end = min(x + step, count); x < end; x++, pixels += 4) {
      sum += <i32> load<u8>(pixels, 3);
    }
    store<f32>(sums, load<f32>(sums) + <f32> sum);
  }
}

/**
 * Blurs the rows of a plane of 32-bit floats and transposes it.
 *
 * @param from The plane.
 * @param to Receives the blurred plane: `width` rows of `height` values.
 * @param width The plane's width.
 * @param height The plane's height.
 * @param kernel Half of the kernel, from its centre outwards: `radius` + 1 floats.
 * @param radius The kernel's radius.
 * @param line Room for `width` + 2 x `radius` + 1 floats.
 */
export function blurTransposed(
  from: usize,
  to: usize,
  width: i32,
  height: i32,
  kernel: usize,
  radius: i32,
  line: usize,
): void {
  const reach = <usize> radius << 2;
  const bytes = <usize> width << 2;
  memory.fill(line, 0, bytes + 2 * reach + 4);
  for (let y = 0; y < height; y++, from += bytes) {
    memory.copy(line + reach, from, bytes);
    for (let x = 0; x < width; x += 2) {
      const centre = line + reach + (<usize> x << 2);
      let sum = f64x2.mul(two(centre), f64x2.splat(<f64> load<f32>(kernel)));
      for (let i: usize = 4; i <= reach; i += 4) {
        const pair = f64x2.add(two(centre - i), two(centre + i));
        sum = f64x2.add(sum, f64x2.mul(pair, f64x2.splat(<f64> load<f32>(kernel + i))));
      }
      const at = to + (<usize> (x * height + y) << 2);
      store<f32>(at, <f32> f64x2.extract_lane(sum, 0));
      if (x + 1 < width) store<f32>(at + (<usize> height << 2), <f32> f64x2.extract_lane(sum, 1));
    }
  }
}

/** Loads two neighbouring floats. */
function two(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load_zero<u64>(at));
}

/**
 * Interpolates a row between a plane's row and the next one.
 *
 * @param from The row, 32-bit floats.
 * @param width Number of values.
 * @param share The next row's share, 0 to 1.
 * @param to Receives the interpolated row.
 * @returns 1 if a value is above 0, otherwise 0.
 */
export function mixRows(from: usize, width: i32, share: f64, to: usize): i32 {
  const bytes = <usize> width << 2;
  let some = 0;
  for (let x: usize = 0; x < bytes; x += 4) {
    const value = <f32> (<f64> load<f32>(from + x) * (1 - share) +
      <f64> load<f32>(from + bytes + x) * share);
    store<f32>(to + x, value);
    if (value > 0) some = 1;
  }
  return some;
}

/**
 * Composites a row of pixels over its shadow, which is black: straight alpha.
 *
 * @param pixels The pixels, RGBA of 8 bits.
 * @param count Number of pixels.
 * @param row The shadow's alpha, 0 to 255, as 32-bit floats.
 * @param perPixel The step of a pixel in that row.
 * @param origin The first pixel's place in that row.
 * @param opacity Factor for the shadow's alpha, 0 to 1.
 */
export function shadeRow(
  pixels: usize,
  count: i32,
  row: usize,
  perPixel: f64,
  origin: f64,
  opacity: f64,
): void {
  for (let x = 0; x < count; x++, pixels += 4) {
    const pixel = load<u32>(pixels);
    if (pixel >>> 24 == 255) continue;
    const place = origin + <f64> x * perPixel;
    const left = floor(place);
    const at = row + (<usize> left << 2);
    const first = <f64> load<f32>(at);
    const shade = (first + (<f64> load<f32>(at, 4) - first) * (place - left)) * opacity;
    store<u32>(pixels, overBlack(pixel, shade));
  }
}

/** Composites a pixel over black of this alpha, 0 to 255. */
function overBlack(pixel: u32, shade: f64): u32 {
  const alpha = <f64> (pixel >>> 24);
  const out = alpha + shade * (1 - alpha / 255);
  const outAlpha = rounded(out);
  if (outAlpha == 0) return pixel;
  if (alpha == 0) return outAlpha << 24;
  const share = alpha / out;
  return (outAlpha << 24) | (rounded(<f64> ((pixel >>> 16) & 255) * share) << 16) |
    (rounded(<f64> ((pixel >>> 8) & 255) * share) << 8) | rounded(<f64> (pixel & 255) * share);
}

/** Rounds a number of 0 or more as JavaScript does. */
function rounded(value: f64): u32 {
  const up = ceil(value);
  return <u32> (up - 0.5 > value ? up - 1 : up);
}
