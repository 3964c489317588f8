import { AppError } from "../../../errors.ts";
import type { Size } from "../../raster.ts";
import { findMarker, hasLength, isRestart } from "./jpeg_header.ts";

const END = 0xd9;
const SCAN = 0xda;
const EXIF = 0xe1;
const PROFILE = 0xe2;
const COMMENT = 0xfe;

/** Application segments that the picture needs: JFIF and Adobe's colour transform. */
const NEEDED = new Set([0xe0, 0xee]);

/** Checks for a comment, or application data that the picture does not need. */
const isMetadata = (marker: number) =>
  marker === COMMENT || (marker >= 0xe0 && marker <= 0xef && !NEEDED.has(marker));

/** A profile has at most so many segments: its counter has one byte. */
const MAX_PROFILES = 255;

/** Side of a block, in pixels. */
const BLOCK_PX = 8;

/** Metadata that costs little: a file with less of it stays as it is. */
const FREE_SEGMENTS = 64;
const FREE_BYTES = 256 << 10;

/** Padding before a restart that stays, in bytes: it may precede each one. */
const FREE_PADDING_BYTES = 16;

/** Maximum number of parts to drop that do not adjoin: a program's or camera's file has a few. */
const MAX_SURPLUS_PARTS = 10_000;

/**
 * Drops a JPEG's comments and application data, except EXIF, the colour profile and what the decoder needs; padding; and
 * restarts without data, or beyond the picture's blocks. It looks at each byte once at most. ImageMagick joins metadata in quadratic time: 700,000 empty
 * segments (21 MB) take it minutes; 6 million restarts (20 MB) take it 2.5 s. No output contains any of it.
 *
 * @param file The file; it begins with SOI.
 * @param size The picture's size.
 * @returns A new file; or the same one if it has little of it; or `null` if it is in more than 10,000 parts.
 */
export function leanJpeg(file: Uint8Array, { width, height }: Size): Uint8Array | null {
  const parts = findSurplus(file, Math.ceil(width / BLOCK_PX) * Math.ceil(height / BLOCK_PX));
  if (parts === null) return null;
  const segments = parts.reduce((sum, { count }) => sum + count, 0);
  const bytes = parts.reduce((sum, { from, to }) => sum + to - from, 0);
  if (segments <= FREE_SEGMENTS && bytes <= FREE_BYTES) return file;
  const lean = new Uint8Array(file.length - bytes);
  let at = 0;
  let kept = 0;
  for (const { from, to } of parts) {
    lean.set(file.subarray(kept, from), at);
    at += from - kept;
    kept = to;
  }
  lean.set(file.subarray(kept), at);
  return lean;
}

/** Returns the error of a JPEG for which {@linkcode leanJpeg} returns `null`. */
export function jpegOfManyParts(): AppError {
  return new AppError(
    "image_too_costly",
    `The jpeg has more than ${MAX_SURPLUS_PARTS} parts that are not its picture. Save it as a new JPEG.`,
    { details: { format: "jpeg", max_parts: MAX_SURPLUS_PARTS } },
  );
}

/** A part to drop: adjoining segments, and their number. */
interface Surplus {
  from: number;
  to: number;
  count: number;
}

/**
 * Finds the parts to drop, in order, up to the end marker.
 *
 * @param blocks Number of the picture's blocks: no scan has more restarts.
 * @returns `null` if there are more than {@linkcode MAX_SURPLUS_PARTS}.
 */
function findSurplus(file: Uint8Array, blocks: number): Surplus[] | null {
  const parts: Surplus[] = [];
  let hasExif = false;
  let profiles = 0;
  let restarts = 0;
  let restartedAt = -1;
  for (let at = 2;;) {
    const from = findMarker(file, at);
    at = from + 1;
    while (file[at] === 0xff) at++; // padding
    const marker = file[at++];
    if (marker === undefined || marker === END) return parts;
    if (!hasLength(marker) && !isRestart(marker)) continue;
    let next = at;
    let end = at - 2;
    let count = 1;
    if (isRestart(marker)) {
      // Nothing was encoded between two restarts.
      if (from === restartedAt) {
        while (file[next] === 0xff && isRestart(file[next + 1])) next += 2;
        count += (next - at) / 2;
        end = next;
      } else if (++restarts > blocks) next = end = endOf(file);
      else if (end - from < FREE_PADDING_BYTES) end = from;
      restartedAt = next;
    } else {
      if (marker === SCAN) restarts = 0;
      next = Math.min(file.length, at + ((file[at] << 8) | file[at + 1]));
      const isExif = marker === EXIF && startsWith(file, at + 2, "Exif\0");
      const isProfile = marker === PROFILE && startsWith(file, at + 2, "ICC_PROFILE\0");
      const isKept = (isExif && !hasExif) || (isProfile && profiles++ < MAX_PROFILES);
      hasExif ||= isExif;
      if (isMetadata(marker) && !isKept) end = next;
    }
    at = Math.max(at, next);
    if (end === from) continue;
    const last = parts.at(-1);
    if (from === last?.to) {
      last.to = end;
      last.count += count;
    } else {
      if (parts.length === MAX_SURPLUS_PARTS) return null;
      parts.push({ from, to: end, count });
    }
  }
}

/** Returns the offset of the file's end, or of an end marker there. */
function endOf(file: Uint8Array): number {
  return file.at(-2) === 0xff && file.at(-1) === END ? file.length - 2 : file.length;
}

/** Checks whether a file has a text, ASCII, at an offset. */
export function startsWith(file: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (file[at + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}
