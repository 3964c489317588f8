import { kernels, Scratch } from "../kernels/kernels.ts";
import { createRaster, type Raster, type Size } from "../raster.ts";
import { type ResampleFilter, tapsOf } from "./resample_taps.ts";

/** Bytes of a premultiplied pixel. */
const PREMULTIPLIED = 8;

/**
 * Resamples an image on premultiplied alpha.
 *
 * Each row is scaled once. A row of the result joins as many of these as the filter reaches, so no second picture is made.
 *
 * @param image The image; it is not changed.
 * @param size The size of the result.
 * @param filter The filter.
 * @returns A new image, or the same one if it already has that size.
 * @throws {EngineCrash} `engine_failed`, if there is no memory for these rows.
 */
export function resample(
  image: Raster,
  size: Size,
  filter: ResampleFilter = "lanczos3",
): Raster {
  if (image.width === size.width && image.height === size.height) return image;
  const across = tapsOf(image.width, size.width, filter);
  const down = tapsOf(image.height, size.height, filter);
  const { premultiply, scaleRow, joinRows } = kernels();
  const scratch = new Scratch();
  const pixels = scratch.reserve(image.width * 4);
  const row = scratch.reserve((image.width + across.taps) * PREMULTIPLIED);
  const scaled = Array.from(
    { length: down.taps },
    () => scratch.reserve(size.width * PREMULTIPLIED),
  );
  const joined = scratch.reserve(size.width * 4);
  const order = scratch.reserve(down.taps * 4);
  const starts = scratch.keep(across.starts);
  const weights = scratch.keep(across.weights);
  const rowWeights = scratch.keep(down.weights);
  const { bytes } = scratch;
  const words = new Uint32Array(bytes.buffer);

  const rowBytes = image.width * 4;
  const joinedBytes = size.width * 4;
  const result = createRaster(size);
  for (let y = 0, read = 0; y < size.height; y++) {
    const first = down.starts[y];
    // The last taps may lie below the image: their weight is 0, so any row will do.
    const end = Math.min(image.height, first + down.taps);
    for (read = Math.max(read, first); read < end; read++) {
      bytes.set(image.data.subarray(read * rowBytes, (read + 1) * rowBytes), pixels);
      premultiply(pixels, row, image.width);
      scaleRow(row, scaled[read % down.taps], size.width, starts, weights, across.taps);
    }
    for (let tap = 0; tap < down.taps; tap++) {
      words[order / 4 + tap] = scaled[(first + tap) % down.taps];
    }
    joinRows(order, rowWeights + y * down.taps * 2, down.taps, joined, size.width);
    result.data.set(bytes.subarray(joined, joined + joinedBytes), y * joinedBytes);
  }
  return result;
}
