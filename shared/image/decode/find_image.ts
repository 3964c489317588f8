import { type InputFormat, sniffFormat } from "../image_format.ts";

/** An image within a file. */
export interface FoundImage {
  /** The type by its magic bytes. */
  format: InputFormat;
  /** Number of bytes before the image; 0 in a sound file. */
  startsAt: number;
}

/** Maximum bytes to skip before an image: web servers and scripts leave line ends and byte order marks there. */
const MAX_PASSED_BYTES = 16;

/** NUL, tab, line feed, carriage return, space, and the three bytes of a UTF-8 byte order mark. */
const PASSED = new Set([0x00, 0x09, 0x0a, 0x0d, 0x20, 0xef, 0xbb, 0xbf]);

/** Range in which to search for an image behind other bytes, in bytes; the error message names what is found. */
const SEARCHED_BYTES = 64;

/**
 * Finds the image in a file: at the first byte, or behind at most 16 bytes of white space, NUL or byte order mark.
 *
 * @param bytes The file, or at least its first 272 bytes.
 * @returns The image, or `null` if the file is not an image of a supported type.
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
 * Finds an image behind a few bytes that {@linkcode findImage} does not skip.
 *
 * @param bytes A file in which {@linkcode findImage} finds nothing.
 * @returns The image, or `null` unless one begins within the first 64 bytes.
 */
export function findImageBehindOthers(bytes: Uint8Array): FoundImage | null {
  for (let startsAt = 1; startsAt <= SEARCHED_BYTES && startsAt < bytes.length; startsAt++) {
    const format = sniffFormat(bytes.subarray(startsAt));
    if (format !== null) return { format, startsAt };
  }
  return null;
}
