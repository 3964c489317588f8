import type { TiffHeader } from "./tiff_header.ts";

/** The orientation of a picture that is stored upright. */
const UPRIGHT = 1;

/**
 * Copies a TIFF with its orientation set to upright, so that only the caller applies the orientation. ImageMagick reads
 * most files as stored, but makes libtiff turn those of some compressions and colour models (JPEG, YCbCr) during the
 * read.
 *
 * @param file The file.
 * @param header The first directory's facts.
 * @returns A new file, or the same one if it is stored upright.
 */
export function uprightTiff(
  file: Uint8Array,
  { orientation, orientationFields }: TiffHeader,
): Uint8Array {
  if (orientation === UPRIGHT) return file;
  const copy = file.slice();
  const littleEndian = file[0] === 0x49;
  for (const { at, bytes } of orientationFields) {
    if (at + bytes > copy.length) continue;
    copy.fill(0, at, at + bytes);
    copy[littleEndian ? at : at + bytes - 1] = UPRIGHT;
  }
  return copy;
}
