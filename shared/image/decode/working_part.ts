import type { Size } from "../raster.ts";
import type { PixelRows } from "./pixel_rows.ts";

/** A part of a working image, as it is kept between isolates. */
export interface WorkingPart {
  /** Rows of the working image: sRGB, not turned. */
  rows: PixelRows;
  /** Source rows that the next part needs; unset if it needs none. */
  carry?: PixelRows;
  /** The photo's size in its file, upright. */
  originalSize: Size;
  /** The EXIF orientation that turns the rows upright, 1 to 8. */
  orientation: number;
  /** Whether parts of the picture are missing or wrong. */
  damaged: boolean;
  /** Whether the file's end is missing, although the picture is complete. */
  endMissing: boolean;
  /** Whether the file's colour profile was ignored. */
  profileIgnored: boolean;
}

/**
 * Merges parts that follow each other into one.
 *
 * @param parts One part or more, from top to bottom.
 */
export function mergeParts(parts: readonly WorkingPart[]): WorkingPart {
  if (parts.length === 1) return parts[0];
  const [{ rows: { width, channels } }] = parts;
  const height = parts.reduce((sum, { rows }) => sum + rows.height, 0);
  const data = new Uint8Array(width * height * channels);
  let at = 0;
  for (const { rows } of parts) {
    data.set(rows.data, at);
    at += rows.data.length;
  }
  const last = parts.at(-1)!;
  return {
    ...last,
    rows: { width, height, channels, data },
    damaged: parts.some(({ damaged }) => damaged),
    endMissing: parts.some(({ endMissing }) => endMissing),
    profileIgnored: parts.some(({ profileIgnored }) => profileIgnored),
  };
}
