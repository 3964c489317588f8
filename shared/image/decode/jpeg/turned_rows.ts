import { freeBuffer } from "../../../lib/free_buffer.ts";
import { kernels, Scratch } from "../../kernels/kernels.ts";
import type { PixelRows } from "../pixel_rows.ts";
import type { Size } from "../../raster.ts";

/** Rows that are turned at a time. A row of the result gets as many pixels at a time from a picture that is turned by a quarter. */
const BAND_ROWS = 64;

/** Bytes of a pixel. */
const RGB = 3;

/** Where a picture of an EXIF orientation has its pixels: whether it is mirrored across and down, and then exchanges its sides. */
const TURNS: Record<number, [across: boolean, down: boolean, exchanges: boolean]> = {
  1: [false, false, false],
  2: [true, false, false],
  3: [true, true, false],
  4: [false, true, false],
  5: [false, false, true],
  6: [false, true, true],
  7: [true, true, true],
  8: [true, false, true],
};

/** Collects a picture's rows, RGB, and turns them upright. */
export class TurnedRows {
  readonly #size: Size;
  readonly #scratch: Scratch;
  readonly #turn: [across: boolean, down: boolean, exchanges: boolean];
  readonly #isUpright: boolean;
  /** Rows in the pixel loops' memory, and their turned copy. */
  readonly #band: number = 0;
  readonly #turned: number = 0;
  #inBand = 0;
  #done = 0;
  /** The picture, complete once all rows are added. */
  readonly rows: PixelRows;

  /**
   * @param size The size of the picture as its rows come.
   * @param orientation EXIF's orientation, 1 to 8.
   * @param most Rows that are added at a time, at most.
   * @param scratch The layout of the pixel loops' memory.
   */
  constructor(size: Size, orientation: number, most: number, scratch: Scratch) {
    const { width, height } = size;
    this.#size = size;
    this.#scratch = scratch;
    this.#turn = TURNS[orientation];
    this.#isUpright = orientation === 1;
    const data = new Uint8Array(width * height * RGB);
    const exchanges = this.#turn[2];
    this.rows = {
      ...(exchanges ? { width: height, height: width } : { width, height }),
      channels: RGB,
      data,
    };
    if (this.#isUpright) return;
    const bytes = (BAND_ROWS + most) * width * RGB;
    this.#band = scratch.reserve(bytes);
    this.#turned = scratch.reserve(bytes);
  }

  /** Adds rows. @param from Their address in the pixel loops' memory. @param count Their number. */
  add(from: number, count: number): void {
    const { width, height } = this.#size;
    const length = count * width * RGB;
    const { bytes } = this.#scratch;
    if (this.#isUpright) {
      this.rows.data.set(bytes.subarray(from, from + length), this.#done * width * RGB);
      this.#done += count;
      return;
    }
    bytes.copyWithin(this.#band + this.#inBand * width * RGB, from, from + length);
    this.#inBand += count;
    if (this.#inBand < BAND_ROWS && this.#done + this.#inBand < height) return;
    this.#turnBand();
    this.#done += this.#inBand;
    this.#inBand = 0;
  }

  /** Frees the picture. @returns The reason. */
  discard<Reason>(reason: Reason): Reason {
    freeBuffer(this.rows.data);
    return reason;
  }

  #turnBand(): void {
    const { width, height } = this.#size;
    const [across, down, exchanges] = this.#turn;
    const count = this.#inBand;
    // Bytes from a pixel of the turned band to what was the next one, and the one below.
    const [pixel, row] = exchanges ? [count * RGB, RGB] : [RGB, width * RGB];
    const first = this.#turned + (across ? (width - 1) * pixel : 0) +
      (down ? (count - 1) * row : 0);
    kernels().turnRows(
      this.#band,
      width,
      count,
      first,
      across ? -pixel : pixel,
      down ? -row : row,
    );
    const { bytes } = this.#scratch;
    const { data } = this.rows;
    const top = down ? height - this.#done - count : this.#done;
    if (!exchanges) {
      const length = count * width * RGB;
      data.set(bytes.subarray(this.#turned, this.#turned + length), top * width * RGB);
      return;
    }
    const length = count * RGB;
    for (let y = 0, at = this.#turned; y < width; y++, at += length) {
      data.set(bytes.subarray(at, at + length), (y * height + top) * RGB);
    }
  }
}
