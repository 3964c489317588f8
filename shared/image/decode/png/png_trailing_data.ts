import { pngChunks } from "./png_chunks.ts";
import type { Size } from "../../raster.ts";

/** Bits of depth and type of colour, in the header behind the size; and the interlacing, in its last byte. */
const DEPTH_AT = 24;
const INTERLACE_AT = 28;

/** Samples of a pixel, by the type of colour: grey, -, RGB, palette, grey and alpha, -, RGBA. */
const SAMPLES = [1, 1, 3, 1, 2, 1, 4];

/** Data this short inflates to 34 MB at most, which takes the decoder a tenth of a second. */
const HARMLESS_BYTES = 32 << 10;

/** Deno inflates each piece that it is given as a whole: small ones bound what a bomb can make of it before it is seen. */
const SLICE_BYTES = 16 << 10;

/**
 * Tells whether a PNG's data goes on behind the picture: stops files of a few megabytes whose data inflates to gigabytes,
 * all of which the decoder goes through (3.4 ms a megabyte) after it has the picture. Inflating it here, natively, costs
 * 8 ms a megapixel, a sixth of what decoding does.
 *
 * @param file A file with a PNG's signature.
 * @param size What its header says.
 */
export async function hasTrailingData(file: Uint8Array, size: Size): Promise<boolean> {
  const parts = [...pngChunks(file)].filter(({ name }) => name === "IDAT").map(({ data }) => data);
  if (parts.reduce((sum, { length }) => sum + length, 0) <= HARMLESS_BYTES) return false;
  const most = inflatedBytes(file, size);
  let inflated = 0;
  try {
    const stream = ReadableStream.from(slices(parts)).pipeThrough(
      new DecompressionStream("deflate"),
    );
    for await (const { length } of stream) {
      inflated += length;
      if (inflated > most) return true;
    }
    return false;
  } catch {
    return false; // damaged data: the decoder finds that out, and goes no further than this did
  }
}

/** What a picture of that size takes: each row has a byte in front, and an interlaced one has up to twice the rows. */
function inflatedBytes(file: Uint8Array, { width, height }: Size): number {
  const bits = file[DEPTH_AT] * (SAMPLES[file[DEPTH_AT + 1]] ?? 4);
  const rows = file[INTERLACE_AT] === 0 ? height : 2 * height;
  const bytes = height * Math.ceil((width * bits) / 8);
  return file[INTERLACE_AT] === 0 ? bytes + rows : bytes + 8 * rows;
}

function* slices(parts: Uint8Array<ArrayBuffer>[]): Generator<Uint8Array<ArrayBuffer>> {
  for (const part of parts) {
    for (let at = 0; at < part.length; at += SLICE_BYTES) yield part.subarray(at, at + SLICE_BYTES);
  }
}
