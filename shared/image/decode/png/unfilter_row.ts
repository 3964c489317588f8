/**
 * Reverses a row's filter (PNG, clause 9.2), in place.
 *
 * @param filter The filter's number, 0 to 4, from the byte before the row.
 * @param row The row's bytes.
 * @param above The bytes of the row above, reversed; zeros for the first row.
 * @param step Bytes per pixel.
 * @returns `false` if there is no such filter; the row is then unchanged.
 */
export function unfilterRow(
  filter: number,
  row: Uint8Array,
  above: Uint8Array,
  step: number,
): boolean {
  const undo = UNDO[filter];
  undo?.(row, above, step);
  return undo !== undefined;
}

/** PNG's filters by number. */
const UNDO: ((row: Uint8Array, above: Uint8Array, step: number) => void)[] = [
  function none() {},
  function sub(row, _, step) {
    for (let x = step; x < row.length; x++) row[x] += row[x - step];
  },
  function up(row, above) {
    for (let x = 0; x < row.length; x++) row[x] += above[x];
  },
  function average(row, above, step) {
    for (let x = 0; x < step; x++) row[x] += above[x] >> 1;
    for (let x = step; x < row.length; x++) row[x] += (row[x - step] + above[x]) >> 1;
  },
  function paeth(row, above, step) {
    for (let x = 0; x < step; x++) row[x] += above[x];
    for (let x = step; x < row.length; x++) {
      row[x] += predict(row[x - step], above[x], above[x - step]);
    }
  },
];

/** Paeth's predictor: left, above or above left, whichever is nearest to left + above - above left. */
function predict(left: number, above: number, aboveLeft: number): number {
  if (above === aboveLeft) return left; // a shortcut for flat areas, which make up most of a mask
  const toLeft = Math.abs(above - aboveLeft);
  const toAbove = Math.abs(left - aboveLeft);
  const toAboveLeft = Math.abs(left + above - 2 * aboveLeft);
  if (toLeft <= toAbove && toLeft <= toAboveLeft) return left;
  return toAbove <= toAboveLeft ? above : aboveLeft;
}
