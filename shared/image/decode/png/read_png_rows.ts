import { AppError } from "../../../errors.ts";
import { fail, ok, type Result } from "../../../lib/result.ts";
import type { OnStep } from "../../engine/engine_steps.ts";
import type { Size } from "../../raster.ts";
import { averageRow, blocksOf } from "../box_shrink.ts";
import { damagedPhoto } from "../damaged_photo.ts";
import type { PixelRows } from "../pixel_rows.ts";
import { stoppedPhoto } from "../stopped_photo.ts";
import { inflateData, inflateFollowedData } from "./inflate_data.ts";
import { DEPTH_AT, MAX_CHUNKS, pngChunks, pngData, SIGNATURE_BYTES } from "./png_chunks.ts";
import { unfilterRow } from "./unfilter_row.ts";

/** The last five bytes of IHDR, for 8-bit RGB and RGBA: deflate, adaptive filters, not interlaced. */
const PLAIN: Record<3 | 4, readonly number[]> = { 3: [8, 2, 0, 0, 0], 4: [8, 6, 0, 0, 0] };

/** Size of the pieces to inflate, in bytes: some rows of an ordinary photo. */
const SLICE_BYTES = 16 << 10;

/**
 * Checks whether {@linkcode readPngRows} reads a PNG: 8-bit RGB or RGBA, not interlaced, without a transparent colour, and with at
 * most {@linkcode MAX_CHUNKS} chunks before its data, as phones and browsers write photos.
 *
 * @param file A file with a PNG's signature.
 */
export function isPlainPng(file: Uint8Array): boolean {
  if (channelsOf(file) === null) return false;
  let chunks = 0;
  for (const { name, at } of pngChunks(file)) {
    if (at === SIGNATURE_BYTES && name !== "IHDR") return false;
    if (name === "tRNS" || ++chunks > MAX_CHUNKS) return false;
    if (name === "IDAT") return true;
  }
  return false;
}

/**
 * Decodes a PNG row by row, and scales it down to the working size on the way: each result pixel is the average of a block. It
 * takes the memory of the result and of a few rows. Data behind the picture is not inflated, and bytes behind the data do not
 * matter, but cost a second inflation.
 *
 * ImageMagick takes twice the CPU in a fresh process, and the memory of the whole picture (`bench/COLD.md`).
 *
 * @param file A file that {@linkcode isPlainPng} accepts.
 * @param size The size in its header.
 * @param factor Source pixels per result pixel on each side, a whole number.
 * @param onStep Callback for each inflated piece and each result row; it can stop the work.
 * @returns The rows, in the file's own colours and not turned; `invalid_image` if any are missing or wrong; `image_too_costly` if
 * `onStep` stopped the work.
 */
export async function readPngRows(
  file: Uint8Array,
  size: Size,
  factor: number,
  onStep: OnStep = () => true,
): Promise<Result<PixelRows>> {
  const channels = channelsOf(file)!;
  const shrinker = new RowShrinker(size, channels, factor);
  let stopped = false;
  const goOn = () => !(stopped ||= !onStep());
  const rows = new FilteredRows(
    size.width * channels,
    channels,
    (row) => !shrinker.add(row) || goOn(),
  );
  let added = 0;
  /** Adds pieces of the data, from its start, as far as the rows do not have them. */
  const add = async (pieces: AsyncIterable<Uint8Array>): Promise<AppError | null> => {
    let at = 0;
    for await (const piece of pieces) {
      const rest = piece.subarray(Math.max(0, added - at));
      at += piece.length;
      // A complete picture is read on, as the checksum follows; more data behind it is of no use.
      if (rest.length > 0 && shrinker.isComplete) return null;
      const isRead = goOn() && rows.add(rest);
      added += rest.length;
      if (stopped) return stoppedPhoto("png");
      if (!isRead && !shrinker.isComplete) {
        return damagedPhoto("png", "a row has an unknown filter");
      }
    }
    return shrinker.isComplete ? null : damagedPhoto("png", "the end of its data is missing");
  };
  let cause: unknown;
  for (const inflate of [inflateData, inflateFollowedData]) {
    try {
      const failed = await add(inflate(pngData(file), SLICE_BYTES));
      return failed ? fail(failed) : ok(shrinker.rows);
    } catch (error) {
      if (error instanceof AppError) throw error;
      cause = error;
    }
  }
  return fail(damagedPhoto("png", "its data cannot be inflated", cause));
}

/** Returns the channels of a PNG, `null` if it is of another kind. */
function channelsOf(file: Uint8Array): 3 | 4 | null {
  const isKind = (kind: readonly number[]) => kind.every((byte, i) => file[DEPTH_AT + i] === byte);
  return isKind(PLAIN[3]) ? 3 : isKind(PLAIN[4]) ? 4 : null;
}

/** Cuts a stream of bytes into rows and reverses their filters. */
class FilteredRows {
  readonly #step: 3 | 4;
  readonly #onRow: (row: Uint8Array) => boolean;
  /** A row with its filter's number before it, and the row above. */
  #row: Uint8Array;
  #above: Uint8Array;
  #filled = 0;

  /** @param onRow Called for each row; returns whether to go on. */
  constructor(rowBytes: number, step: 3 | 4, onRow: (row: Uint8Array) => boolean) {
    this.#step = step;
    this.#onRow = onRow;
    this.#row = new Uint8Array(1 + rowBytes);
    this.#above = new Uint8Array(1 + rowBytes);
  }

  /** Adds bytes. @returns `false` if a row has an unknown filter, or if it is the last one wanted. */
  add(piece: Uint8Array): boolean {
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + this.#row.length - this.#filled);
      this.#row.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled < this.#row.length) return true;
      const row = this.#row.subarray(1);
      if (!unfilterRow(this.#row[0], row, this.#above.subarray(1), this.#step)) return false;
      if (!this.#onRow(row)) return false;
      [this.#row, this.#above] = [this.#above, this.#row];
      this.#filled = 0;
    }
    return true;
  }
}

/** Scales rows down by a whole number. */
class RowShrinker {
  readonly #size: Size;
  readonly #factor: number;
  /** Source rows of the current row of blocks. */
  readonly #source: Uint8Array;
  #sourceRows = 0;
  #seen = 0;
  #made = 0;
  readonly rows: PixelRows;

  constructor(size: Size, channels: 3 | 4, factor: number) {
    const [width, height] = [blocksOf(size.width, factor), blocksOf(size.height, factor)];
    this.#size = size;
    this.#factor = factor;
    this.#source = new Uint8Array(factor * size.width * channels);
    this.rows = { width, height, channels, data: new Uint8Array(width * height * channels) };
  }

  get isComplete(): boolean {
    return this.#seen === this.#size.height;
  }

  /** Adds a row; ignores those behind the picture. @returns Whether it completes a row of the result. */
  add(row: Uint8Array): boolean {
    if (this.isComplete) return false;
    this.#source.set(row, this.#sourceRows * row.length);
    this.#seen++;
    if (++this.#sourceRows < this.#factor && !this.isComplete) return false;
    const { width, height, channels, data } = this.rows;
    // The last rows may be less than half a block, which is dropped.
    if (this.#factor === 1) {
      data.set(row, this.#made * row.length);
    } else if (this.#made < height) {
      const source = { width: this.#size.width, height: this.#sourceRows };
      averageRow(this.#source, source, channels, this.#factor, data, this.#made * width * channels);
    }
    this.#made++;
    this.#sourceRows = 0;
    return true;
  }
}
