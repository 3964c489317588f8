import type { Size } from "../../raster.ts";
import { WORKING_SIDE_PX, workingSize } from "../../plan.ts";
import type { TileRows } from "./heif_rows.ts";

/** A reduction in blocks: every `from` source pixels become `to` pixels, on both sides. */
export interface RowScale {
  from: number;
  to: number;
}

/** Pixels of a block in the result if the reduction is not by a whole number. */
const QUARTERS = 4;

/** Longest side of a working image, in pixels: 9/8 of the target. */
const MAX_SIDE_PX = WORKING_SIDE_PX * 9 / 8;

/**
 * Chooses the reduction to the working size, in blocks that shares can be cut at. It is the same as that of a photo that is
 * decoded as a whole, except that a fraction is rounded to quarters.
 *
 * @param size The photo's size.
 */
export function rowScale(size: Size): RowScale {
  const { pixelsPerPixel } = workingSize(size, WORKING_SIDE_PX);
  if (Number.isInteger(pixelsPerPixel)) return { from: pixelsPerPixel, to: 1 };
  const long = Math.max(size.width, size.height);
  return { from: Math.ceil(long * QUARTERS / MAX_SIDE_PX), to: QUARTERS };
}

/** Scales a length. */
export function scaled(length: number, { from, to }: RowScale): number {
  return Math.max(1, Math.round(length * to / from));
}

/** The rows of pixels of a share, in the picture. */
export interface SharePlan {
  /** Source rows that the share's result is computed from: its own, and some above and below them for the filter. */
  source: { from: number; to: number };
  /** Rows of the scaled source that belong to the share. */
  kept: { from: number; to: number };
  /** The first source row that the next share needs. */
  carryFrom: number;
}

/** Blocks above and below a share that the filter of a fractional reduction reads. */
const MARGIN_BLOCKS = 2;

/**
 * Plans the rows of a share. Together the shares have all rows of the working image, each once, and no border of theirs
 * shows: a row is computed from all the source rows that it would be computed from in a whole picture.
 *
 * @param height The picture's height, in pixels.
 * @param tileHeight The height of a row of tiles, in pixels.
 * @param rows The share's rows of tiles.
 * @param scale The reduction.
 */
export function planShare(
  height: number,
  tileHeight: number,
  rows: TileRows,
  scale: RowScale,
): SharePlan {
  const margin = scale.to === 1 ? 0 : MARGIN_BLOCKS;
  const startOf = (row: number) => {
    if (row === 0) return 0;
    return Math.max(0, Math.floor(row * tileHeight / scale.from) - margin);
  };
  const isLast = rows.to * tileHeight >= height;
  const [first, end] = [startOf(rows.from), isLast ? Infinity : startOf(rows.to)];
  const source = {
    from: Math.max(0, first - margin) * scale.from,
    to: Math.min(height, (end + margin) * scale.from),
  };
  const above = first * scale.to - source.from / scale.from * scale.to;
  const below = isLast ? scaled(source.to - source.from, scale) : above + (end - first) * scale.to;
  return {
    source,
    kept: { from: above, to: below },
    carryFrom: isLast ? height : Math.max(0, end - margin) * scale.from,
  };
}
