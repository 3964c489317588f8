import type { InputFormat } from "../../image/image_format.ts";
import type { PhotoHeader } from "../../image/decode/inspect_photo.ts";
import { megapixels } from "../estimate_decode.ts";
import type { PhotoParts } from "./photo_parts.ts";

/**
 * Largest part that is decoded at once, in megapixels: what takes at most 240 of an isolate's 256 MB, with the file
 * (`bench/RESULTS.md`).
 */
const MAX_MEGAPIXELS: Record<InputFormat, number> = {
  jpeg: Infinity,
  png: 14,
  webp: 22,
  heic: 14,
  avif: 9,
  tiff: 14,
  bmp: 14,
  gif: 14,
};

/** Checks whether the parts of a photo take more memory than an isolate has. */
export function exceedsMemory(header: PhotoHeader, { grid }: PhotoParts): boolean {
  const { columns, tile } = grid ?? {};
  const size = grid && tile && columns
    ? { width: tile.width * columns, height: tile.height }
    : header;
  return megapixels(size) > MAX_MEGAPIXELS[header.format];
}
