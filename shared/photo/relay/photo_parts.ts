import { type HeifGrid, readHeifGrid } from "../../image/decode/heif/heif_grid.ts";
import type { TileRows } from "../../image/decode/heif/heif_rows.ts";
import type { PhotoHeader } from "../../image/decode/inspect_photo.ts";
import type { Size } from "../../image/raster.ts";
import { RELAY_MS } from "../../isolate/cpu_costs.ts";
import { fillsMemory } from "../decode_memory.ts";
import { estimateDecodeMs, estimateRowsMs, estimateScaledDecodeMs } from "../estimate_decode.ts";

/** The parts that a photo can be decoded in. A part is the work between two looks at the CPU that is left. */
export interface PhotoParts {
  /** Number of parts, from top to bottom: rows of tiles, 1, or {@linkcode BANDS} if {@linkcode fillsMemory}. */
  count: number;
  /** Whether decoding takes all memory of an isolate. Another one renders the photo, from bands of the working image. */
  fillsMemory: boolean;
  /** The tiles; unset if the photo can only be decoded as a whole. */
  grid?: HeifGrid;
  /** Whether a photo that is decoded as a whole is scaled before its colours are converted. */
  scaleFirst: boolean;
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
 * @param isTooCostly Whether the photo is too costly for one isolate. Any other photo is decoded as it would be without a
 * relay.
 */
export function photoParts(
  bytes: Uint8Array,
  header: PhotoHeader,
  isTooCostly: boolean,
): PhotoParts {
  if (!isTooCostly) return wholePart(header, false);
  const { format, startsAt = 0 } = header;
  const grid = format === "heic" || format === "avif"
    ? readHeifGrid(bytes.subarray(startsAt))
    : null;
  if (grid) {
    const costMs = (rows: TileRows) => estimateRowsMs(header, grid, rows) * RELAY_MS.decodeShare;
    return { count: grid.rows, fillsMemory: false, grid, scaleFirst: true, costMs };
  }
  return wholePart(header, true);
}

/** Returns the size of what is decoded at once: a row of tiles, or the whole photo. */
export function decodedAtOnce(header: PhotoHeader, { grid }: PhotoParts): Size {
  return grid ? { width: grid.tile.width * grid.columns, height: grid.tile.height } : header;
}

/** Bands in which a working image is kept if it fills the memory: each is in memory several times while it is sent. */
const BANDS = 8;

/** Makes the parts of a photo that is decoded as a whole. */
export function wholePart(header: PhotoHeader, scaleFirst: boolean): PhotoParts {
  const decodeMs = scaleFirst ? estimateScaledDecodeMs(header) : estimateDecodeMs(header);
  const wholeMs = decodeMs * RELAY_MS.decodeShare;
  const fills = fillsMemory(header);
  return {
    count: fills ? BANDS : 1,
    fillsMemory: fills,
    scaleFirst,
    costMs: ({ from, to }) => from === to ? 0 : wholeMs, // a band is not decoded by itself
  };
}
