import type { ByteRange, TiffHeader } from "./tiff_header.ts";

/** The orientation of a picture that is stored upright. */
const UPRIGHT = 1;

/**
 * Copies a TIFF with its orientation set to upright, so that only the caller applies the orientation. ImageMagick reads
 * most files as stored, but makes libtiff turn those of some compressions and colour models (JPEG, YCbCr) during the
 * read. It refuses a file of an unknown orientation, such as 0 or 9.
 *
 * @param file The file.
 * @param header The first directory's facts.
 * @returns A new file, or the same one if it says that it is upright, or says nothing.
 */
export function uprightTiff(file: Uint8Array, { orientationFields }: TiffHeader): Uint8Array {
  const lowest = ({ at, bytes }: ByteRange) => file[0] === 0x49 ? at : at + bytes - 1;
  const isUpright = (field: ByteRange) =>
    file.subarray(field.at, field.at + field.bytes)
      .every((byte, i) => byte === (field.at + i === lowest(field) ? UPRIGHT : 0));
  const others = orientationFields.filter((field) =>
    field.at + field.bytes <= file.length && !isUpright(field)
  );
  if (others.length === 0) return file;
  const copy = file.slice();
  for (const field of others) {
    copy.fill(0, field.at, field.at + field.bytes);
    copy[lowest(field)] = UPRIGHT;
  }
  return copy;
}
