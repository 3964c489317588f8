import { type HeifGrid, readHeifGrid } from "../../image/decode/heif/heif_grid.ts";
import type { TileRows } from "../../image/decode/heif/heif_rows.ts";
import type { PhotoHeader } from "../../image/decode/inspect_photo.ts";
import { RELAY_MS } from "../../isolate/cpu_costs.ts";
import { estimateRowsMs, estimateScaledDecodeMs } from "../estimate_decode.ts";

/** The parts that a photo can be decoded in. A part is the work between two looks at the CPU that is left. */
export interface PhotoParts {
  /** Number of parts, from top to bottom: rows of tiles, or 1. */
  count: number;
  /** The tiles; unset if the photo can only be decoded as a whole. */
  grid?: HeifGrid;
  /**
   * Estimates the CPU of decoding parts, scaling them to the working size and converting their colours.
   *
   * @returns Milliseconds in a fresh process.
   */
  costMs(parts: TileRows): number;
}

/**
 * Finds the parts of a photo: the rows of tiles of a HEIC or AVIF, as phones write them; any other photo is one part.
 *
 * @param bytes The encoded file.
 * @param header Its header, with the load.
 */
export function photoParts(bytes: Uint8Array, header: PhotoHeader): PhotoParts {
  const { format, startsAt = 0 } = header;
  const grid = format === "heic" || format === "avif"
    ? readHeifGrid(bytes.subarray(startsAt))
    : null;
  if (grid) {
    const costMs = (rows: TileRows) => estimateRowsMs(header, grid, rows) * RELAY_MS.decodeShare;
    return { count: grid.rows, grid, costMs };
  }
  return wholePart(header);
}

/** A photo of one part. */
export function wholePart(header: PhotoHeader): PhotoParts {
  const wholeMs = estimateScaledDecodeMs(header) * RELAY_MS.decodeShare;
  return { count: 1, costMs: ({ from, to }) => wholeMs * (to - from) };
}
