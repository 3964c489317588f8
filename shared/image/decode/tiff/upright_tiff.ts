import type { TiffHeader } from "./tiff_header.ts";

/** The orientation of a picture that is stored as it is to be seen. */
const UPRIGHT = 1;

/**
 * Copies a TIFF with its orientation set to upright, so that the caller alone applies it. ImageMagick reads most files as
 * they are stored, but has libtiff turn those of some compressions and colour models (JPEG, YCbCr) while they are read.
 *
 * @param file The file.
 * @param header Its first directory.
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
