/** The twin of `unfilter` in `kernels/assembly/png.ts`, in place. */
export function unfilter(filter: number, row: Uint8Array, above: Uint8Array, step: number): void {
  UNDO[filter](row, above, step);
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
  const toLeft = Math.abs(above - aboveLeft);
  const toAbove = Math.abs(left - aboveLeft);
  const toAboveLeft = Math.abs(left + above - 2 * aboveLeft);
  if (toLeft <= toAbove && toLeft <= toAboveLeft) return left;
  return toAbove <= toAboveLeft ? above : aboveLeft;
}
