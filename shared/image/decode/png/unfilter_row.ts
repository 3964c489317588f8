import { kernels, Scratch } from "../../kernels/kernels.ts";

/** Number of PNG's filters. */
const FILTERS = 5;

/**
 * Reverses the filters of rows (PNG, clause 9.2).
 *
 * @param filter The filter's number, 0 to 4, from the byte before the row.
 * @param row The row's bytes, which are changed.
 * @param above The bytes of the row above, reversed; zeros for the first row.
 * @param step Bytes per pixel.
 * @returns `false` if there is no such filter; the row is then unchanged.
 * @throws {EngineCrash} `engine_failed`, if there is no memory for the rows.
 */
export function unfilterRow(
  filter: number,
  row: Uint8Array,
  above: Uint8Array,
  step: 1 | 3 | 4,
): boolean {
  if (filter >= FILTERS) return false;
  if (filter === 0) return true;
  const scratch = new Scratch();
  const filtered = scratch.keep(row);
  const upper = scratch.keep(above);
  const result = scratch.reserve(row.length);
  kernels().unfilter(filter, filtered, upper, result, row.length, step);
  row.set(scratch.bytes.subarray(result, result + row.length));
  return true;
}
