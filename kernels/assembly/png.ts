// PNG's filters (PNG, clause 9.2).

/**
 * Reverses a row's filter.
 *
 * @param filter The filter's number, 0 to 4.
 * @param row The row's bytes, readable up to 15 bytes behind them.
 * @param above The bytes of the row above, reversed, readable as far.
 * @param to Receives the bytes, and up to 15 bytes behind them.
 * @param length Number of bytes.
 * @param step Bytes per pixel, 1, 3 or 4.
 */
export function unfilter(
  filter: i32,
  row: usize,
  above: usize,
  to: usize,
  length: i32,
  step: i32,
): void {
  const bytes = <usize> length;
  if (filter == 0) memory.copy(to, row, bytes);
  else if (filter == 2) addRows(row, above, to, bytes);
  else if (step == 1) unfilterGrey(filter, row, above, to, bytes);
  else unfilterColour(filter, row, above, to, bytes, <usize> step);
}

function addRows(row: usize, above: usize, to: usize, bytes: usize): void {
  for (let x: usize = 0; x < bytes; x += 16) {
    v128.store(to + x, i8x16.add(v128.load(row + x), v128.load(above + x)));
  }
}

function unfilterGrey(filter: i32, row: usize, above: usize, to: usize, bytes: usize): void {
  let left: i32 = 0;
  let aboveLeft: i32 = 0;
  for (let x: usize = 0; x < bytes; x++) {
    const up = <i32> load<u8>(above + x);
    const added = filter == 1
      ? left
      : filter == 3
      ? (left + up) >> 1
      : predict(left, up, aboveLeft);
    left = (<i32> load<u8>(row + x) + added) & 255;
    store<u8>(to + x, left);
    aboveLeft = up;
  }
}

/** Paeth's predictor: left, above or above left, whichever is nearest to left + above - above left. */
function predict(left: i32, up: i32, aboveLeft: i32): i32 {
  const toLeft = abs(up - aboveLeft);
  const toAbove = abs(left - aboveLeft);
  const toAboveLeft = abs(left + up - 2 * aboveLeft);
  if (toLeft <= toAbove && toLeft <= toAboveLeft) return left;
  return toAbove <= toAboveLeft ? up : aboveLeft;
}

/** The same for a pixel's values at once. */
function unfilterColour(
  filter: i32,
  row: usize,
  above: usize,
  to: usize,
  bytes: usize,
  step: usize,
): void {
  const low = i16x8.splat(255);
  let left = i16x8.splat(0);
  let aboveLeft = i16x8.splat(0);
  for (let x: usize = 0; x < bytes; x += step) {
    const up = four(above + x);
    const added = filter == 1
      ? left
      : filter == 3
      ? i16x8.shr_u(i16x8.add(left, up), 1)
      : predictFour(left, up, aboveLeft);
    left = v128.and(i16x8.add(four(row + x), added), low);
    // The bytes behind the pixel are overwritten by the next one.
    v128.store_lane<u32>(to + x, i8x16.narrow_i16x8_u(left, left), 0);
    aboveLeft = up;
  }
}

function four(at: usize): v128 {
  return i16x8.extend_low_i8x16_u(v128.load_zero<u32>(at));
}

function predictFour(left: v128, up: v128, aboveLeft: v128): v128 {
  const toLeft = i16x8.sub(up, aboveLeft);
  const toAbove = i16x8.sub(left, aboveLeft);
  const byLeft = i16x8.abs(toLeft);
  const byAbove = i16x8.abs(toAbove);
  const byAboveLeft = i16x8.abs(i16x8.add(toLeft, toAbove));
  const isLeft = v128.and(i16x8.le_s(byLeft, byAbove), i16x8.le_s(byLeft, byAboveLeft));
  const other = v128.bitselect(up, aboveLeft, i16x8.le_s(byAbove, byAboveLeft));
  return v128.bitselect(left, other, isLeft);
}
