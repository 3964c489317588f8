import { kernels, Scratch } from "../../kernels/kernels.ts";
import type { ColorTables } from "./matrix_profile.ts";

/** Pixels that are converted at a time. */
const MOST_PIXELS = 16_384;

/** Converts pixels to sRGB. Each piece passes through the pixel loops' memory. */
export class ColorConverter {
  readonly #scratch: Scratch;
  readonly #tables: readonly [light: number, matrix: number, encoded: number];
  #pixels: number | undefined;

  /**
   * @param tables The tables of the conversion.
   * @param scratch The layout of the pixel loops' memory. @default a new one, until the next piece of synchronous work
   * @throws {EngineCrash} `engine_failed`, if there is no memory for the tables.
   */
  constructor({ light, matrix, encoded }: ColorTables, scratch: Scratch = new Scratch()) {
    this.#scratch = scratch;
    this.#tables = [scratch.keep(light), scratch.keep(matrix), scratch.keep(encoded)];
  }

  /**
   * Converts pixels in place.
   *
   * @param pixels RGB or RGBA of 8 bits.
   * @param channels 3 or 4; an alpha stays as it is.
   */
  convert(pixels: Uint8Array, channels: 3 | 4): void {
    const pixelsAt = this.#pixels ??= this.#scratch.reserve(MOST_PIXELS * 4);
    const { bytes } = this.#scratch;
    for (let at = 0; at < pixels.length; at += MOST_PIXELS * channels) {
      const piece = pixels.subarray(at, at + MOST_PIXELS * channels);
      bytes.set(piece, pixelsAt);
      this.convertAt(pixelsAt, piece.length / channels, channels);
      piece.set(bytes.subarray(pixelsAt, pixelsAt + piece.length));
    }
  }

  /** Converts pixels in the pixel loops' memory in place. @param count Their number. */
  convertAt(address: number, count: number, channels: 3 | 4): void {
    kernels().convertColors(address, count, channels, ...this.#tables);
  }
}
