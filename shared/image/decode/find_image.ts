import { type InputFormat, sniffFormat } from "../image_format.ts";

/** An image within a file. */
export interface FoundImage {
  /** The type by its magic bytes. */
  format: InputFormat;
  /** Number of bytes before the image; 0 in a sound file. */
  startsAt: number;
}

/** Bytes before an image that are passed over: web servers and scripts leave line ends and byte order marks there. */
const MAX_PASSED_BYTES = 16;

/** NUL, tab, line feed, carriage return, space, and the three bytes of a UTF-8 byte order mark. */
const PASSED = new Set([0x00, 0x09, 0x0a, 0x0d, 0x20, 0xef, 0xbb, 0xbf]);

/** How far into a file an image is looked for that other bytes precede, to name them in the refusal. */
const SEARCHED_BYTES = 64;

/**
 * Finds the image that a file holds: at its first byte, or behind at most 16 bytes of white space, NUL or byte order mark.
 *
 * @param bytes The file, or at least its first 272 bytes.
 * @returns `null` for a file that is no image of a type that is read.
 */
export function findImage(bytes: Uint8Array): FoundImage | null {
  for (let startsAt = 0; startsAt <= MAX_PASSED_BYTES && startsAt < bytes.length; startsAt++) {
    const format = sniffFormat(bytes.subarray(startsAt));
    if (format !== null) return { format, startsAt };
    if (!PASSED.has(bytes[startsAt])) return null;
  }
  return null;
}

/**
 * Finds the image that stands behind a few bytes of another kind, which are not passed over.
 *
 * @param bytes A file in which {@linkcode findImage} finds nothing.
 * @returns `null` unless an image begins within the first 64 bytes.
 */
export function findImageBehindOthers(bytes: Uint8Array): FoundImage | null {
  for (let startsAt = 1; startsAt <= SEARCHED_BYTES && startsAt < bytes.length; startsAt++) {
    const format = sniffFormat(bytes.subarray(startsAt));
    if (format !== null) return { format, startsAt };
  }
  return null;
}
