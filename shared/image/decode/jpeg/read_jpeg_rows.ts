import type { OnStep } from "../../engine/engine_steps.ts";
import { ZIGZAG } from "../../encode/jpeg/jpeg_tables.ts";
import { kernels, Scratch } from "../../kernels/kernels.ts";
import { ColorConverter } from "../color/convert_colors.ts";
import { colorTables } from "../color/matrix_profile.ts";
import type { PixelRows } from "../pixel_rows.ts";
import type { PlainComponent, PlainJpeg } from "./plain_jpeg.ts";
import type { PlainScale } from "./plain_scale.ts";
import { TurnedRows } from "./turned_rows.ts";

/** Samples on a side of a block at full size. */
const BLOCK = 8;

/** Bytes of the file in the pixel loops' memory at a time. */
const WINDOW_BYTES = 64 << 10;

/** Bytes that a unit takes at most: six blocks of 64 values of 31 bits, each byte followed by a zero; and a restart. */
const MOST_BYTES = 4_096;

/** Room for two blocks of values, and what a row of pixels may exceed. */
const BLOCK_BYTES = 512;
const BEHIND_ROWS = 32;

/** The outcome of {@linkcode readJpegRows}. */
export type ReadRows = { rows: PixelRows } | "stopped" | "failed";

/**
 * Decodes a plain JPEG at a part of its size, upright. The pixels are those that libjpeg decodes.
 *
 * @param file The file.
 * @param jpeg The facts from its header.
 * @param eighths The scale: 1 to 4 eighths.
 * @param onStep Callback for each row of units; it can stop the work.
 * @returns The rows; `stopped` if `onStep` stopped the work; `failed` if the data is wrong or all pixels are grey.
 * @throws {EngineCrash} `engine_failed`, if there is no memory for some rows.
 */
export function readJpegRows(
  file: Uint8Array,
  jpeg: PlainJpeg,
  eighths: PlainScale,
  onStep: OnStep = () => true,
): ReadRows {
  const { components: [{ across, down }], interval, orientation, dataAt } = jpeg;
  const [width, height] = [jpeg.width, jpeg.height].map((px) => Math.ceil(px * eighths / BLOCK));
  const colorWidth = across > down ? Math.ceil(jpeg.width * eighths / (BLOCK * across)) : 0;
  const units = Math.ceil(jpeg.width / (BLOCK * across));
  const rowsOfUnits = Math.ceil(jpeg.height / (BLOCK * down));
  const unitRows = down * eighths;
  const { beginDecoding, decodeUnits, hasColor, isAtEnd, takeRows } = kernels();
  const scratch = new Scratch();
  const descriptions = scratch.keep(describe(jpeg.components, eighths, scratch));
  const zigzag = scratch.keep(ZIGZAG);
  const room = scratch.reserve(
    BLOCK_BYTES + units * across * eighths * (3 * unitRows + 2) + BEHIND_ROWS,
  );
  const pixels = scratch.reserve(unitRows * width * 3 + BEHIND_ROWS);
  const window = new FileWindow(file, dataAt, scratch);
  const converter = jpeg.profile && new ColorConverter(colorTables(jpeg.profile), scratch);
  const turned = new TurnedRows({ width, height }, orientation, unitRows, scratch);

  let isColored = false;
  beginDecoding(descriptions, zigzag, units, interval, room);
  window.move();
  for (let row = 0; row < rowsOfUnits; row++) {
    if (!onStep()) return turned.discard("stopped");
    for (let done = 0; done < units;) {
      done = decodeUnits(window.until);
      if (done < 0) return turned.discard("failed");
      if (done < units) window.move();
    }
    const count = Math.min(unitRows, height - row * unitRows);
    takeRows(count, width, colorWidth, pixels);
    converter?.convertAt(pixels, count * width, 3);
    isColored ||= hasColor(pixels, count * width) !== 0;
    turned.add(pixels, count);
  }
  return isAtEnd() !== 0 && isColored ? { rows: turned.rows } : turned.discard("failed");
}

/** Lays out the descriptions of components for the pixel loops (`kernels/assembly/decode_jpeg.ts`). */
function describe(components: PlainComponent[], eighths: number, scratch: Scratch): Int32Array {
  const [brightness] = components;
  // Colours in half the size are decoded at twice the scale, which only works in both directions.
  const larger = brightness.across === brightness.down ? brightness.across : 1;
  return Int32Array.from(components.flatMap(({ across, down, divisors, dc, ac }) => [
    across,
    down,
    across === brightness.across ? eighths : eighths * larger,
    scratch.keep(dc.toBytes()),
    scratch.keep(ac.toBytes()),
    scratch.keep(divisors),
    ...[0, 0],
  ]));
}

/** The part of a file that lies in the pixel loops' memory. */
class FileWindow {
  readonly #file: Uint8Array;
  readonly #scratch: Scratch;
  readonly #at: number;
  /** Offset in the file of the window's first byte. */
  #from: number;
  /** Address behind which no unit begins. */
  until = 0;

  constructor(file: Uint8Array, from: number, scratch: Scratch) {
    this.#file = file;
    this.#scratch = scratch;
    this.#from = from;
    this.#at = scratch.reserve(WINDOW_BYTES);
  }

  /** Moves the window: it begins at the next byte that is read. */
  move(): void {
    const { moveWindow, nextByte } = kernels();
    if (this.until > 0) this.#from += nextByte() - this.#at;
    const part = this.#file.subarray(this.#from, this.#from + WINDOW_BYTES);
    this.#scratch.bytes.set(part, this.#at);
    const end = this.#at + part.length;
    const isLast = this.#from + part.length === this.#file.length;
    this.until = isLast ? end : end - MOST_BYTES;
    moveWindow(this.#at, end);
  }
}
